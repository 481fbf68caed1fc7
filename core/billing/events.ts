import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { recordedDisputes, refundTargets, Side, stopReasons } from "./shape.ts";

const Amount = v.object({
  /** In the smallest unit of the currency. */
  amount: Integer,
  /** The currency, by its three letters. */
  currency: v.string(),
});
/** The plan: monthly, quarterly, or yearly. */
const plan = v.string();
/** The number. */
const seats = Integer;
/** The amount that was charged. */
const charged = v.optional(Amount);
const change = {
  /** The change. */
  operation: ID.schema("operation"),
  /** Seats of the subscription before. */
  from: Integer,
  /** Seats of the subscription after. */
  to: Integer,
  plan,
  /** Seats that the operator granted beside them. Missing in events of earlier releases. */
  granted: v.optional(Integer),
};
const common = {
  /** The account that requested it, or `automatic`. */
  by: v.string(),
  /** The billing status and seats before, if they changed. */
  before: v.optional(Side),
  /** The billing status and seats after. */
  after: v.optional(Side),
};

/** An owner or admin starts to buy seats. */
export const BillingCheckoutStarted = Event.define(
  "billing.checkout_started",
  v.object({
    plan,
    /** The number of seats. */
    seats,
  }),
);
/** Muster copies the state of the subscription from Stripe. */
export const BillingUpdated = Event.define(
  "billing.updated",
  v.object({
    /** The billing status, seats, and payment method before. */
    before: Side,
    /** The same after. */
    after: Side,
  }),
);
/** An owner or admin, or automatic seats, change seats or plan, before the change is sent to Stripe. */
export const BillingResizeStarted = Event.define("billing.resize_started", v.object(change));
/** A change of seats or plan takes effect. */
export const BillingResized = Event.define(
  "billing.resized",
  v.object({
    ...change,
    ...common,
    /** The price that was shown. */
    shown: v.optional(Amount),
    charged,
  }),
);
/** A change of seats or plan ends without effect. */
export const BillingResizeDropped = Event.define(
  "billing.resize_dropped",
  v.object({
    ...change,
    ...common,
    /** Stripe declined it, it was not paid, or the subscription ended. */
    reason: known(["refused", "unpaid", "ended"]),
  }),
);
// Requests: their results are in what is copied from Stripe.
/** An owner or admin cancels the subscription. */
export const BillingCancelRequested = Event.define(
  "billing.cancel_requested",
  v.object({
    /** The time the paid period ends. */
    periodEnd: v.string(),
  }),
);
/** An owner or admin resumes a canceled subscription. */
export const BillingResumeRequested = Event.define("billing.resume_requested", v.object({}));
/** An owner or admin uses a discount code. */
export const BillingDiscountRequested = Event.define(
  "billing.discount_requested",
  v.object({
    /** The code. */
    code: v.string(),
  }),
);
/** A trial ends in three days. */
export const BillingTrialEnding = Event.define(
  "billing.trial_ending",
  v.object({
    /** The time the trial ends. */
    trialEnd: v.string(),
  }),
);
/** The card that is charged expires within 30 days, or has expired. */
export const BillingCardExpiring = Event.define(
  "billing.card_expiring",
  v.object({
    /** The brand and the last four digits. */
    paymentMethod: v.string(),
    /** The last day on which it can be charged. */
    expiresAfter: v.string(),
  }),
);
/** A member requests seats from those who can buy them. */
export const BillingSeatsRequested = Event.define("billing.seats_requested", v.object({ seats }));
/** A member revokes a request for seats. */
export const BillingSeatRequestRevoked = Event.define("billing.seat_request_revoked", v.object({ seats }));
const decided = {
  /** The account that requested them. */
  account: ID.schema("account"),
  seats,
};
/** The seats that a member requested are bought. */
export const BillingSeatRequestApproved = Event.define(
  "billing.seat_request_approved",
  v.object({
    ...decided,
    /** The account that approved it, or `automatic`. */
    by: v.string(),
    /** The id of the change of seats. */
    operation: ID.schema("operation"),
    charged,
  }),
);
/** An owner or admin declines a request for seats. */
export const BillingSeatRequestDeclined = Event.define("billing.seat_request_declined", v.object(decided));
/** An owner turns automatic seats on or off, or changes them; or they end with the subscription. */
export const BillingAutomaticSeatsChanged = Event.define(
  "billing.automatic_seats_changed",
  v.object({
    /** The limit before. Missing if it was off. */
    from: v.optional(Integer),
    /** The limit after. Missing if it is off. */
    to: v.optional(Integer),
    /** The number of seats that are kept free. */
    spare: v.optional(Integer),
  }),
);
/** Seats that were needed are not added automatically. */
export const BillingAutomaticSeatsStopped = Event.define(
  "billing.automatic_seats_stopped",
  v.object({
    /** The change. Missing if there is none, because there were too many that day. */
    operation: v.optional(ID.schema("operation")),
    seats,
    /** Its payment is waited for, Stripe declined it, it was not paid, or there were too many changes that day. */
    reason: known(stopReasons),
  }),
);
/** The id of the invoice at Stripe. */
const invoice = v.string();

/**
 * Muster cancels a second subscription of the same organization, or a bank pays for a change that Stripe had dropped.
 */
export const BillingDuplicateCanceled = Event.define(
  "billing.duplicate_canceled",
  v.object({
    /** The Stripe subscription that stays. */
    kept: v.optional(v.string()),
    /** The subscriptions that were canceled. None for a dropped change. */
    canceled: v.array(v.string()),
    /**
     * The payments, which can be refunded: invoice, amount in the smallest unit, and currency. Missing if there were
     * none.
     */
    paid: v.optional(v.array(v.object({ invoice, ...Amount.entries }))),
  }),
);
/** A payment arrives for a subscription that has ended: it buys nothing, and can be refunded. */
export const BillingPaymentUnused = Event.define(
  "billing.payment_unused",
  v.object({
    /** The payments: invoice, amount in the smallest unit, and currency. */
    paid: v.array(v.object({ invoice, ...Amount.entries })),
  }),
);
/**
 * The operator, an owner, or an admin refunds a payment that bought nothing; or the rest of a paid period is refunded, since
 * its organization was deleted.
 */
export const BillingDuplicateRefunded = Event.define(
  "billing.duplicate_refunded",
  v.object({
    /** The invoice that was paid. */
    invoice,
    ...Amount.entries,
    /** The amount that was returned, in the smallest unit of the currency. */
    amount: Integer,
    /** The `card` that paid, the `balance` that the next invoices use, or `elsewhere`. */
    to: known(refundTargets),
  }),
);
/**
 * The payer of a payment disputes it with the bank, or that changes: the bank reverses it until it decides, it is won or
 * lost, or the operator has dealt with a lost one.
 */
export const BillingDisputeChanged = Event.define(
  "billing.dispute_changed",
  v.object({
    /** The id of the dispute at Stripe. */
    dispute: v.string(),
    ...Amount.entries,
    /** The amount that is disputed, in the smallest unit of the currency. */
    amount: Integer,
    /** The bank has `asked`, or reversed the payment (`open`); the dispute is `won`, `lost`, or `closed` by the operator. */
    state: known([...recordedDisputes, "won"]),
  }),
);
