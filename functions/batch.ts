import { log } from "./log.ts";

type Failures = { batchItemFailures: { itemIdentifier: string }[] };

/**
 * Processes a batch one by one, so that only a failed message is retried. `ordered` stops at the first failure, because
 * a stream repeats from there.
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
      log.error("A message failed and will be retried.", { id: identify(item), error });
      // threat: a failed message is acknowledged
      batchItemFailures.push({ itemIdentifier: identify(item) });
      // threat: a batch goes on after a failure and loses it
      if (ordered) break;
    }
  }
  return { batchItemFailures };
}
