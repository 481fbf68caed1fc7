import { dayMs } from "../base/duration.ts";
import { BillingCardExpiring, BillingTrialEnding } from "./events.ts";
import type { Decision, Facts } from "./facts.ts";
import { cardExpiringDays, trialEndingDays } from "./limits.ts";
import { hasBegun, isLive, type Mirror, type Row } from "./row.ts";
import { recordedMethod } from "./side.ts";

// What only time brings, and owners are notified of before it happens.

type Known = Pick<Row, "mirror" | "trialAnnounced" | "cardAnnounced">;

// Functions

/** Returns whether owners must be notified of something now. */
export const isAnnouncementDue = (row: Known, at: string): boolean =>
  trialToAnnounce(row, at) !== undefined || cardToAnnounce(row, at) !== undefined;

/** Returns the event that owners are notified of when a trial ends soon, once for each end. */
export function announcingTrial({
  organization,
  row,
  isDeleted,
  snapshot: { at },
  actor,
}: Facts): Decision | undefined {
  const trialEnd = isDeleted ? undefined : trialToAnnounce(row, at);
  if (!trialEnd) return;
  const event = BillingTrialEnding.record(organization, { trialEnd }, actor);
  return { write: { next: { ...row, trialAnnounced: trialEnd }, steps: [event] } };
}

/** Returns the event that owners are notified of when a card expires soon, once for each card and month. */
export function announcingCard({ organization, row, isDeleted, snapshot: { at }, actor }: Facts): Decision | undefined {
  const method = row.mirror?.method;
  const cardAnnounced = isDeleted ? undefined : cardToAnnounce(row, at);
  if (!method?.expires || !cardAnnounced) return;
  const data = { paymentMethod: recordedMethod(method), expiresAfter: lastDayOf(method.expires) };
  const event = BillingCardExpiring.record(organization, data, actor);
  return { write: { next: { ...row, cardAnnounced }, steps: [event] } };
}

/**
 * Returns the end of trial that owners must be notified of now: it is near, it will be charged, and they were not
 * notified yet.
 */
function trialToAnnounce({ mirror, trialAnnounced }: Known, at: string): string | undefined {
  const { status, trialEnd, cancelAt } = mirror ?? {};
  // threat: owners are notified again and again that a trial ends
  if (status !== "trialing" || !trialEnd || cancelAt || trialEnd === trialAnnounced) return;
  return isWithin(trialEndingDays, trialEnd, at) ? trialEnd : undefined;
}

/** Returns the card, and the month, that owners must be notified of now: it is charged for what goes on, and expires soon. */
function cardToAnnounce({ mirror, cardAnnounced }: Known, at: string): string | undefined {
  const { method, methodId = "", cancelAt, daysUntilDue } = mirror ?? {};
  if (!mirror || !isLive(mirror) || !hasBegun(mirror) || !method?.expires || cancelAt) return;
  // threat: owners who pay by invoice are told that their card fails
  if (daysUntilDue !== undefined) return;
  const card = `${methodId} ${method.expires}`;
  // threat: owners are notified again and again that a card expires
  if (card === cardAnnounced) return;
  return isWithin(cardExpiringDays, lastDayOf(method.expires), at) ? card : undefined;
}

const isWithin = (days: number, end: string, at: string) => Date.parse(end) - days * dayMs <= Date.parse(at);

/** Returns noon of the last day of a month: the same day for readers of nearly every time zone. */
function lastDayOf(month: NonNullable<NonNullable<Mirror["method"]>["expires"]>): string {
  const [year = 0, next = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, next, 0, 12)).toISOString();
}
