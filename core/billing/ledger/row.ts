import * as v from "valibot";
import { id, known, row } from "../../base/row.ts";
import { Amount } from "../row.ts";
import { dropReasons, purposes } from "../shape.ts";

// The seat ledger: who changed the seats of an organization, by when Stripe prorates it.

/**
 * The cause of a change of seats: `request` a member in Muster, `automatic` nobody, because an owner lets them follow
 * what is needed, `checkout` a buyer, `end` of a subscription, `stripe` nobody in Muster.
 */
export const changeCauses = ["request", "automatic", "checkout", "end", "stripe"] as const;

/** A change of seats or plan that has ended: made, or dropped. */
export const ChangeRow = row({
  pk: v.string(),
  sk: v.string(),
  operation: id("operation"),
  cause: known(changeCauses),
  purpose: v.optional(known(purposes)),
  by: v.optional(v.string()),
  /** An automatic change that members had requested. Of several members, `by` names none. */
  isForRequests: v.optional(v.literal(true)),
  from: v.number(),
  to: v.number(),
  price: v.string(),
  /** The subscription at Stripe: a second one may have the same seats. */
  subscription: v.string(),
  requestedAt: v.string(),
  /** Stripe prorates from here. */
  effectiveAt: v.string(),
  endedAt: v.string(),
  shown: v.optional(Amount),
  charged: v.optional(Amount),
  /** The invoice that charged it. */
  invoice: v.optional(v.string()),
  dropped: v.optional(known(dropReasons)),
});
export type ChangeRow = v.InferInput<typeof ChangeRow>;

// Functions

/** Returns whether members had requested an automatic change. An earlier release recorded only one of them. */
export const isRequested = ({
  cause,
  by,
  isForRequests,
}: Pick<ChangeRow, "by" | "isForRequests"> & { cause: string }) =>
  // threat: seats are removed a moment after several members got them
  cause === "automatic" && (isForRequests === true || by !== undefined);
