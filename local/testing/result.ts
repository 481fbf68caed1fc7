/** The result of a call in one word: "done", or the code of its failure. */
export async function resultOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "done",
    (error: Error & { code?: string }) => error.code ?? `${error.name}: ${error.message}`,
  );
}

/** Runs many at once. */
export const times = <R>(count: number, run: (n: number) => Promise<R>): Promise<R[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => run(n)));
