import * as v from "valibot";
import { Integer } from "../../base/shape.ts";
import { fn } from "../../kernel/fn.ts";
import { stripe } from "../../kernel/ports.ts";
import type { StripeMovement } from "../../kernel/stripe-invoice.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { needStripe, own } from "../billing.ts";
import { shownRowOf } from "../row.ts";
import { failureOfRead } from "../seat-failures.ts";
import { failures } from "./ledger.ts";

// The money of each month, as Stripe's balance transactions have it.

const monthLength = "2026-11".length;

// Shapes

/** The money of a month. Amounts are in the smallest unit of the currency, such as cents, before Stripe's fees. */
export const Month = v.object({
  /** The month, such as `2026-11`, in UTC. */
  month: v.string(),
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** The amount that cards and banks paid. */
  paid: Integer,
  /** The amount that was refunded to them, whenever it was paid. */
  refunded: Integer,
  /** The amount that banks reversed for disputes, without what came back from those that were won. */
  disputed: Integer,
  /** The rest: `paid` without `refunded` and `disputed`. It is the sum of Stripe's balance transactions. */
  net: Integer,
});
export type Month = v.InferOutput<typeof Month>;

// Functions

/** Returns what was paid, refunded, and disputed in each month, newest first. */
export const months = fn(
  "billing.months",
  {
    input: v.strictObject({}),
    output: v.object({
      /** The months in which money moved. */
      items: v.array(Month),
    }),
    failures,
    reads: own,
  },
  async (_, _actor, [, billing]) => {
    await needStripe();
    const { customer = "", former = [] } = shownRowOf(billing) ?? {};
    const movements: StripeMovement[] = [];
    for (const one of [customer, ...former]) {
      // a row that is damaged may lack its customer, and without one Stripe lists the charges of everybody
      // threat: an organization without a customer is shown the money of others
      if (one !== "") movements.push(...(await movementsOf(one, one !== customer)));
    }
    return { items: monthsOf(movements) };
  },
);

/** Returns the sums of movements by month and currency, newest first. */
export function monthsOf(movements: readonly StripeMovement[]): Month[] {
  const sums = new Map<string, Month>();
  for (const { at, kind, amount, currency } of movements) {
    const month = at.slice(0, monthLength);
    const key = `${month} ${currency}`;
    const sum = sums.get(key) ?? { month, currency, paid: 0, refunded: 0, disputed: 0, net: 0 };
    sum[kind] += kind === "paid" ? amount : -amount;
    sum.net += amount;
    sums.set(key, sum);
  }
  return [...sums].toSorted(([one], [other]) => (one < other ? 1 : -1)).map(([, sum]) => sum);
}

async function movementsOf(customer: string, isFormer: boolean): Promise<StripeMovement[]> {
  try {
    return (await stripe().movements(customer)) ?? [];
  } catch (error) {
    // Stripe may have forgotten a deleted customer
    const isForgotten = isFormer && error instanceof StripeError && error.code === "resource_missing";
    if (isForgotten) return [];
    throw failureOfRead(error);
  }
}
