import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { Side } from "./shape.ts";

const Amount = v.object({
  /** In the smallest unit of the currency. */
  amount: Integer,
  /** The currency, by its three letters. */
  currency: v.string(),
});
const change = { operation: ID.schema("operation"), from: Integer, to: Integer, plan: v.string() };

/** Who requested a change, and the organization before and after it, if that differs. */
const told = { by: v.string(), before: v.optional(Side), after: v.optional(Side) };

export const BillingCheckoutBegun = Event.define(
  "billing.checkout_begun",
  v.object({ plan: v.string(), seats: Integer }),
);
/** Stripe's state was copied. */
export const BillingCopied = Event.define("billing.copied", v.object({ before: Side, after: Side }));
export const BillingResizeBegun = Event.define("billing.resize_begun", v.object(change));
export const BillingResized = Event.define(
  "billing.resized",
  v.object({ ...change, ...told, shown: v.optional(Amount), charged: v.optional(Amount) }),
);
/** Nothing was changed: Stripe declined it, or it was not paid in time. */
export const BillingResizeDropped = Event.define(
  "billing.resize_dropped",
  v.object({ ...change, ...told, reason: known(["refused", "unpaid", "ended"]) }),
);
// A request. Its result is in what is copied from Stripe.
export const BillingCancelAsked = Event.define("billing.cancel_asked", v.object({ periodEnd: v.string() }));
export const BillingResumeAsked = Event.define("billing.resume_asked", v.object({}));
export const BillingDiscountAsked = Event.define("billing.discount_asked", v.object({ code: v.string() }));
export const BillingTrialEnding = Event.define("billing.trial_ending", v.object({ trialEnd: v.string() }));
export const BillingDoubleCanceled = Event.define(
  "billing.double_canceled",
  v.object({ kept: v.optional(v.string()), canceled: v.array(v.string()) }),
);
