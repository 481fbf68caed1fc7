import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type Paid = Pick<Billing, "billingStatus" | "plan" | "seats" | "periodEnd">;
type Wanted = { seats: number; plan: string };

/** Says what the price of more seats or another plan is for, and why there may be nothing to pay. */
export function whyNow({ billingStatus, plan, seats, periodEnd }: Paid, wish: Wanted, dueNow: number | undefined) {
  if (billingStatus === "trialing") {
    return "Your trial continues.";
  }
  if (wish.plan !== plan) {
    return dueNow === 0
      ? "The new period begins today. The rest of the old one is credited; any surplus is deducted from later invoices."
      : "The new period begins today; the rest of the old one is credited.";
  }
  const more = plural(wish.seats - (seats.paid ?? 0), "more seat");
  if (dueNow === 0) {
    return `For ${more}. Credit or a discount covers it, or it is too little to charge and is added to a later invoice.`;
  }
  return periodEnd === undefined ? `For ${more}.` : `For ${more}, for the rest of this period.`;
}
