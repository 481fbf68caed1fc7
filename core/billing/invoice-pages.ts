import * as v from "valibot";
import { stripe } from "../kernel/ports.ts";
import type { StripePaidInvoice } from "../kernel/stripe-invoice.ts";
import { StripeError, type StripePage } from "../kernel/stripe-port.ts";
import type { Row } from "./row.ts";

// The invoices of an organization: of its customer, then of those who were deleted at Stripe, the last one first.

// Shapes

/** The beginning of a page: an invoice of the customer, or a former customer with or without an invoice. */
export const Cursor = v.optional(
  v.pipe(
    v.string(),
    v.regex(/^(?:in_\w{1,200}|cus_\w{1,200}(?:\.in_\w{1,200})?)$/, "Expected `next` of the previous page."),
  ),
);

// Functions

/**
 * Returns a page of invoices, newest first. It is for one customer.
 * @throws StripeError
 */
export async function invoicesFrom(
  { customer: current = "", former = [] }: Partial<Pick<Row, "customer" | "former">>,
  cursor: string | undefined,
  limit?: number,
): Promise<StripePage<StripePaidInvoice>> {
  // a row that is damaged may lack its customer, and without one Stripe lists the invoices of everybody
  // threat: a cursor reads the invoices of another organization's customer
  const customers = [current, ...former.toReversed()].filter((one) => one !== "");
  const [named, after] = cursor?.startsWith("in_") ? [current, cursor] : (cursor ?? current).split(".");
  // an unknown customer has no invoices
  for (let at = customers.indexOf(named ?? ""); at >= 0 && at < customers.length; at++) {
    const customer = customers[at] ?? "";
    const page = await stripe()
      .paidInvoices(customer, customer === named ? after : undefined, limit)
      .catch((error: unknown) => noneIf(customer !== current, error));
    const next = page.next && (customer === current ? page.next : `${customer}.${page.next}`);
    if (page.items.length > 0) return { items: page.items, next: next ?? customers[at + 1] };
  }
  return { items: [], next: undefined };
}

/** Stripe may have forgotten a deleted customer. */
function noneIf(isFormer: boolean, error: unknown): StripePage<StripePaidInvoice> {
  const isForgotten = isFormer && error instanceof StripeError && error.code === "resource_missing";
  if (isForgotten) return { items: [], next: undefined };
  throw error;
}
