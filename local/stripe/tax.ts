import { type Account, timeOf } from "./account.ts";
import * as Customer from "./customer.ts";
import { prorate } from "./period.ts";
import { invalid } from "./refusal.ts";
import type { Customer as CustomerObject, InvoiceLine, Price } from "./wire.ts";

// Stripe Tax, https://docs.stripe.com/tax: a rate for the customer's country, which a tax id reverses.

/** In percent, where the account is registered. */
const rates: Record<string, number> = { AT: 20, DE: 19, FR: 20, GB: 20 };
const percent = 100;

type Tax = NonNullable<InvoiceLine["taxes"]>[number];

/**
 * Returns the tax on an amount after discounts. A price without a tax behavior has the account's, which is exclusive here.
 */
export function taxesOn(account: Account, customer: string, { tax_behavior }: Price, net: number): Tax[] {
  const { address } = Customer.get(account, customer);
  const rate = rates[address?.country ?? ""];
  if (rate === undefined) return [taxOf({ amount: 0, net, reason: "not_collecting" })];
  const isReversed = Customer.taxIdsOf(account, customer).length > 0;
  if (isReversed) return [taxOf({ amount: 0, net, reason: "reverse_charge" })];
  const isInclusive = tax_behavior === "inclusive";
  const sign = net < 0 ? -1 : 1;
  const amount = sign * prorate(Math.abs(net), rate, isInclusive ? percent + rate : percent);
  return [taxOf({ amount, net: isInclusive ? net - amount : net, reason: "standard_rated", isInclusive })];
}

/** Returns what is added to a price: an inclusive tax is part of it. */
export const addedOf = (taxes: readonly Tax[]): number =>
  taxes.reduce((sum, { amount, tax_behavior }) => sum + (tax_behavior === "exclusive" ? amount : 0), 0);

/** Returns the taxes of an invoice, one for each kind on its lines. */
export function totalsOf(lines: readonly InvoiceLine[]): Tax[] {
  const kinds = new Map<string, Tax>();
  for (const tax of lines.flatMap(({ taxes }) => taxes ?? [])) {
    const kind = `${tax.tax_behavior} ${tax.taxability_reason}`;
    const { amount = 0, taxable_amount: net = 0 } = kinds.get(kind) ?? {};
    kinds.set(kind, { ...tax, amount: amount + tax.amount, taxable_amount: (net ?? 0) + (tax.taxable_amount ?? 0) });
  }
  return [...kinds.values()];
}

/**
 * https://docs.stripe.com/tax/checkout#existing-customers and https://docs.stripe.com/tax/checkout/tax-ids: what is typed in
 * a checkout is used for a customer who exists only if it may be saved.
 * @throws Refusal
 */
export function refuseUnsaved(
  customer: CustomerObject | undefined,
  wish: { tax: boolean; taxIds: boolean; savesAddress: boolean; savesName: boolean },
): void {
  if (!customer) return;
  if (wish.tax && !wish.savesAddress && !customer.address?.country) {
    throw invalid(
      "Automatic tax calculation in Checkout requires a valid address on the Customer. Set `customer_update[address]` to 'auto'.",
      { code: "customer_tax_location_invalid" },
    );
  }
  if (wish.taxIds && !wish.savesName) {
    throw invalid("Tax ID collection requires updating business name on the customer. Set `customer_update[name]`.", {
      param: "tax_id_collection",
    });
  }
}

/**
 * https://docs.stripe.com/tax/subscriptions: without a country there is no rate.
 * @throws Refusal
 */
export function refuseUnlocated(account: Account, customer: string): void {
  if (Customer.get(account, customer).address?.country) return;
  const at = new Date(timeOf(account, customer) * 1_000).toISOString().slice(0, 10);
  throw invalid(`The customer's location isn't recognized on ${at}. Set a valid customer address.`, {
    code: "customer_tax_location_invalid",
  });
}

type Sum = { amount: number; net: number; reason: string; isInclusive?: boolean };

const taxOf = ({ amount, net, reason, isInclusive = false }: Sum): Tax => ({
  amount,
  tax_behavior: isInclusive ? "inclusive" : "exclusive",
  tax_rate_details: { tax_rate: "txr_automatic" },
  taxability_reason: reason,
  taxable_amount: net,
  type: "tax_rate_details",
});
