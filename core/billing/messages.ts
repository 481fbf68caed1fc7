import { counted } from "../base/counted.ts";
import type { ID } from "../base/id.ts";
import type { Unknown } from "../base/row.ts";
import type { Data } from "../kernel/event.ts";
import { members, owners, ownersExcept } from "../message/audience.ts";
import { line, type Part } from "../message/line.ts";
import type { EventMessages, Happened, Telling } from "../message/message.ts";
import { moneyFor } from "../money/shape.ts";
import type { Kind } from "../notification/shape.ts";
import type { BillingDisputeChanged, BillingResizeDropped } from "./events.ts";
import { recordedName } from "./method/shape.ts";
import type { automatically, RefundTarget, Side, StopReason } from "./shape.ts";

export const billingEvents: EventMessages<typeof import("./events.ts")> = {
  "billing.checkout_started": {
    icon: "CreditCard",
    line: ({ seats, plan }) => line`started to buy ${seatsOf(seats)}, paid ${plan}`,
  },
  "billing.updated": {
    icon: "CreditCard",
    who: () => product,
    line: ({ before, after }) =>
      isOnlyMethod(before, after)
        ? line`updated the payment method from Stripe: ${namedMethod(before)} to ${namedMethod(after)}`
        : line`updated the subscription from Stripe: ${sideOf(after)}`,
    tell: statusChanged,
  },
  "billing.resize_started": { icon: "Ticket", line: (data) => line`requested ${changeOf(data)}` },
  "billing.resized": {
    icon: "Ticket",
    line: (data) => line`completed the ${data.by === automatic ? "automatic " : ""}change to ${changeOf(data)}`,
    tell: statusChanged,
  },
  "billing.resize_dropped": {
    icon: "TriangleAlert",
    line: (data) => line`dropped the change to ${changeOf(data)}: ${dropReasons[data.reason]}`,
    tell: statusChanged,
  },
  "billing.automatic_seats_changed": {
    icon: "Ticket",
    line: ({ from, to, spare = 1 }) => {
      if (to === undefined) return line`turned off automatic seats`;
      const what = line`up to ${to}, with ${spare} kept free`;
      return from === undefined ? line`turned on automatic seats, ${what}` : line`changed automatic seats: ${what}`;
    },
  },
  "billing.automatic_seats_stopped": {
    icon: "TriangleAlert",
    who: () => product,
    line: ({ seats, reason }) => line`could not add ${seatsOf(seats)} automatically: ${stopReasons[reason]}`,
    tell: () => [{ kind: "billing.automatic_seats_stopped", to: owners }],
  },
  "billing.seats_requested": {
    icon: "Ticket",
    line: ({ seats }) => line`requested ${seatsOf(seats)}`,
    tell: ({ seats }, { by: person }) => [
      { kind: "seats.requested", to: { approversOf: person }, person, thing: counted(seats, "seat") },
    ],
  },
  "billing.seat_request_revoked": {
    icon: "Ticket",
    line: ({ seats }) => line`revoked the request for ${seatsOf(seats)}`,
    logOnly: true,
  },
  "billing.seat_request_approved": {
    icon: "Ticket",
    line: ({ seats, by }) =>
      by === automatic
        ? line`approved a request for ${seatsOf(seats)} automatically`
        : line`completed the request for ${seatsOf(seats)} that ${{ actor: by }} approved`,
    tell: ({ account, seats, by, charged }) => {
      const thing = counted(seats, "seat");
      const approved = { kind: "seats.approved", to: members(account), thing } as const;
      if (isAccount(by)) return [{ ...approved, person: by }];
      const bought = charged ? `${thing} for ${amountOf([charged])}` : thing;
      // threat: owners do not learn what automatic seats bought for a member
      return [approved, { ...approved, to: ownersExcept(account), by: account, thing: bought }];
    },
  },
  "billing.seat_request_declined": {
    icon: "Ticket",
    line: ({ seats }) => line`declined a request for ${seatsOf(seats)}`,
    tell: ({ account, seats }, { by: person }) => [
      { kind: "seats.declined", to: members(account), person, thing: counted(seats, "seat") },
    ],
  },
  "billing.cancel_requested": { icon: "CreditCard", line: () => line`canceled the subscription`, logOnly: true },
  "billing.resume_requested": { icon: "RotateCw", line: () => line`resumed the subscription`, logOnly: true },
  "billing.discount_requested": {
    icon: "CreditCard",
    line: ({ code }) => line`used the discount code ${{ name: code }}`,
    logOnly: true,
  },
  "billing.trial_ending": {
    icon: "CalendarClock",
    who: () => product,
    line: () => line`reminded the owners that the trial ends`,
    tell: ({ trialEnd: until }) => [{ kind: "billing.trial_ending", to: owners, until }],
  },
  "billing.card_expiring": {
    icon: "CreditCard",
    who: () => product,
    line: ({ paymentMethod }) => line`reminded the owners that ${recordedName(paymentMethod)} expires`,
    tell: ({ paymentMethod, expiresAfter: until }) => [
      { kind: "billing.card_expiring", to: owners, until, thing: recordedName(paymentMethod) },
    ],
  },
  "billing.duplicate_canceled": {
    icon: "TriangleAlert",
    line: ({ paid, canceled }) => {
      if (paid === undefined) return line`canceled a duplicate subscription, so that nothing is paid twice`;
      return canceled.length === 0
        ? line`found a payment of ${amountOf(paid)} for a change that was dropped; it can be refunded`
        : line`canceled a duplicate subscription; its payment of ${amountOf(paid)} can be refunded`;
    },
    tell: ({ paid = [] }) => unusedPaid(paid),
  },
  "billing.payment_unused": {
    icon: "TriangleAlert",
    who: () => product,
    line: ({ paid }) =>
      line`found a payment of ${amountOf(paid)} for a subscription that had ended; it can be refunded`,
    tell: ({ paid }) => unusedPaid(paid),
  },
  "billing.duplicate_refunded": {
    icon: "CreditCard",
    line: ({ to }) => line`${refunds[to]}`,
    tell: (refunded) => [{ kind: "billing.duplicate_refunded", to: owners, thing: amountOf([refunded]) }],
  },
  "billing.dispute_changed": {
    icon: "TriangleAlert",
    line: ({ state }) => line`${disputes[state]}`,
    tell: ({ state, ...money }) =>
      state === "open" ? [{ kind: "billing.payment_disputed", to: owners, thing: amountOf([money]) }] : [],
  },
};

type Money = Parameters<ReturnType<typeof moneyFor>>[0];

const amountOf = (all: readonly Money[]): string => all.map(moneyFor("en")).join(" and ");

const unusedPaid = (paid: readonly Money[]): Telling[] =>
  paid.length > 0 ? [{ kind: "billing.duplicate_paid", to: owners, thing: amountOf(paid) }] : [];

const product: Part = { actor: "system" };
const automatic: typeof automatically = "automatic";
const isAccount = (by: string): by is ID<"account"> => by.startsWith("acc_");

const dropReasons: Record<Data<typeof BillingResizeDropped>["reason"], string> = {
  refused: "Stripe declined it",
  unpaid: "it was not paid in time",
  ended: "the subscription had ended",
  unknown: "the reason is unknown",
};

const stopReasons: Record<StopReason | Unknown, string> = {
  waiting: "their payment is waited for",
  refused: dropReasons.refused,
  unpaid: dropReasons.unpaid,
  often: "Stripe allows no more changes that day",
  unknown: dropReasons.unknown,
};

const refunds: Record<RefundTarget | Unknown, string> = {
  card: "refunded a payment to the card",
  balance: "refunded a payment to the balance",
  elsewhere: "recorded that a payment was refunded elsewhere",
  unknown: "refunded a payment",
};

const disputes: Record<Data<typeof BillingDisputeChanged>["state"], string> = {
  asked: "found that a bank asks about a payment",
  open: "found that a payment is disputed: no seats can be added until that is decided",
  won: "found that a dispute of a payment was decided for the seller",
  lost: "found that a dispute of a payment was decided for the payer",
  closed: "closed a dispute of a payment that was lost",
  unknown: "found that a dispute of a payment changed",
};

const billingStatuses: Readonly<Record<string, string>> = {
  free: "free",
  trialing: "on trial",
  active: "active",
  past_due: "past due",
  over_limit: "over capacity",
  canceled: "canceled",
  read_only: "read-only",
};

/** "9 seats", and from how many, and the plan where that is what changes. */
const changeOf = ({ from, to, plan }: { from: number; to: number; plan: string }) =>
  from === to ? `the ${plan} plan` : `${seatsOf(to)} from ${from}`;

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

const seatsOf = (count: number) => counted(count, "seat");

/** The billing statuses that owners must know about. */
const statuses: Record<string, Kind> = {
  past_due: "billing.past_due",
  over_limit: "billing.over_limit",
  canceled: "billing.canceled",
  read_only: "billing.read_only",
};

/** Each change of the billing status is in one event, and so announced once. */
function statusChanged(
  { before, after }: { before?: Side | undefined; after?: Side | undefined },
  { by }: Happened,
): Telling[] {
  if (!after) return [];
  // threat: owners are notified of each update from Stripe
  const kind = after.billingStatus === before?.billingStatus ? undefined : statuses[after.billingStatus];
  // threat: owners who pay by invoice are told that a card failed
  const thing = kind === "billing.past_due" && after.daysUntilDue !== undefined ? "invoice" : undefined;
  if (kind) return [{ kind, to: owners, until: after.graceUntil, thing }];
  const isEnding = after.cancelAt !== undefined && before?.cancelAt === undefined;
  return isEnding ? [{ kind: "billing.ending", to: owners, by, until: after.cancelAt }] : [];
}
