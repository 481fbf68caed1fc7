import type { Sum } from "#features/seats/price.tsx";
import { balanceSums } from "#features/seats/text.ts";
import { plural } from "#lib/format.ts";
import type { Upcoming } from "#lib/upcoming.ts";

type Sums = Pick<NonNullable<Upcoming["invoice"]>, "subtotal" | "discount" | "tax" | "total" | "balance" | "due">;

/** Returns the sums from the lines down to what is charged, as far as they say something. */
export function sumsOfUpcoming({ subtotal, discount, tax, total, balance: own, due }: Sums): Sum[] {
  const isTotalOther = discount !== 0 || tax !== 0;
  const balances = balanceSums(total, own, due);
  const hasBalance = balances.some(({ isShown }) => isShown);
  return [
    { name: "Sum of the lines", amount: subtotal, isShown: isTotalOther || hasBalance },
    { name: "Discounts", amount: -discount, isShown: discount !== 0 },
    { name: "Tax", amount: tax, isShown: tax !== 0 },
    { name: "Total", amount: total, isShown: isTotalOther && hasBalance },
    ...balances,
    { name: "To pay", amount: due, isShown: true },
  ];
}

/** Returns what a line is for. Stripe describes nearly all. */
export function nameOfLine({
  description,
  quantity,
}: {
  description?: string | undefined;
  quantity?: number | undefined;
}) {
  return description ?? (quantity ? plural(quantity, "seat") : "Other charge");
}

/** Says why nothing will be charged. */
export function absenceText(absence: Upcoming["absence"], end: string | undefined): string {
  switch (absence) {
    case "no_subscription":
      return "Nothing will be charged: there is no subscription.";
    case "ending":
      return `Nothing more will be charged: the subscription ends${end === undefined ? "" : ` on ${end}`}.`;
    case "paused":
      return "Nothing is charged: the trial ended without a payment method, so the subscription is paused.";
    case "none_expected":
    case "unknown":
    case undefined:
      return "Stripe expects nothing to charge.";
  }
}
