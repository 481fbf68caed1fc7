import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type ByInvoice = NonNullable<Billing["byInvoice"]>;

/** "due within 30 days". */
export function dueWithin({ daysUntilDue }: Pick<ByInvoice, "daysUntilDue">): string {
  return daysUntilDue === 0 ? "due immediately" : `due within ${plural(daysUntilDue, "day")}`;
}

/** Says what follows an order that is paid by invoice. */
export function orderNote(byInvoice: ByInvoice): string {
  const { seats } = byInvoice;
  // threat: seats that are invoiced are said to count before they do
  const when = seats === "at_once" ? "The seats are added immediately." : "The seats are added once it is paid.";
  return `An invoice is sent, ${dueWithin(byInvoice)}. ${when}`;
}

/** Says why something cannot be done where seats count once their invoice is paid. */
export function invoiceBlock(
  { byInvoice }: Pick<Billing, "byInvoice">,
  what: "plan" | "automatic",
): string | undefined {
  if (byInvoice === undefined || byInvoice.seats === "at_once") {
    return undefined;
  }
  return what === "plan"
    ? "This subscription is paid by invoice. Contact the operator of this service to change its plan."
    : "Seats of this subscription count once their invoice is paid, so none are added automatically.";
}
