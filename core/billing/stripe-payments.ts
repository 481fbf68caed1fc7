import type StripeLibrary from "stripe";
import type { Stripe, StripeDispute } from "../kernel/stripe-port.ts";
import { idOf, instantOf } from "./stripe-shapes.ts";

// What was paid at Stripe, and what of it went back since: refunded, or disputed.

type Call = <T>(call: (library: StripeLibrary) => Promise<T>) => Promise<T>;

const states: { readonly [status: string]: StripeDispute["state"] } = {
  warning_needs_response: "asked",
  warning_under_review: "asked",
  // the bank has asked, and withdrew nothing
  warning_closed: "won",
  prevented: "won",
  won: "won",
  lost: "lost",
};

// Functions

export function paymentsAt(atStripe: Call): Pick<Stripe, "dispute"> {
  return {
    dispute: (id) =>
      atStripe(({ disputes }) => disputes.retrieve(id, { expand: ["charge"] }).then(disputeOf, unlessMissing)),
  };
}

export function disputeOf(one: StripeLibrary.Dispute): StripeDispute {
  const { id, charge, status, amount, currency, created, evidence_details: evidence } = one;
  return {
    id,
    customer: typeof charge === "object" ? idOf(charge.customer) : undefined,
    charge: idOf(charge) ?? "",
    // threat: a status that Stripe adds, such as one of an appeal, is taken for the end of a dispute
    state: states[status] ?? "open",
    amount,
    currency,
    createdAt: instantOf(created),
    respondBy: evidence.due_by ? instantOf(evidence.due_by) : undefined,
  };
}

function unlessMissing(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== "resource_missing") throw error;
}
