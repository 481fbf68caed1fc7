import { log } from "./log.ts";

type Failures = { batchItemFailures: { itemIdentifier: string }[] };

/**
 * Works through a batch one by one, so that a message that fails is alone in being tried again.
 * `ordered` stops at the first failure, because a stream repeats from there on.
 */
export async function each<T>(
  items: readonly T[],
  identify: (item: T) => string,
  work: (item: T) => Promise<unknown>,
  { ordered = false } = {},
): Promise<Failures> {
  const batchItemFailures: Failures["batchItemFailures"] = [];
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      log.error("A message failed and will be tried again.", { id: identify(item), error });
      batchItemFailures.push({ itemIdentifier: identify(item) });
      if (ordered) break;
    }
  }
  return { batchItemFailures };
}
