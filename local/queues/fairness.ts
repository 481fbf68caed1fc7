import type { Message, Queue, Taken } from "./state.ts";

/**
 * Like SQS's fair queues: a group that takes much of the receivers' time waits while others have messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
const noisyShare = 0.1;
const noisyInFlight = 30;
/** SQS does not say what counts as recent; here used time halves in each such interval. */
const halfLifeMs = 60_000;

/** Returns visible messages, in the order in which they are handed out. */
export function fairOrder(queue: Queue, now: number): Iterable<Message> {
  const visible = [...queue.messages.values()].filter(({ visibleAt }) => visibleAt <= now);
  if (visible.every(({ group }) => group === undefined)) return visible;
  const inFlight = countInFlight(queue, now);
  const all = [...inFlight.values()].reduce((sum, count) => sum + count, 0);
  const time = new Map([...queue.taken].map(([group, taken]) => [group, faded(taken, now)]));
  const allTime = [...time.values()].reduce((sum, ms) => sum + ms, 0);
  const loudness = ({ group }: Message) => {
    if (group === undefined) return 0;
    const [count, ms] = [inFlight.get(group) ?? 0, time.get(group) ?? 0];
    const isNoisy = (count >= noisyInFlight && count > noisyShare * all) || (ms > 0 && ms > noisyShare * allTime);
    return isNoisy ? 1 + count : 0;
  };
  const groups = new Map(visible.map((message) => [message.group, loudness(message)]));
  return visible.toSorted((one, other) => (groups.get(one.group) ?? 0) - (groups.get(other.group) ?? 0));
}

/** A message was held by a receiver until now. */
export function account(queue: Queue, { group, receivedAt }: Message, now: number): void {
  if (group === undefined || receivedAt === undefined) return;
  const before = queue.taken.get(group);
  const ms = (before ? faded(before, now) : 0) + Math.max(1, now - receivedAt);
  queue.taken.set(group, { ms, at: now });
}

const faded = ({ ms, at }: Taken, now: number) => ms * 0.5 ** ((now - at) / halfLifeMs);

function countInFlight(queue: Queue, now: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group, visibleAt, handle } of queue.messages.values()) {
    if (group === undefined || handle === undefined || visibleAt <= now) continue;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}
