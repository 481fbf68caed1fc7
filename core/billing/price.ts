import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { instant, stripe } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Plan from "../plan/plan.ts";
import * as Quote from "./quote.ts";
import type { Mirror, Op } from "./row.ts";
import { failureOf, failures } from "./seat-failures.ts";

// What a change of seats or plan costs, as Stripe computes it.

// Shapes

/** The price of a change, in the smallest unit of the currency, such as cents. */
export const Price = v.object({
  /**
   * The amount that is charged now: 0 if there are fewer seats or nothing changes, if credit or a discount covers it,
   * or if it is less than Stripe charges, which moves to the customer's balance and to a later invoice.
   */
  dueNow: Integer,
  /**
   * The amount that the next invoice will charge, with credit for seats that end before. Missing if more seats or
   * another plan are charged now, or the subscription ends before it.
   */
  nextInvoice: v.optional(Integer),
  /** The tax in what is charged now. Missing if there is none, or if the customer's balance pays a part. */
  taxNow: v.optional(Integer),
  /** The tax in what the next invoice will charge. Missing if there is none, or if the balance pays a part. */
  nextTax: v.optional(Integer),
  /** The currency, as three lowercase letters. */
  currency: v.string(),
});
export type Price = v.InferOutput<typeof Price>;

// Functions

type Agreed = { actor: Member; op: Op; mirror: Mirror; recent: readonly string[] };

/**
 * Returns the operation at the price of its quote: for the same instant, Stripe computes the same price. A decrease,
 * which charges nothing, has an instant of its own, so that no credit is for time before it.
 */
export async function confirm(quote: string, { actor, op, mirror, recent }: Agreed): Promise<Op> {
  const terms = Quote.read(actor.organization, quote);
  const isSameChange = terms && isDeepStrictEqual([terms.from, terms.to], endsOf(op, mirror));
  // threat: a price that was shown long ago still counts
  // threat: a price of another change is accepted
  if (!isSameChange || terms.expiresAt <= instant()) throw failures.quoted();
  // threat: fewer seats are credited for the time before the change
  if (!op.grows) return op;
  // threat: a change counts from before the last one
  if (terms.at < toSecond(recent.at(-1) ?? "")) throw failures.quoted();
  const agreed = { ...op, prorationAt: terms.at, shown: terms.due };
  const { amount, currency } = await stripe()
    .preview({ ...agreed, quantity: op.to })
    .catch((error: unknown) => {
      // an instant before the current period
      // threat: a price from before a renewal is answered as a refusal by Stripe
      throw error instanceof StripeError && error.outcome === "refused" ? failures.quoted() : failureOf(error);
    });
  // threat: a price that was not shown is charged
  if (!isDeepStrictEqual({ amount, currency }, terms.due)) throw failures.quoted();
  return agreed;
}

/** Stripe prorates by whole seconds. */
export const toSecond = (at: string) => at && `${at.slice(0, 19)}.000Z`;

export const endsOf = (op: Op, mirror: Mirror) =>
  [
    { seats: op.from, price: mirror.price },
    { seats: op.to, price: op.price },
  ] as const;

export async function priceOf(op: Op): Promise<Price> {
  const change = { ...op, quantity: op.to };
  try {
    const [due, next] = await Promise.all([
      op.grows ? stripe().preview(change) : undefined,
      op.grows ? undefined : stripe().nextInvoice(change),
    ]);
    const currency = (due ?? next)?.currency ?? Plan.currencyOfPrice(op.price);
    // threat: the price of a change hides its tax
    const taxes = { ...(due?.tax && { taxNow: due.tax }), ...(next?.tax && { nextTax: next.tax }) };
    return { dueNow: due?.amount ?? 0, currency, ...(next && { nextInvoice: next.amount }), ...taxes };
  } catch (error) {
    // threat: an outage of Stripe is answered to a price as a bug
    throw failureOf(error);
  }
}
