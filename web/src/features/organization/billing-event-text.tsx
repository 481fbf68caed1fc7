import { automatically } from "@muster/core/billing/shape.ts";
import { CalendarClock, CreditCard, Percent, RotateCw, Ticket, TriangleAlert } from "lucide-react";
import { recordedName } from "#features/billing/payment-method.ts";
import { plural } from "#lib/format.ts";
import { productName } from "#lib/product.ts";
import { Actor } from "./actor.tsx";
import type { DataOf, WordsOf } from "./event-shape.ts";

/** The sentences of billing events. */
export const billingText: WordsOf<"billing"> = {
  "billing.checkout_started": {
    icon: CreditCard,
    sentence: ({ seats, plan }) => `started to buy ${seatsOf(seats)}, paid ${plan}`,
  },
  "billing.updated": {
    icon: CreditCard,
    who: () => <strong className="font-medium">{productName}</strong>,
    sentence: ({ before, after }) =>
      isOnlyMethod(before, after)
        ? `updated the payment method from Stripe: ${namedMethod(before)} to ${namedMethod(after)}`
        : `updated the subscription from Stripe: ${sideOf(after)}`,
  },
  "billing.resize_started": { icon: Ticket, sentence: (data) => `requested ${changeOf(data)}` },
  "billing.resized": {
    icon: Ticket,
    sentence: (data) => `completed the ${data.by === automatically ? "automatic " : ""}change to ${changeOf(data)}`,
  },
  "billing.resize_dropped": {
    icon: TriangleAlert,
    sentence: (data) => `dropped the change to ${changeOf(data)}: ${reasons[data.reason]}`,
  },
  "billing.automatic_seats_changed": {
    icon: Ticket,
    sentence: ({ from, to, spare = 1 }) => {
      if (to === undefined) return "turned off automatic seats";
      const what = `up to ${to}, with ${spare} kept free`;
      return from === undefined ? `turned on automatic seats, ${what}` : `changed automatic seats: ${what}`;
    },
  },
  "billing.automatic_seats_stopped": {
    icon: TriangleAlert,
    who: () => <strong className="font-medium">{productName}</strong>,
    sentence: ({ seats, reason }) => `could not add ${seatsOf(seats)} automatically: ${stopReasons[reason]}`,
  },
  "billing.seats_requested": { icon: Ticket, sentence: ({ seats }) => `requested ${seatsOf(seats)}` },
  "billing.seat_request_revoked": {
    icon: Ticket,
    sentence: ({ seats }) => `revoked the request for ${seatsOf(seats)}`,
  },
  "billing.seat_request_approved": {
    icon: Ticket,
    sentence: ({ seats, by }, names) =>
      by === automatically ? (
        `approved a request for ${seatsOf(seats)} automatically`
      ) : (
        <>
          completed the request for {seatsOf(seats)} that <Actor actor={by} names={names} isObject /> approved
        </>
      ),
  },
  "billing.seat_request_declined": {
    icon: Ticket,
    sentence: ({ seats }) => `declined a request for ${seatsOf(seats)}`,
  },
  "billing.cancel_requested": { icon: CreditCard, sentence: () => "canceled the subscription" },
  "billing.resume_requested": { icon: RotateCw, sentence: () => "resumed the subscription" },
  "billing.discount_requested": {
    icon: Percent,
    sentence: ({ code }) => (
      <>
        used the discount code <strong className="font-medium">{code}</strong>
      </>
    ),
  },
  "billing.trial_ending": {
    icon: CalendarClock,
    who: () => <strong className="font-medium">{productName}</strong>,
    sentence: () => "reminded the owners that the trial ends",
  },
  "billing.duplicate_refunded": {
    icon: CreditCard,
    sentence: ({ to }) =>
      to === "elsewhere"
        ? "settled a payment elsewhere"
        : `refunded a payment to the ${to === "card" ? "card" : "balance"}`,
  },
  "billing.duplicate_canceled": {
    icon: TriangleAlert,
    sentence: ({ paid, canceled }) =>
      canceled.length === 0
        ? "found a payment for a change that was dropped; the operator can refund it"
        : paid === undefined
          ? "canceled a duplicate subscription, so that nothing is paid twice"
          : "canceled a duplicate subscription that was paid; the operator can refund it",
  },
};

const reasons: Record<DataOf<"billing.resize_dropped">["reason"], string> = {
  unknown: "the reason is unknown",
  refused: "Stripe declined it",
  unpaid: "it was not paid in time",
  ended: "the subscription had ended",
};

const stopReasons: Record<DataOf<"billing.automatic_seats_stopped">["reason"], string> = {
  unknown: reasons.unknown,
  refused: reasons.refused,
  unpaid: reasons.unpaid,
  waiting: "their payment is waited for",
  often: "Stripe allows no more changes that day",
};

const billingStatuses: Record<string, string> = {
  free: "free",
  trialing: "on trial",
  active: "active",
  past_due: "past due",
  over_limit: "over capacity",
  canceled: "canceled",
  read_only: "read-only",
};

/** "9 seats", and from how many, and the plan where that is what changes. */
function changeOf({ from, to, plan }: Pick<DataOf<"billing.resized">, "from" | "to" | "plan">) {
  return from === to ? `the ${plan} plan` : `${seatsOf(to)} from ${from}`;
}

type Side = DataOf<"billing.updated">["after"];

/** Nothing but what pays has changed. */
function isOnlyMethod(before: Side, after: Side) {
  const rest = ({ paymentMethod: _method, ...other }: Side) => JSON.stringify(other);
  return before.paymentMethod !== after.paymentMethod && rest(before) === rest(after);
}

const namedMethod = ({ paymentMethod }: Side) => (paymentMethod === undefined ? "None" : recordedName(paymentMethod));

function sideOf({ capacity, billingStatus, cancelAt }: Side) {
  const words = `${seatsOf(capacity)}, ${billingStatuses[billingStatus] ?? billingStatus}`;
  return cancelAt === undefined ? words : `${words} until the period ends`;
}

const seatsOf = (count: number) => plural(count, "seat");
