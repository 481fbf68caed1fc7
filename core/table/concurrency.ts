/**
 * Returns a function that runs at most so many calls at once, the others in their order. A call that waited for one of
 * the client's connections would be taken for one whose answer was lost, and be repeated while all are busy.
 */
export function limitConcurrency(atOnce: number): <R>(call: () => Promise<R>) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (call) => {
    // threat: calls of the table wait for a connection until they are taken for lost
    if (running === atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
