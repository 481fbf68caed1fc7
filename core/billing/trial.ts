import { dayMs } from "../base/duration.ts";
import { BillingTrialEnding } from "./events.ts";
import type { Decision, Facts } from "./facts.ts";
import { trialEndingDays } from "./limits.ts";
import type { Mirror } from "./row.ts";

// Functions

/** Returns the event that owners are notified of when a trial ends soon, once for each end. */
export function announcing({ organization, row, isDeleted, snapshot: { at }, actor }: Facts): Decision | undefined {
  const trialEnd = isDeleted ? undefined : trialToAnnounce(row.mirror, row.trialAnnounced, at);
  if (!trialEnd) return;
  const event = BillingTrialEnding.record(organization, { trialEnd }, actor);
  return { write: { next: { ...row, trialAnnounced: trialEnd }, steps: [event] } };
}

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
