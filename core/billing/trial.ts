import type { Mirror } from "./row.ts";

/** Stripe tells of the end of a trial so long before it, too. */
const notificationMs = 3 * 86_400_000;

// Functions

/** The end of a trial that owners must be told of now: it is near, it will be paid for, and they do not know it yet. */
export function trialToAnnounce(mirror: Mirror | undefined, told: string | undefined, at: string): string | undefined {
  const { status, trialEnd, cancelAt } = mirror ?? {};
  if (status !== "trialing" || !trialEnd || cancelAt || trialEnd === told) return;
  return Date.parse(trialEnd) - notificationMs <= Date.parse(at) ? trialEnd : undefined;
}
