import type * as ID from "../base/id.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { differentFields } from "./cause.ts";
import { seatItemOf } from "./mirror.ts";
import { customerMissing } from "./reconcile.ts";
import { type Difference, isLive, type Mirror } from "./row.ts";

// What a comparison with Stripe says of a subscription that is not as it was recorded: which fields, and what they were.

export type Drift = Pick<Difference, "result" | "before" | "after">;

/** These never say what somebody did. */
const unsaid: readonly string[] = ["mirrorVersion"];

// Functions

/** Returns each field that differs, beside the status and the seats. */
export function driftOf(one: StripeSubscription, before: Mirror, after: Mirror): Drift {
  const different = differentFields(before, after).filter((name) => !unsaid.includes(name));
  const shown = ["status", "quantity", ...different] as const;
  const of = (mirror: Mirror) => Object.fromEntries(shown.map((name) => [name, mirror[name]]));
  const isOrphan = one.isCustomerDeleted && isLive(before);
  // threat: a deleted customer is reported as a plain difference
  return { result: isOrphan ? customerMissing : "differs", before: of(before), after: of(after) };
}

/** Its label at Stripe names nobody, or another organization. */
export function relabeled(one: StripeSubscription, organization: ID.ID<"organization">): Drift {
  const labeledFor = one.organization ?? "nobody";
  return { result: "labeled for another", before: { labeledFor: organization }, after: { labeledFor } };
}

export const sideOf = (one: StripeSubscription, mirror: Mirror | undefined) => {
  const { quantity = 0 } = seatItemOf(one, mirror) ?? {};
  return { status: one.status, quantity };
};
