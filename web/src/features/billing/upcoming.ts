import type { Upcoming } from "#lib/upcoming.ts";
import type { Sum } from "./sums.tsx";

type Sums = Pick<NonNullable<Upcoming["invoice"]>, "subtotal" | "discount" | "tax" | "total" | "balance" | "due">;

/** Returns the sums from the lines down to what is charged, as far as they say something. */
export function sumsOfUpcoming({ subtotal, discount, tax, total, balance: own, due }: Sums): Sum[] {
  const isTotalOther = discount !== 0 || tax !== 0;
  const balance = due - total;
  return [
    { name: "Sum of the lines", amount: subtotal, isShown: isTotalOther || balance !== 0 },
    { name: "Discounts", amount: -discount, isShown: discount !== 0 },
    { name: "Tax", amount: tax, isShown: tax !== 0 },
    { name: "Total", amount: total, isShown: isTotalOther && balance !== 0 },
    { name: nameOfBalance(total, due, own), amount: balance, isShown: balance !== 0 },
    { name: "To pay", amount: due, isShown: true },
  ];
}

/** What of a total is not charged becomes credit if it is negative, and is added later if it is too small to charge. */
function nameOfBalance(total: number, due: number, balance: number): string {
  if (total < 0) {
    return "Kept as credit";
  }
  return due === 0 && total + balance > 0 ? "Added to a later invoice" : "From the balance";
}

/** Says why nothing will be charged. */
export function absenceText(absence: Upcoming["absence"], end: string | undefined): string {
  switch (absence) {
    case "no_subscription":
      return "Nothing will be charged: there is no subscription.";
    case "ending":
      return `Nothing more will be charged: the subscription ends${end === undefined ? "" : ` on ${end}`}.`;
    case "paused":
      return "Nothing is charged while the subscription is paused.";
    case "none_expected":
    case "unknown":
    case undefined:
      return "Stripe expects nothing to charge.";
  }
}
