import type { Plan, Seats } from "#lib/api.ts";
import type { Billing, Period } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import type { Tone } from "#ui/badge.tsx";
import type { Sum } from "./price.tsx";

export const periods: Record<Period, { label: string; every: string; adverb: string }> = {
  monthly: { label: "Monthly", every: "month", adverb: "each month" },
  quarterly: { label: "Quarterly", every: "3 months", adverb: "every 3 months" },
  yearly: { label: "Yearly", every: "year", adverb: "each year" },
};

/** The name of what is for sale here. */
export type Sold = { id: Period; price: NonNullable<Plan["price"]> };

export function isPeriod(plan: string | undefined): plan is Period {
  return plan !== undefined && plan in periods;
}

/** "5 seats, paid yearly". */
export function orderText({ seats, plan }: { seats: number; plan: string }) {
  return `${plural(seats, "seat")}, paid ${isPeriod(plan) ? periods[plan].label.toLowerCase() : plan}`;
}

/** Seats that are taken, and how many the operator granted beside those that are paid for. */
export type Taken = Seats & { granted?: number | undefined };
type Counted = Pick<Taken, "committed" | "used" | "held" | "granted">;

/** Returns the lowest number of seats to pay for. */
export const minimumOf = ({ committed, granted = 0 }: Pick<Taken, "committed" | "granted">) =>
  Math.max(1, committed - granted);

/** Returns the granted seats that are still there at an instant. */
export const grantedAt = ({ granted = 0, grantedUntil }: Billing["seats"], at = ""): number =>
  grantedUntil !== undefined && grantedUntil <= at ? 0 : granted;

/** Explains why there cannot be fewer seats: who uses or holds one. */
export function minimumText(taken: Counted, number: (count: number) => string = String) {
  const { committed, used, held, granted = 0 } = taken;
  const many = (count: number, one: string) => `${number(count)} ${count === 1 ? one : `${one}s`}`;
  const who =
    used === undefined || held === undefined
      ? `${many(committed, "seat")} ${committed === 1 ? "is" : "are"} in use`
      : held > 0
        ? `${many(used, "member")} and ${many(held, "pending invitation")}`
        : many(used, "member");
  if (granted > 0 && granted >= committed) {
    return `${who}, within ${many(granted, "granted seat")}. A subscription has at least 1 seat.`;
  }
  const atLeast = `at least ${many(minimumOf(taken), "seat")}.`;
  return granted > 0
    ? `${who}, ${number(granted)} of them in granted seats, so you need to pay for ${atLeast}`
    : `${who}, so you need ${atLeast}`;
}

/** Says up to how many seats a page sells. */
export const maximumText = (most: number) => `Up to ${plural(most, "seat")} can be bought here.`;

/** The words of a text, also of the API, that lead to the operator's support where there is one. */
export const contactWords = "Contact the operator of this service";

/** The reason why a page sells no more seats. */
export const seatLimitText = (most: number) => `${maximumText(most)} ${contactWords} for more.`;

type Trial = Pick<Billing, "trialDays" | "trialSeats" | "noTrial">;

/** Says whether an order begins with a trial: only a small one does. */
export function trialText(seats: number, { trialDays, trialSeats = Number.POSITIVE_INFINITY, noTrial }: Trial) {
  if (noTrial === "used") {
    return "You have used your trial: billing starts today. ";
  }
  if (noTrial === "held") {
    return "Your trial is in the open checkout of another organization: here, billing starts today. ";
  }
  if (trialDays === undefined) {
    return "";
  }
  const isTried = seats <= trialSeats;
  const free = `Free for ${plural(trialDays, "day")}, then this price. `;
  return isTried ? free : `With more than ${plural(trialSeats, "seat")} there is no trial: you pay today. `;
}

export type Status = { label: string; tone: Tone };

/** Returns the badge: the status, or what will happen to it. */
export function statusOf({
  billingStatus,
  cancelAt,
  change,
  processing,
}: Pick<Billing, "billingStatus" | "cancelAt" | "change" | "processing">): Status {
  switch (billingStatus) {
    case "free":
      if (processing !== undefined) {
        return { label: "Payment processing", tone: "accent" };
      }
      return { label: "Free", tone: "neutral" };
    case "past_due":
      return { label: "Past due", tone: "danger" };
    case "over_limit":
      return { label: "Over capacity", tone: "warning" };
    case "canceled":
      return { label: "Canceled", tone: "warning" };
    case "read_only":
      return { label: "Read-only", tone: "danger" };
    case "unknown":
      return { label: "Unknown", tone: "neutral" };
    case "trialing":
    case "active":
      if (cancelAt !== undefined) {
        return { label: "Ends soon", tone: "warning" };
      }
      return (
        underWay({ change, processing }) ??
        (billingStatus === "trialing" ? { label: "Trialing", tone: "accent" } : { label: "Active", tone: "success" })
      );
  }
}

function underWay({ change, processing }: Pick<Billing, "change" | "processing">): Status | undefined {
  if (hasFailed({ change, processing })) {
    return { label: "Payment failed", tone: "warning" };
  }
  if (processing === undefined && change?.dueAt !== undefined) {
    return { label: "Invoice open", tone: "accent" };
  }
  return change !== undefined || processing !== undefined ? { label: "Payment processing", tone: "accent" } : undefined;
}

/** Returns whether a change waits to be paid because its payment failed. */
export const hasFailed = ({ change, processing }: Pick<Billing, "change" | "processing">): boolean =>
  processing === undefined && change?.waitsUntil !== undefined;

/** Says what is owed where a subscription is past due. */
export function owedText({ owed, byInvoice }: Pick<Billing, "owed" | "byInvoice">): string {
  if (owed?.byBank) {
    return "Your bank refused the last payment.";
  }
  return byInvoice ? "An invoice is overdue." : "The last payment failed.";
}

type Discount = NonNullable<Billing["discounts"]>[number];

/** "20% off each invoice", "$5.00 off until 24 Feb 2027". */
export function discountText(
  { percent, amount = 0, currency = "usd", endsAt, once }: Discount,
  money: (sum: { amount: number; currency: string }) => string,
  date: (at: string) => string,
) {
  const off = percent === undefined ? money({ amount, currency }) : `${percent}%`;
  const when = once ? "the next invoice" : endsAt === undefined ? "each invoice" : `until ${date(endsAt)}`;
  return `${off} off ${when}`;
}

/** Returns whether there is an active subscription, paid or not. */
export function isSubscribed({ billingStatus, seats }: Pick<Billing, "billingStatus" | "seats">) {
  return (
    seats.paid !== undefined &&
    billingStatus !== "free" &&
    billingStatus !== "canceled" &&
    billingStatus !== "read_only"
  );
}

/** Returns how much less a plan costs than the most expensive one for the same time, in whole percents. */
export function savingOf({ price }: Pick<Sold, "price">, all: Pick<Sold, "price">[]) {
  const monthly = (one: Pick<Sold, "price">) => one.price.amount / one.price.months;
  const dearest = Math.max(...all.map(monthly));
  return dearest > 0 ? Math.round((1 - monthly({ price }) / dearest) * 100) : 0;
}

/**
 * Returns what leads from a total to what is charged: the balance before, and what is moved to the balance, as credit if
 * the total is negative, or to be paid later if it is too small to charge.
 */
export function balanceSums(total: number, balance: number, due: number): Sum[] {
  const before = balance < 0 ? -Math.min(-balance, Math.max(total, 0)) : balance;
  const moved = due - total - before;
  return [
    { name: before < 0 ? "From the balance" : "From earlier invoices", amount: before, isShown: before !== 0 },
    { name: moved > 0 ? "Kept as credit" : "Added to a later invoice", amount: moved, isShown: moved !== 0 },
  ];
}
