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
  daysUntilDue: 4,
  mirrorVersion: 4,
};
/** The fields that change with the beginning of a period that is paid. */
const ofRenewal: readonly (keyof Mirror)[] = ["periodEnd", "discounts", "status"];

const ofMethod: readonly (keyof Mirror)[] = ["method", "methodId"];

type Cause = "time" | "release" | "method" | "change";

// Functions

/** Returns why a mirror differs from the recorded one, whose other fields are the same. */
export function causeOf(row: Pick<Row, "mirror" | "debit">, after: Mirror | undefined, at: string): Cause {
  const before = row.mirror;
  if (!before || before.subscription !== after?.subscription) return "change";
  const different = differentFields(before, after);
  // threat: cards that banks replace trip the breaker
  const changed = different.filter((name) => !ofMethod.includes(name));
  if (different.length > 0 && changed.length === 0) return "method";
  // threat: the end of a grace period counts as a repair after a refused debit
  const endedAt = endOf(row);
  // threat: ended grace periods trip the breaker
  if (changed.length === 0) return endedAt !== undefined && at >= graceUntil(endedAt) ? "time" : "change";
  // threat: a field that a release adds trips the breaker
  // threat: a field that this release would have copied is taken for one of another release
  if (changed.every((name) => (since[name] ?? 1) > (before.mirrorVersion ?? 1))) return "release";
  const hasEnded = before.cancelAt !== undefined && before.cancelAt <= at && after.endedAt !== undefined;
  const hasRenewed = isRenewal(before, after, at) && changed.every((name) => ofRenewal.includes(name));
  // threat: ordinary renewals trip the breaker
  // threat: ordinary ends of subscriptions trip the breaker
  return hasEnded || hasRenewed ? "time" : "change";
}

/** Returns the fields in which two mirrors differ. */
export function differentFields(before: Mirror, after: Mirror): (keyof Mirror)[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Mirror)[]);
  return [...names].filter((name) => !isSame(before[name], after[name]));
}

function isRenewal(before: Mirror, after: Mirror, at: string): boolean {
  const hasBegun = before.periodEnd <= at && after.periodEnd > before.periodEnd;
  // threat: failed payments do not count as differences
  const isPaid = before.status === after.status || (before.status === "trialing" && after.status === "active");
  return hasBegun && isPaid;
}
