import { withoutUndefined } from "../base/without-undefined.ts";
import type { Mirror, Row } from "./row.ts";
import type { Side } from "./shape.ts";
import { endOf, graceUntil as graceUntilOf, type Judgment } from "./status.ts";

// The billing state of an organization before and after an event.

/** Returns a method as events record it: its brand or type, and its last four. */
export const recordedMethod = ({ type, issuer, last4 }: NonNullable<Mirror["method"]>): string =>
  [type === "card" ? issuer : type, last4].join(" ").trim();

export function sideOf(
  row: Pick<Row, "mirror" | "debit">,
  { billingStatus, capacity }: Pick<Judgment, "billingStatus" | "capacity">,
): Side {
  const { status, quantity, otherItems, cancelAt, method, daysUntilDue } = row.mirror ?? {};
  // threat: an event names another end of the grace period than the organization has
  const endedAt = endOf(row);
  const paymentMethod = method && recordedMethod(method);
  const graceUntil = billingStatus === "canceled" && endedAt ? graceUntilOf(endedAt) : undefined;
  const more = withoutUndefined({ status, quantity, otherItems, cancelAt, graceUntil, paymentMethod, daysUntilDue });
  return { billingStatus, capacity, ...more };
}
