import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { maxSeats } from "./limits.ts";

/** The purposes that seats are bought for: people who are invited, imported, or become members again. */
export const purposes = ["invitation", "import", "member"] as const;

/** The reasons a change is dropped: Stripe declined it, it was not paid in time, or its subscription has ended. */
export const dropReasons = ["refused", "unpaid", "ended"] as const;

/** The name for nobody who requested a change of seats that was made automatically, in place of an account. */
export const automatically = "automatic";

/**
 * The reasons none are added automatically for now: a payment waits, Stripe declined, nobody paid, or too many changes
 * were made.
 */
export const stopReasons = ["waiting", "refused", "unpaid", "often"] as const;
export type StopReason = (typeof stopReasons)[number];

/** The number of seats. */
export const Seats = v.pipe(
  v.number(),
  v.integer("Expected a whole number of seats."),
  v.minValue(1, "An organization has at least one seat."),
  v.maxValue(maxSeats, `At most ${maxSeats.toLocaleString("en")} seats.`),
);

/** The method that pays the invoices. */
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

/** General settings that Stripe gets. */
const contactFields = [
  "name",
  "contact",
  "contact.email",
  "contact.billingEmail",
  "contact.phone",
  "address",
  "address.country",
  "address.street",
  "address.city",
  "address.state",
  "address.postalCode",
] as const;
export type ContactField = (typeof contactFields)[number];

/** The values of the billing contact that Stripe refused. */
export const ContactRefusal = v.object({
  /** The general setting. `address` is all of the address, and `contact` all that Stripe gets. */
  field: v.picklist(contactFields),
  /** The reason, in Stripe's words. */
  reason: v.string(),
});
export type ContactRefusal = v.InferOutput<typeof ContactRefusal>;

/** A discount on each invoice, or only on the next one: a percentage or an amount in the smallest unit. */
export const Discount = v.object({
  /** The code that was applied, or the name of a discount that was given without one. */
  name: v.optional(v.string()),
  /** Percent off, such as 12.5. */
  percent: v.optional(v.number()),
  /** The amount off, in the smallest unit of the currency, such as cents. */
  amount: v.optional(Integer),
  /** The currency of `amount`, as three lowercase letters. */
  currency: v.optional(v.string()),
  /** The time the discount ends. Missing if it does not. */
  endsAt: v.optional(v.string()),
  /** True if it applies to the next invoice only. */
  once: v.optional(v.boolean()),
});

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
  /** The time the subscription before ended: one that was never paid starts no other grace period. */
  endedAt: v.exactOptional(v.string()),
};

/** A payment, not returned yet, that buys nothing: the subscription is canceled because another one is kept. */
export const duplicate = {
  subscription: v.string(),
  invoice: v.string(),
  /**
   * The amount that was paid, in the smallest unit of the currency, and its part by card: the rest came from the
   * balance.
   */
  amount: v.number(),
  byCard: v.number(),
  currency: v.string(),
  /** A bank processes it: there is nothing to return before it has paid. */
  isProcessing: v.exactOptional(v.literal(true)),
  /** It is for a change that Stripe dropped before the bank answered. The subscription stays. */
  operation: v.exactOptional(v.string()),
  /** It came after the subscription had ended. */
  isLate: v.exactOptional(v.literal(true)),
  /** No event says yet that it was paid. */
  isUnreported: v.exactOptional(v.literal(true)),
  /** Somebody returns it there: Stripe may have done so already. */
  returning: v.exactOptional(v.picklist(["card", "balance"])),
};

/**
 * The states of a dispute that is recorded. `asked`: the payer's bank asks and has reversed nothing. `open`: it has, until
 * it decides. `lost`: the payer keeps it. `closed`: the operator has dealt with that.
 */
export const recordedDisputes = ["asked", "open", "lost", "closed"] as const;

/** A payment that its payer disputes with the bank, until the dispute is won. */
export const Dispute = v.object({
  id: v.string(),
  /** The charge at Stripe. */
  charge: v.string(),
  /** The amount that is disputed, in the smallest unit of the currency. */
  amount: v.number(),
  currency: v.string(),
  state: v.picklist(recordedDisputes),
  createdAt: v.string(),
  /** The time until which Stripe takes evidence. */
  respondBy: v.exactOptional(v.string()),
});
export type Dispute = v.InferOutput<typeof Dispute>;

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
  /** The number of items that the subscription has besides its seats. */
  otherItems: v.optional(Integer),
  /** The organization that the subscription was labeled with at Stripe, if it was another, or `nobody`. */
  labeledFor: v.optional(v.string()),
  /** The time the subscription ends, if it is canceled. */
  cancelAt: v.optional(v.string()),
  /** The time the grace period after it ends. */
  graceUntil: v.optional(v.string()),
  /** The method that pays the invoices: the brand of a card or the kind of an account, and the last four characters. */
  paymentMethod: v.optional(v.string()),
  /** The days in which invoices are to be paid by hand, if they are sent. */
  daysUntilDue: v.optional(Integer),
});
export type Side = v.InferOutput<typeof Side>;

/**
 * The targets of a refund: to the card that paid, or to the balance that the next invoices use; `elsewhere` if it was
 * refunded without Muster.
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
