import { dayMs } from "../base/duration.ts";
import { trialEndingDays } from "./limits.ts";
import type { Mirror } from "./row.ts";

// Functions

/**
 * Returns the end of trial that owners must be notified of now: it is near, it will be charged, and they were not
 * notified yet.
 */
export function trialToAnnounce(
  mirror: Mirror | undefined,
  announced: string | undefined,
  at: string,
): string | undefined {
  const { status, trialEnd, cancelAt } = mirror ?? {};
  // threat: owners are notified again and again that a trial ends
  if (status !== "trialing" || !trialEnd || cancelAt || trialEnd === announced) return;
  return Date.parse(trialEnd) - trialEndingDays * dayMs <= Date.parse(at) ? trialEnd : undefined;
}
