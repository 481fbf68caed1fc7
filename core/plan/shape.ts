import * as v from "valibot";
import { stepOf } from "../money/shape.ts";

/** Ways to pay that Muster has words for, by Stripe's names. */
export const methodTypes = [
  "amazon_pay",
  "bacs_debit",
  "card",
  "cashapp",
  "link",
  "paypal",
  "sepa_debit",
  "us_bank_account",
] as const;

/** Billing periods, in months. */
export const months = { monthly: 1, quarterly: 3, yearly: 12 } as const;
export const periods = ["monthly", "quarterly", "yearly"] as const;
export type Period = (typeof periods)[number];

/** A billing period, its price at Stripe, and the amount per seat, in Stripe's unit of the currency. */
const Sold = v.strictObject({
  id: v.picklist(periods, "A plan's id is monthly, quarterly, or yearly."),
  price: v.pipe(
    v.string("A plan's price is the id of one at Stripe."),
    v.regex(/^price_\w+$/, "A plan's price is the id of one at Stripe, price_…."),
  ),
  amount: v.pipe(
    v.number("A plan's amount is in the smallest unit of its currency."),
    v.integer("A plan's amount is whole, in the smallest unit of its currency."),
    v.minValue(1, "A plan's amount is at least 1."),
  ),
  currency: v.pipe(
    v.string("A plan's currency is three lowercase letters."),
    v.regex(/^[a-z]{3}$/, "A plan's currency is three lowercase letters."),
  ),
});
/** The amounts that Stripe can charge. */
export const Paid = v.pipe(
  Sold,
  v.check(
    // threat: a price is configured that Stripe refuses to charge
    ({ amount, currency }) => !Number.isInteger(amount) || amount % stepOf(currency) === 0,
    "Stripe charges this currency in steps: a plan's amount must end in 0 for bhd, jod, kwd, omr, and tnd, and in 00 for isk and ugx.",
  ),
);
export type Paid = v.InferOutput<typeof Paid>;

/**
 * The rest of a paid period is lost, goes to the customer's balance, which later invoices use first, or is refunded to those
 * who paid it.
 */
export const unusedTimes = ["lost", "credited", "refunded"] as const;
export type UnusedTime = (typeof unusedTimes)[number];

/** Seats that an invoice is sent for count once it is paid, or at once. */
export const invoicedSeats = ["paid", "at_once"] as const;
export type InvoicedSeats = (typeof invoicedSeats)[number];

/**
 * The plans that a deployment sells. Units: days of trial of a first subscription, the most seats of a trial, days of
 * grace after the last.
 */
export type Plans = {
  trialDays: number;
  trialSeats: number;
  graceDays: number;
  /** The most seats that are sold without the operator. Without it, the preset of deployments. */
  maxSeats?: number;
  paid: readonly Paid[];
  /** The rest of a paid period of a deleted organization is lost, credited, or refunded. Without it, lost. */
  unusedTime?: UnusedTime;
  /** Seats that an invoice is sent for count once it is paid, or at once. Without it, once it is paid. */
  invoicedSeats?: InvoicedSeats;
  /** The ways to pay that a checkout offers, by Stripe's names. Without them, Stripe offers those of the account. */
  methodTypes?: readonly string[] | undefined;
  /** True if Stripe Tax computes taxes. */
  tax?: boolean;
};
