import type { Held } from "./held.ts";
import type { State } from "./state.ts";
import { dayMs, hourMs, minuteMs, secondMs } from "./system.ts";

// How old a document is: by the time that has passed on the device's clock, never by what that clock says.

/** A clock is set back by less than this all the time. */
const maxBackMs = 5 * minuteMs;

type Holding = { held: Pick<Held, "takenAt" | "payload">; state: Pick<State, "seenAt"> };

/**
 * Returns for how long a document was held, in milliseconds. After a clock was turned back, also from a time that it never
 * was, nobody knows: that counts as longer than any limit, until the next signed answer.
 */
export function ageOf({ held: { takenAt }, state: { seenAt } }: Holding, now: number): number {
  // threat: turning the clock back makes a document younger
  // threat: a clock that was ahead when a document came makes it younger for years
  // threat: a clock that goes back and forth holds off the offline limit
  return now < Math.max(takenAt, seenAt) - maxBackMs ? Number.POSITIVE_INFINITY : Math.max(now, seenAt) - takenAt;
}

/**
 * Returns whether the server should sign the document again, because "unchanged" is not signed: after half of the time
 * for which an answer or the organization lets it apply, so that a device in touch never reaches the end of it.
 */
export function wantsSignature({ held, state }: Holding, now: number): boolean {
  const { iat, exp, policy } = held.payload;
  // threat: a short offline limit is no reason to ask for a signature
  const limits = [(exp - iat) * secondMs, ...(policy.maxOfflineDays > 0 ? [policy.maxOfflineDays * dayMs] : [])];
  // threat: a device in touch reaches its offline limit
  return ageOf({ held, state }, now) > Math.max(hourMs, Math.min(...limits) / 2);
}
