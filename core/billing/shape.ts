import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { maxSeats } from "./limits.ts";

/** What seats are bought for: people who are invited, imported, or become members again. */
export const purposes = ["invitation", "import", "member"] as const;

/** Why a change was dropped: Stripe declined it, it was not paid in time, or its subscription has ended. */
export const dropReasons = ["refused", "unpaid", "ended"] as const;

/** Who requested a change of seats that was made automatically, in place of an account. */
export const automatically = "automatic";

/** Why none are added automatically for now: a payment waits, Stripe declined, nobody paid, or too many changes were made. */
export const stopReasons = ["waiting", "refused", "unpaid", "often"] as const;
export type StopReason = (typeof stopReasons)[number];

/** How many seats. */
export const Seats = v.pipe(
  v.number(),
  v.integer("Expected a whole number of seats."),
  v.minValue(1, "An organization has at least one seat."),
  v.maxValue(maxSeats, `At most ${maxSeats.toLocaleString("en")} seats.`),
);

/** What pays the invoices. */
export const paymentMethod = {
  /** Its kind at Stripe, such as `card` or `sepa_debit`. */
  type: v.string(),
  /** The brand of a card, such as `visa`, or the bank. */
  issuer: v.exactOptional(v.string()),
  /** The last four characters of its number. */
  last4: v.exactOptional(v.string()),
  /** The last month in which a card can be used, such as `2030-12`. */
  expires: v.exactOptional(v.string()),
};

/** A payment from an account at a bank, which answers in days. */
export const debit = {
  /** The id of the invoice at Stripe, and what is to be paid. */
  invoice: v.string(),
  amount: v.number(),
  currency: v.string(),
  /** The kind of account, such as `sepa_debit`. */
  type: v.string(),
  /** Seats that were paid before. No others count until this is paid. */
  paidSeats: v.number(),
  /** The bank has refused it, and it is not paid in another way. */
  hasFailed: v.exactOptional(v.literal(true)),
  /** The first payment arrived after its subscription had ended, so nothing has begun, and it is returned. */
  isLate: v.exactOptional(v.literal(true)),
  /** When the subscription before ended: one that was never paid starts no other grace period. */
  endedAt: v.exactOptional(v.string()),
};

/** A payment, not returned yet, that buys nothing: the subscription is canceled because another one is kept. */
export const duplicate = {
  subscription: v.string(),
  invoice: v.string(),
  /** What was paid, in the smallest unit of the currency, and how much of it by card: the rest came from the balance. */
  amount: v.number(),
  byCard: v.number(),
  currency: v.string(),
  /** A bank processes it: there is nothing to return before it has paid. */
  isProcessing: v.exactOptional(v.literal(true)),
  /** It is for a change that Stripe dropped before the bank answered. The subscription stays. */
  operation: v.exactOptional(v.string()),
  /** No event says yet that it was paid. */
  isUnreported: v.exactOptional(v.literal(true)),
};

/** The billing state of an organization, as events record it. */
export const Side = v.object({
  /** The status of the subscription at Stripe. */
  status: v.optional(v.string()),
  /** The seats of the subscription at Stripe. */
  quantity: v.optional(Integer),
  /** The subscription status of the organization. */
  billingStatus: v.string(),
  /** The seats of the organization. */
  capacity: Integer,
  /** How many items the subscription has besides its seats. */
  otherItems: v.optional(Integer),
  /** The organization that the subscription was labeled with at Stripe, if it was another, or `nobody`. */
  labeledFor: v.optional(v.string()),
  /** When the subscription ends, if it is canceled. */
  cancelAt: v.optional(v.string()),
  /** When the grace period after it ends. */
  graceUntil: v.optional(v.string()),
  /** What pays the invoices: the brand of a card or the kind of an account, and the last four characters. */
  paymentMethod: v.optional(v.string()),
});
export type Side = v.InferOutput<typeof Side>;

/**
 * Where a refund goes: to the card that paid, or to the balance that the next invoices use; `elsewhere` if it was settled
 * without Muster.
 */
export const refundTargets = ["card", "balance", "elsewhere"] as const;
export type RefundTarget = (typeof refundTargets)[number];

/** The billing statuses. */
export const billingStatuses = [
  "free",
  "trialing",
  "active",
  "past_due",
  "over_limit",
  "canceled",
  "read_only",
] as const;
export type BillingStatus = (typeof billingStatuses)[number];
