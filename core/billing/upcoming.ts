import * as v from "valibot";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { fn } from "../kernel/fn.ts";
import { instant, plans, stripe } from "../kernel/ports.ts";
import type { StripeUpcoming } from "../kernel/stripe-invoice.ts";
import { failures as billingFailures, needStripe, own } from "./billing.ts";
import { describeLine, lineEntries } from "./line.ts";
import { isLive, type Mirror, type Row, shownRowOf } from "./row.ts";
import { failureOfRead, failures as seatFailures } from "./seat-failures.ts";
import { isPeriodPaid } from "./subscriptions.ts";

/**
 * The reasons there is no upcoming invoice: there is no subscription, it ends before, it is paused because its trial
 * ended without a payment method, or Stripe expects none for another reason, such as a first payment that is missing.
 */
const absences = ["no_subscription", "ending", "paused", "none_expected"] as const;
type Absence = (typeof absences)[number];

// Shapes

/** The invoice that comes next, as it is known now. Amounts are in the smallest unit of the currency, such as cents. */
const Upcoming = v.object({
  /** The time Stripe charges it. Missing if Stripe plans no charge, such as for an invoice that is paid by hand. */
  chargedAt: v.optional(v.string()),
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** Its lines, or the first ones if it has many. */
  lines: v.array(v.object(lineEntries)),
  /** The sum of its other lines. Missing if `lines` are all. */
  otherLines: v.optional(Integer),
  /** The sum of its lines, before discounts and tax. */
  subtotal: Integer,
  /** The amount that discounts take off. */
  discount: Integer,
  /** Tax that is added. */
  tax: Integer,
  /** Its total, with discounts and tax. */
  total: Integer,
  /** The customer's balance before it: negative if it is credit, which is used first. */
  balance: Integer,
  /** The amount that will be charged. */
  due: Integer,
});

export const Info = v.object({
  /** The upcoming invoice. Missing if there is none. */
  invoice: v.optional(Upcoming),
  /**
   * The reason there is none: no subscription, an end before it, a trial that ended without a payment method, or
   * nothing to charge.
   */
  absence: v.optional(shown(absences)),
  /** The credit that the first invoices of a new subscription use. Missing if there is none, or a subscription. */
  credit: v.optional(
    v.object({
      /** The amount, in the smallest unit of the currency, such as cents. */
      amount: Integer,
      /** The currency, as three lowercase letters. */
      currency: v.string(),
    }),
  ),
});

/** The rest of the paid period, and whether a deletion of the organization credits it. */
const UnusedTime = v.object({
  /** The amount that is left, in the smallest unit of the currency, such as cents. Missing if nothing is left. */
  amount: v.optional(Integer),
  /** The currency, as three lowercase letters. */
  currency: v.optional(v.string()),
  /** True if a deletion credits it, so that later invoices of the organization use it first. Otherwise it is lost. */
  isCredited: v.boolean(),
  /** True if a deletion refunds it to those who paid it. */
  isRefunded: v.optional(v.literal(true)),
});

const refusals = [
  billingFailures.unconfigured,
  billingFailures.misconfigured,
  seatFailures.unavailable,
  seatFailures.refused,
];

// Functions

/** Returns what will be charged next if nothing changes until then, as Stripe computes it. */
export const upcoming = fn(
  "billing.upcoming",
  {
    input: v.strictObject({}),
    output: Info,
    failures: refusals,
    reads: own,
  },
  async (_, _actor, [, billing]) => {
    await needStripe();
    const { mirror, customer } = shownRowOf(billing) ?? {};
    // threat: the upcoming invoice of an ended subscription is asked of Stripe
    if (!mirror || !isLive(mirror)) {
      const credit = customer === undefined ? undefined : await atStripe(() => stripe().creditOf(customer));
      return { absence: "no_subscription" as const, ...(credit && { credit }) };
    }
    const found = await atStripe(() => stripe().upcoming(mirror.subscription));
    return found ? { invoice: describe(found) } : { absence: absenceOf(mirror) };
  },
);

/** Returns what a deletion would leave of the paid period, as Stripe computes it, and where it would go. */
export const unusedTime = fn(
  "billing.unusedTime",
  { input: v.strictObject({}), output: UnusedTime, failures: refusals, reads: own },
  async (_, _actor, [, billing]) => {
    await needStripe();
    const row = shownRowOf(billing);
    const isCredited = plans().unusedTime === "credited";
    const isRefunded = plans().unusedTime === "refunded" && { isRefunded: true as const };
    return { isCredited, ...isRefunded, ...(row && (await atStripe(() => leftOf(row)))) };
  },
);

/** Returns what is left of a paid period, by the rule of what a deletion credits. */
async function leftOf({ customer, mirror, debit, ...row }: Row) {
  // threat: a period that nobody has paid is said to be left
  if (!mirror || mirror.status !== "active" || debit) return;
  const { items } = await stripe().invoices(customer);
  const whole = await Promise.all(items.map(async (one) => (one.hasMore ? stripe().invoice(one.id) : one)));
  const period = { id: mirror.subscription, ends: [mirror.periodEnd] };
  // threat: a credit is promised that a deletion does not give
  return isPeriodPaid(period, whole, row, instant()) ? stripe().unusedTime(mirror.subscription) : undefined;
}

async function atStripe<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw failureOfRead(error);
  }
}

function describe({ lines, hasMore, ...invoice }: StripeUpcoming) {
  const { chargedAt, currency, discount, tax, total, balance, due } = invoice;
  const subtotal = total - tax + discount;
  const rest = lines.reduce((left, { amount }) => left - amount, subtotal);
  return {
    ...withoutUndefined({ chargedAt }),
    currency,
    lines: lines.map(describeLine),
    // threat: lines of an upcoming invoice that Stripe leaves out are not mentioned
    ...(hasMore && { otherLines: rest }),
    subtotal,
    discount,
    tax,
    total,
    balance,
    due,
  };
}

function absenceOf({ cancelAt, status }: Mirror): Absence {
  // threat: a subscription that ends is said to have nothing to charge for no reason
  if (cancelAt !== undefined) return "ending";
  return status === "paused" ? "paused" : "none_expected";
}
