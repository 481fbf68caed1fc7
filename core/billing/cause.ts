import { isSame, type Mirror, type Row } from "./row.ts";
import { endOf, graceUntil } from "./status.ts";

// Why what is recorded and what Stripe has differ. Time passes for everybody at once, and so does a release that copies
// more: neither is a sign that something is wrong. Nor is another payment method: banks replace cards, and
// nothing is decided by it.

/** The version of the mirror since which a field is copied as it is now. */
const since: Partial<Record<keyof Mirror, number>> = {
  otherItems: 2,
  endsWithPeriod: 2,
  endedAt: 2,
  method: 3,
  mirrorVersion: 3,
};
/** What changes with the beginning of a period. */
const ofPeriod: readonly (keyof Mirror)[] = ["periodEnd", "discounts"];

type Cause = "time" | "release" | "method" | "change";

// Functions

/** Returns why a mirror differs from the recorded one, whose other fields are the same. */
export function causeOf(row: Pick<Row, "mirror" | "debit">, after: Mirror | undefined, at: string): Cause {
  const before = row.mirror;
  if (!before || before.subscription !== after?.subscription) return "change";
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Mirror)[]);
  const different = [...names].filter((name) => !isSame(before[name], after[name]));
  // threat: cards that banks replace trip the breaker
  if (different.length === 1 && different[0] === "method") return "method";
  const changed = different.filter((name) => name !== "method");
  // threat: the end of a grace period counts as a repair after a refused debit
  const endedAt = endOf(row);
  // threat: ended grace periods trip the breaker
  if (changed.length === 0) return endedAt !== undefined && at >= graceUntil(endedAt) ? "time" : "change";
  // threat: a field that a release adds trips the breaker
  // threat: a field that this release would have copied is taken for one of another release
  if (changed.every((name) => (since[name] ?? 1) > (before.mirrorVersion ?? 1))) return "release";
  const hasEnded = before.cancelAt !== undefined && before.cancelAt <= at && after.endedAt !== undefined;
  const hasBegun = before.periodEnd <= at && after.periodEnd > before.periodEnd;
  const isPaid = before.status === after.status || (before.status === "trialing" && after.status === "active");
  // threat: failed payments do not count as differences
  const isRenewed = hasBegun && isPaid && changed.every((name) => name === "status" || ofPeriod.includes(name));
  // threat: ordinary renewals trip the breaker
  // threat: ordinary ends of subscriptions trip the breaker
  return hasEnded || isRenewed ? "time" : "change";
}
