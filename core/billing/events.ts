import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { refundTargets, Side, stopReasons } from "./shape.ts";

const Amount = v.object({
  /** In the smallest unit of the currency. */
  amount: Integer,
  /** The currency, by its three letters. */
  currency: v.string(),
});
/** `from` and `to` are seats of the subscription; `granted` ones are beside them. */
const change = {
  operation: ID.schema("operation"),
  from: Integer,
  to: Integer,
  plan: v.string(),
  granted: v.optional(Integer),
};

/** Who requested a change, and the organization before and after it, if that differs. */
const common = { by: v.string(), before: v.optional(Side), after: v.optional(Side) };

export const BillingCheckoutStarted = Event.define(
  "billing.checkout_started",
  v.object({ plan: v.string(), seats: Integer }),
);
/** Our copy of Stripe's state changed. */
export const BillingUpdated = Event.define("billing.updated", v.object({ before: Side, after: Side }));
export const BillingResizeStarted = Event.define("billing.resize_started", v.object(change));
export const BillingResized = Event.define(
  "billing.resized",
  v.object({ ...change, ...common, shown: v.optional(Amount), charged: v.optional(Amount) }),
);
/** Nothing was changed: Stripe declined it, or it was not paid in time. */
export const BillingResizeDropped = Event.define(
  "billing.resize_dropped",
  v.object({ ...change, ...common, reason: known(["refused", "unpaid", "ended"]) }),
);
// A request. Its result is in what is copied from Stripe.
export const BillingCancelRequested = Event.define("billing.cancel_requested", v.object({ periodEnd: v.string() }));
export const BillingResumeRequested = Event.define("billing.resume_requested", v.object({}));
export const BillingDiscountRequested = Event.define("billing.discount_requested", v.object({ code: v.string() }));
export const BillingTrialEnding = Event.define("billing.trial_ending", v.object({ trialEnd: v.string() }));
/** A member requests seats from those who can buy them. */
export const BillingSeatsRequested = Event.define("billing.seats_requested", v.object({ seats: Integer }));
export const BillingSeatRequestRevoked = Event.define("billing.seat_request_revoked", v.object({ seats: Integer }));
const decided = { account: ID.schema("account"), seats: Integer };
/** The seats were bought: `by` has approved it. */
export const BillingSeatRequestApproved = Event.define(
  "billing.seat_request_approved",
  v.object({ ...decided, by: v.string(), operation: ID.schema("operation"), charged: v.optional(Amount) }),
);
export const BillingSeatRequestDeclined = Event.define("billing.seat_request_declined", v.object(decided));
/** An owner has set how many seats are added automatically at most, before and after; missing: none. */
export const BillingAutomaticSeatsChanged = Event.define(
  "billing.automatic_seats_changed",
  v.object({ from: v.optional(Integer), to: v.optional(Integer), spare: v.optional(Integer) }),
);
/** Seats that were needed were not added, or wait for their payment. */
export const BillingAutomaticSeatsStopped = Event.define(
  "billing.automatic_seats_stopped",
  v.object({
    operation: v.optional(ID.schema("operation")),
    seats: Integer,
    reason: known(stopReasons),
  }),
);
/** The id of the invoice at Stripe. */
const invoice = v.string();

/** `paid`: invoices that were paid and buy nothing, which an operator can refund. A dropped change cancels nothing. */
export const BillingDuplicateCanceled = Event.define(
  "billing.duplicate_canceled",
  v.object({
    kept: v.optional(v.string()),
    canceled: v.array(v.string()),
    paid: v.optional(v.array(v.object({ invoice, ...Amount.entries }))),
  }),
);
export const BillingDuplicateRefunded = Event.define(
  "billing.duplicate_refunded",
  v.object({ invoice, ...Amount.entries, to: known(refundTargets) }),
);
