import type Stripe from "stripe";
import { type Account, change, day, emit, newId, timeOf } from "./account.ts";
import { dueOf } from "./amount.ts";
import { percentOff } from "./charge.ts";
import * as Customer from "./customer.ts";
import { embedded, isWithin, type List, page } from "./list.ts";
import type { Period } from "./period.ts";
import { couponAt } from "./promotion.ts";
import { missing } from "./refusal.ts";
import type { Charge } from "./state.ts";
import { addedOf, taxesOn, totalsOf } from "./tax.ts";
import type { Discount, Invoice, InvoiceLine, Subscription } from "./wire.ts";

const linesInside = 10;
/** A renewal is a draft for an hour, then it is collected. */
export const draftSeconds = 3_600;

export type Reason = "subscription_create" | "subscription_cycle" | "subscription_update";

export type Wanted = {
  customer: string;
  subscription: Subscription | null;
  charges: Charge[];
  reason: Reason | "upcoming";
  period: Period;
  discounts: Discount[];
  prorationDate?: number | undefined;
  /** The instant at which the invoice is made, in seconds, if it is later: discounts that end before are not on it. */
  at?: number | undefined;
};

/** Returns the invoice as a draft, with all of its sums. Nothing is stored. */
export function compose(account: Account, wanted: Wanted): Invoice {
  const { customer: id, subscription, charges, reason, period } = wanted;
  const customer = Customer.get(account, id);
  const created = wanted.at ?? timeOf(account, id);
  const invoiceId = newId("in");
  const subtotal = charges.reduce((sum, { amount }) => sum + amount, 0);
  const { lines, totals } = discounted(account, invoiceId, wanted, created);
  const discount = totals.reduce((sum, { amount }) => sum + amount, 0);
  const isTaxed = subscription?.automatic_tax.enabled === true;
  if (isTaxed) for (const [index, line] of lines.entries()) line.taxes = taxesOf(account, id, line, charges[index]);
  const taxes = totalsOf(lines);
  const included = taxes.reduce((sum, { amount }) => sum + amount, 0) - addedOf(taxes);
  const total = subtotal - discount + addedOf(taxes);
  const starting = customer.balance;
  const currency = charges[0]?.price.currency ?? subscription?.currency ?? customer.currency ?? "usd";
  const due = dueOf(total + starting, currency);
  return account.contract.make("invoice", {
    id: invoiceId,
    account_country: "US",
    account_name: "Muster on this machine",
    created,
    amount_due: due,
    amount_remaining: due,
    attempted: false,
    auto_advance: true,
    billing_reason: reason,
    ...collectionOf(subscription, created),
    currency,
    customer: id,
    customer_address: customer.address,
    customer_email: customer.email,
    customer_name: customer.name,
    customer_phone: customer.phone,
    customer_tax_exempt: "none",
    customer_tax_ids: Customer.taxIdsOf(account, id).map(({ type, value }) => ({ type, value })),
    discounts: totals.map(({ discount }) => discount),
    lines: embedded(lines, `/v1/invoices/${invoiceId}/lines`),
    metadata: {},
    parent: parentOf(wanted),
    period_start: period.start,
    period_end: period.end,
    starting_balance: starting,
    status: "draft",
    subtotal,
    subtotal_excluding_tax: subtotal - included,
    test_clock: customer.test_clock,
    total,
    total_excluding_tax: subtotal - discount - included,
    total_discount_amounts: totals,
    total_pretax_credit_amounts: [],
    total_taxes: taxes,
    automatic_tax: isTaxed ? taxed : untaxed,
  });
}

function collectionOf(subscription: Subscription | null, created: number) {
  const { collection_method = "charge_automatically", days_until_due = null } = subscription ?? {};
  return { collection_method, due_date: days_until_due === null ? null : created + days_until_due * day };
}

const taxed = {
  disabled_reason: null,
  enabled: true,
  liability: { type: "self" },
  provider: "stripe",
  status: "complete",
} as const;
const untaxed = { disabled_reason: null, enabled: false, liability: null, provider: null, status: null };

const parentOf = ({ subscription, reason, prorationDate }: Wanted): Invoice["parent"] => ({
  quote_details: null,
  subscription_details: {
    metadata: { ...subscription?.metadata },
    subscription: subscription?.id ?? "",
    // only a preview says it
    ...(reason === "upcoming" && prorationDate !== undefined && { subscription_proration_date: prorationDate }),
  },
  type: "subscription_details",
});

function taxesOf(account: Account, customer: string, line: InvoiceLine, charge: Charge | undefined) {
  const discount = (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
  return charge ? taxesOn(account, customer, charge.price, line.amount - discount) : [];
}

/** Stores it. A renewal accepts additions for an hour, everything else is final at once. */
export function open(account: Account, invoice: Invoice, { final }: { final: boolean }): Invoice {
  account.state.invoices.set(invoice.id, invoice);
  account.state.lines.set(invoice.id, invoice.lines.data);
  invoice.lines = firstOf(invoice.lines);
  invoice.automatically_finalizes_at = final ? null : invoice.created + draftSeconds;
  emit(account, "invoice.created", invoice);
  if (final) finalize(account, invoice);
  return invoice;
}

/** Gives it a number and pays what the customer's balance covers; a negative total goes there. */
export function finalize(account: Account, invoice: Invoice): void {
  const customer = Customer.get(account, invoice.customer ?? "");
  const at = timeOf(account, customer.id);
  change(account, "invoice.finalized", invoice, (one) => {
    const sequence = customer.next_invoice_sequence ?? 1;
    customer.next_invoice_sequence = sequence + 1;
    one.number = `${customer.invoice_prefix}-${String(sequence).padStart(4, "0")}`;
    one.starting_balance = customer.balance;
    const owed = one.total + customer.balance;
    one.amount_due = dueOf(owed, one.currency);
    one.amount_remaining = one.amount_due;
    one.ending_balance = owed - one.amount_due;
    one.automatically_finalizes_at = null;
    one.effective_at = at;
    one.status = "open";
    one.status_transitions.finalized_at = at;
    one.hosted_invoice_url = `${account.url}/i/${one.id}`;
    one.invoice_pdf = `${account.url}/i/${one.id}/pdf`;
  });
  if (invoice.ending_balance !== customer.balance) {
    change(account, "customer.updated", customer, (one) => {
      one.balance = invoice.ending_balance ?? 0;
      one.currency ??= invoice.currency;
    });
  }
}

/** Marks it as paid, by a card or because nothing is due. */
export function markPaid(account: Account, invoice: Invoice): void {
  const customer = Customer.get(account, invoice.customer ?? "");
  const at = timeOf(account, customer.id);
  change(account, "invoice.paid", invoice, (one) => {
    one.status = "paid";
    one.amount_paid = one.amount_due;
    one.amount_remaining = 0;
    one.attempted = true;
    if (one.amount_due > 0) one.attempt_count++;
    one.auto_advance = false;
    one.next_payment_attempt = null;
    one.status_transitions.paid_at = at;
  });
  emit(account, "invoice.payment_succeeded", invoice);
  customer.currency ??= invoice.currency;
}

/** A payment failed. It is retried on the remaining days if it is for a renewal. */
export function fail(account: Account, invoice: Invoice, { action }: { action: boolean }): void {
  const at = timeOf(account, invoice.customer);
  const retries = invoice.billing_reason === "subscription_cycle" && invoice.collection_method !== "send_invoice";
  const wait = retries ? account.dunning.retryDays[invoice.attempt_count] : undefined;
  change(account, "invoice.payment_failed", invoice, (one) => {
    one.attempted = true;
    one.attempt_count++;
    const first = (one.status_transitions.finalized_at ?? at) + (wait ?? 0) * day;
    one.next_payment_attempt = wait === undefined ? null : Math.max(first, at + 1);
  });
  if (action) emit(account, "invoice.payment_action_required", invoice);
}

/** https://docs.stripe.com/billing/customer/balance#types: what it took from the balance returns there. */
export function voidIt(account: Account, invoice: Invoice): void {
  const customer = Customer.get(account, invoice.customer ?? "");
  const at = timeOf(account, customer.id);
  const taken = (invoice.ending_balance ?? invoice.starting_balance) - invoice.starting_balance;
  change(account, "invoice.voided", invoice, (one) => {
    one.status = "void";
    one.auto_advance = false;
    one.amount_remaining = 0;
    one.next_payment_attempt = null;
    one.status_transitions.voided_at = at;
  });
  if (taken === 0) return;
  change(account, "customer.updated", customer, (one) => {
    one.balance -= taken;
  });
}

/** It is given up, and can still be paid. */
export function giveUp(account: Account, invoice: Invoice): void {
  const at = timeOf(account, invoice.customer);
  change(account, "invoice.marked_uncollectible", invoice, (one) => {
    one.status = "uncollectible";
    one.auto_advance = false;
    one.next_payment_attempt = null;
    one.status_transitions.marked_uncollectible_at = at;
  });
}

export function get({ state }: Account, id: string): Invoice {
  const invoice = state.invoices.get(id);
  if (!invoice) throw missing("invoice", id, "invoice");
  return invoice;
}

export function list({ state }: Account, params: Stripe.InvoiceListParams): List<Invoice> {
  const { customer, subscription, status } = params;
  const wanted = [...state.invoices.values()].filter(
    (one) =>
      (customer ?? one.customer) === one.customer &&
      (subscription ?? one.parent?.subscription_details?.subscription) ===
        one.parent?.subscription_details?.subscription &&
      (status ?? one.status) === one.status &&
      isWithin(one.created, params.created),
  );
  return page(wanted, "/v1/invoices", params);
}

/** https://docs.stripe.com/api/invoices/line_item: an invoice holds its first lines, and a list has all of them. */
export const firstOf = ({ data, url }: List<InvoiceLine>): List<InvoiceLine> => ({
  object: "list",
  data: data.slice(0, linesInside),
  has_more: data.length > linesInside,
  url,
});

export const linesOf = ({ state }: Pick<Account, "state">, { id, lines }: Invoice): InvoiceLine[] =>
  state.lines.get(id) ?? lines.data;

export function listLines(account: Account, params: Stripe.InvoiceListLineItemsParams, id: string): List<InvoiceLine> {
  // the list is in the order of the invoice, which is not by time
  return page(linesOf(account, get(account, id)).toReversed(), `/v1/invoices/${id}/lines`, params);
}

/** The subscription of the invoice. */
export const subscriptionOf = ({ state }: Account, { parent }: Invoice): Subscription | undefined =>
  state.subscriptions.get(parent?.subscription_details?.subscription ?? "");

/** Parts of a period are already net; everything else is reduced by one discount after the other. */
function discounted(account: Account, invoice: string, { charges, discounts, subscription }: Wanted, at: number) {
  const left = charges.map(({ amount, proration }) => (proration ? 0 : Math.max(0, amount)));
  const lines = charges.map((charge) => lineOf(account, invoice, subscription?.id ?? null, charge));
  const totals = discounts.flatMap((discount) => {
    const coupon = couponAt(account, discount, at);
    if (!coupon) return [];
    let fixed = coupon.amount_off ?? 0;
    const amounts = left.map((rest, index) => {
      const amount = coupon.percent_off === null ? Math.min(rest, fixed) : percentOff(coupon.percent_off, rest);
      fixed -= coupon.percent_off === null ? amount : 0;
      left[index] = rest - amount;
      if (amount > 0) lines[index]?.discount_amounts?.push({ amount, discount: discount.id });
      return amount;
    });
    return [{ amount: amounts.reduce((sum, amount) => sum + amount, 0), discount: discount.id }];
  });
  return { lines, totals };
}

function lineOf({ contract }: Account, invoice: string, subscription: string | null, charge: Charge): InvoiceLine {
  const { amount, price, quantity, period, proration, description, item, credits } = charge;
  const credited =
    credits?.invoice && credits.line ? { invoice: credits.invoice, invoice_line_items: [credits.line] } : null;
  return contract.make("line_item", {
    id: newId("il"),
    amount,
    currency: price.currency,
    description,
    discount_amounts: [],
    discountable: !proration,
    invoice,
    metadata: {},
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: proration ? newId("ii") : null,
        proration,
        proration_details: { credited_items: credited },
        subscription,
        subscription_item: item,
      },
      type: "subscription_item_details",
    },
    period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: price.product },
      type: "price_details",
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription,
    subtotal: amount,
    taxes: [],
  });
}
