import { failure } from "../base/failure.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { seatLimit } from "../plan/plan.ts";
import type { Op } from "./row.ts";
import { committedOf, fewestOf, grantedOf } from "./status.ts";

// Failures

export const failures = {
  unsubscribed: failure(
    "conflict",
    "billing.no_subscription",
    "This organization has no subscription. Choose a plan first.",
  ),
  unsold: failure("invalid", "billing.plan_unavailable", "This plan is not available."),
  owing: failure("limit", "billing.payment_due", "A payment is due. Pay it before you change seats or plan."),
  busy: failure("conflict", "billing.busy", "Another change of seats or plan is in progress. Wait until it finishes."),
  committed: failure(
    "conflict",
    "billing.seats_committed",
    "More seats than that are in use. Remove members or revoke invitations first.",
  ),
  tried: failure(
    "limit",
    "billing.trial_limit",
    "A trial does not have that many seats. Add more once the subscription is paid.",
  ),
  limited: failure(
    "limit",
    "billing.seat_limit",
    "So many seats can't be bought here. Contact the operator of this service for more.",
  ),
  often: failure("rate", "billing.rate_limited", "Too many seat changes. Try again later."),
  quoted: failure("conflict", "billing.price_changed", "The price has changed. Review the new price."),
  waiting: failure(
    "conflict",
    "billing.payment_waiting",
    "A change of seats or plan waits for its payment. Pay its invoice, or wait until the change is dropped.",
  ),
  ending: failure(
    "conflict",
    "billing.subscription_ending",
    "This subscription is set to end. Resume it before you change the plan.",
  ),
  processing: failure(
    "conflict",
    "billing.payment_processing",
    "Your bank is processing a payment. Change seats or plan once it has arrived.",
  ),
  disputed: failure(
    "limit",
    "billing.payment_disputed",
    "A payment of this organization is disputed: until that is resolved, no seats can be added, and the plan can't be changed. Contact the operator of this service.",
  ),
  byInvoice: failure(
    "conflict",
    "billing.paid_by_invoice",
    "This subscription is paid by invoice. Contact the operator of this service to change its plan.",
  ),
  unavailable: failure("unavailable", "billing.unavailable", "Stripe is unavailable. Try again in a minute."),
  refused: failure("conflict", "billing.refused", "Stripe declined this change."),
  unpaid: failure("conflict", "billing.payment_missed", "This change was not paid in time. Nothing was changed."),
};

/** The reason a change was dropped, as the person who wanted it is told. */
export const droppings = { refused: failures.refused, unpaid: failures.unpaid, ended: failures.unsubscribed };

/** Codes of Stripe: too many requests, or another one for the same object. */
const tooFast = ["rate_limit", "lock_timeout"];
const retryAfterSeconds = 5;

// Functions

/** Returns the failure for a call that went wrong. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error;
  if (error.outcome === "refused") return failures.refused({ cause: error });
  const isTooFast = tooFast.includes(error.code ?? "");
  return failures.unavailable({ cause: error, ...(isTooFast && { retryAfterSeconds }) });
}

/** The same for a read, which changes nothing. */
export function failureOfRead(error: unknown): unknown {
  if (!(error instanceof StripeError) || error.outcome !== "refused") return failureOf(error);
  return failures.refused({ cause: error, message: "This could not be read at Stripe. Reload in a few minutes." });
}

/** Returns the failure for a change while another one is under way. */
export function busyWith({ waitsUntil, invoiced }: Op) {
  if (waitsUntil === undefined) return failures.busy();
  const message =
    "A change of seats waits for the payment of its invoice. Pay it, or ask the operator of this service to void it.";
  // threat: somebody waits for the end of an invoice that nobody ends
  return failures.waiting(invoiced ? { message } : {});
}

/** Returns the failure for fewer seats than an organization needs. */
export function tooFew(organizationRow: OrganizationRow) {
  const granted = grantedOf(organizationRow);
  const taken = `${committedOf(organizationRow)} seats are in use or held by invitations`;
  const beside = granted > 0 ? `, and ${granted} are granted` : "";
  const need = granted > 0 ? "to pay for " : "";
  return failures.committed({
    message: `${taken}${beside}, so you need ${need}at least ${fewestOf(organizationRow)}.`,
  });
}

/** Returns the failure for more seats than are sold without the operator. */
export const tooMany = () =>
  failures.limited({
    message: `Up to ${seatLimit().toLocaleString("en")} seats can be bought here. Contact the operator of this service for more.`,
  });
