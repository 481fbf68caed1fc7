import { withoutUndefined } from "../base/without-undefined.ts";
import type { Mirror } from "./row.ts";
import type { Side } from "./shape.ts";
import { graceUntil as graceUntilOf, type Judgment } from "./status.ts";

// The billing state of an organization before and after an event. Functions

export function sideOf(
  mirror: Mirror | undefined,
  { billingStatus, capacity }: Pick<Judgment, "billingStatus" | "capacity">,
): Side {
  const { status, quantity, otherItems, cancelAt, endedAt, method } = mirror ?? {};
  const paymentMethod = method && [method.type === "card" ? method.issuer : method.type, method.last4].join(" ").trim();
  const graceUntil = billingStatus === "canceled" && endedAt ? graceUntilOf(endedAt) : undefined;
  const more = withoutUndefined({ status, quantity, otherItems, cancelAt, graceUntil, paymentMethod });
  return { billingStatus, capacity, ...more };
}
