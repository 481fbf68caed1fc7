import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { id, known, readable, row } from "../base/row.ts";
import { usable } from "../kernel/stored.ts";
import { invoicedSeats } from "../plan/shape.ts";
import { ContactRefusal, Dispute, debit, dropReasons, duplicate, paymentMethod, purposes } from "./shape.ts";

// The row #billing: what Stripe has of an organization, and what is under way there. Each write makes the next version.

/** In the smallest unit of the currency. */
export const Amount = v.object({ amount: v.number(), currency: v.string() });

/** A change of seats or price under way. It is stored before it is sent to Stripe, and what it costs is never altered. */
const Op = v.object({
  id: id("operation"),
  subscription: v.string(),
  item: v.string(),
  /** Seats before, seats wanted, and the new price. */
  from: v.number(),
  to: v.number(),
  price: v.string(),
  grows: v.boolean(),
  prorationAt: v.string(),
  since: v.string(),
  by: v.string(),
  /** The purpose of the seats, if the request said so. */
  purpose: v.exactOptional(readable(v.picklist(purposes))),
  /** The member whose request for seats it fulfills, and others whose requests it fulfills as well. */
  request: v.exactOptional(id("account")),
  alsoFor: v.exactOptional(v.array(id("account"))),
  /** The price that the person was shown. */
  shown: v.exactOptional(Amount),
  /** Part of the keys at Stripe: a key with a stored error is never used again. */
  attempt: v.number(),
  /** Stripe waits for the payment until then, or the invoice is due then. */
  waitsUntil: v.exactOptional(v.string()),
  /** It is paid by an invoice that is sent: its seats count once that is paid, or at once. */
  invoiced: v.exactOptional(v.picklist(invoicedSeats)),
  /** The invoice of that payment. */
  invoice: v.exactOptional(v.string()),
});
export type Op = v.InferOutput<typeof Op>;

/** The last change, if it was dropped: Stripe declined it, it was not paid in time, or its subscription has ended. */
const dropped = { operation: id("operation"), to: v.number(), price: v.string(), reason: v.picklist(dropReasons) };
export const Dropped = v.object(dropped);
export type Dropped = v.InferOutput<typeof Dropped>;

/** A checkout that can still be paid. `session` is known once Stripe has answered. */
const Checkout = v.object({
  name: id("operation"),
  /** The account that buys. */
  by: v.exactOptional(v.string()),
  plan: v.string(),
  price: v.string(),
  seats: v.number(),
  minimum: v.number(),
  /** Up to how many can be chosen on Stripe's page. Missing in one that an earlier release opened. */
  maximum: v.exactOptional(v.number()),
  trialDays: v.number(),
  /** The address whose trial it holds. */
  trial: v.exactOptional(id("address")),
  methodTypes: v.exactOptional(v.array(v.string())),
  tax: v.exactOptional(v.literal(true)),
  expiresAt: v.string(),
  session: v.exactOptional(v.string()),
});
export type Checkout = v.InferOutput<typeof Checkout>;

const Discount = v.object({
  name: v.exactOptional(v.string()),
  percent: v.exactOptional(v.number()),
  amount: v.exactOptional(v.number()),
  currency: v.exactOptional(v.string()),
  endsAt: v.exactOptional(v.string()),
  once: v.exactOptional(v.boolean()),
});
export type Discount = v.InferOutput<typeof Discount>;

/** The version of the mirror that this release writes. */
export const mirrorVersion = 4;

/** The state at Stripe when it was last read. */
const Mirror = v.object({
  subscription: v.string(),
  item: v.string(),
  status: v.string(),
  /** Seats that are paid; 0 for an ended subscription. */
  quantity: v.number(),
  price: v.string(),
  createdAt: v.string(),
  periodEnd: v.string(),
  cancelAt: v.exactOptional(v.string()),
  /** It ends with its period, and not at an instant that somebody chose at Stripe. */
  endsWithPeriod: v.exactOptional(v.literal(true)),
  trialEnd: v.exactOptional(v.string()),
  discounts: v.exactOptional(v.array(Discount)),
  method: v.exactOptional(v.object(paymentMethod)),
  methodId: v.exactOptional(v.string()),
  /** Invoices are sent, to be paid by hand within so many days. */
  daysUntilDue: v.exactOptional(v.number()),
  /** Other items of it, which are not for seats. */
  otherItems: v.exactOptional(v.number()),
  /** The time it ended. */
  endedAt: v.exactOptional(v.string()),
  /** The version of the fields that the release knew that copied it. */
  mirrorVersion: v.exactOptional(v.number()),
});
export type Mirror = v.InferOutput<typeof Mirror>;

const Duplicate = v.object(duplicate);
export type Duplicate = v.InferOutput<typeof Duplicate>;

/** The rest of the period of a subscription that is canceled with its organization; it is returned by itself. */
const Unused = v.object({
  subscription: v.string(),
  currency: v.string(),
  /** The parts that were not returned yet, by the invoice that was paid: how much to the card, and to the balance. */
  parts: v.array(v.object({ invoice: v.string(), card: v.number(), balance: v.number() })),
});
export type Unused = v.InferOutput<typeof Unused>;

/** A change that was charged otherwise than it was shown. */
export const Mischarged = v.object({
  operation: id("operation"),
  at: v.string(),
  shown: Amount,
  charged: Amount,
  isReported: v.exactOptional(v.literal(true)),
});
export type Mischarged = v.InferOutput<typeof Mischarged>;

const Rest = v.object({
  version: v.number(),
  customer: v.string(),
  /** Customers that were deleted at Stripe, and replaced. */
  former: v.exactOptional(v.array(v.string())),
  op: v.exactOptional(Op),
  dropped: v.exactOptional(Dropped),
  checkout: v.exactOptional(Checkout),
  changes: v.exactOptional(v.array(v.string())),
  duplicates: v.exactOptional(v.array(Duplicate)),
  /** Invoices of duplicates that were refunded. */
  refunded: v.exactOptional(v.array(v.string())),
  unused: v.exactOptional(Unused),
  disputes: v.exactOptional(v.array(Dispute)),
  /** The subscription that was kept before the one that is, and until when: what it was paid until then bought seats. */
  replaced: v.exactOptional(v.object({ subscription: v.string(), until: v.string() })),
  /** An invoice is past due; `retryAt` if Stripe will try again to collect it. */
  owed: v.exactOptional(v.object({ retryAt: v.exactOptional(v.string()) })),
  mischarged: v.exactOptional(Mischarged),
  /** The values of the billing contact that Stripe refused when it was last sent. */
  contactRefusals: v.exactOptional(v.array(ContactRefusal)),
  debit: v.exactOptional(v.object(debit)),
  /** The end of trial that the owners were notified about. */
  trialAnnounced: v.exactOptional(v.string()),
  /** The card, and the month in which it expires, that the owners were notified about. */
  cardAnnounced: v.exactOptional(v.string()),
  /** An invoice of more than nothing was paid: a trial, or a discount of everything, is no payment. */
  hasPaid: v.exactOptional(v.literal(true)),
});
export type Row = v.InferOutput<typeof Rest> & { mirror?: Mirror };

/** The stored form: the state at Stripe is in attributes of its own, for the index. */
export const BillingRow = row({
  pk: id("organization"),
  sk: v.literal("#billing"),
  ...Rest.entries,
  ...v.partial(Mirror).entries,
});
export type BillingRow = v.InferInput<typeof BillingRow>;

const Attention = v.object({ why: v.string(), since: v.string(), other: v.exactOptional(id("organization")) });

/** The organization must be reconciled; `attentions` say why it needs attention, and with which other one. */
export const DirtyRow = row({
  pk: v.string(),
  sk: id("organization"),
  token: v.string(),
  at: v.string(),
  attentions: v.optional(v.array(Attention)),
  /** The only one that an earlier release kept. */
  attention: v.optional(Attention),
});
export type DirtyRow = v.InferInput<typeof DirtyRow>;

/** The circuit breaker is tripped, by the report of the sweep that stopped. */
export const BreakerRow = row({
  pk: v.literal("#clock"),
  sk: v.literal("#breaker"),
  report: id("report"),
  at: v.string(),
});
export type BreakerRow = v.InferInput<typeof BreakerRow>;

/** `dirty` looked at what was marked and finished it, `full` compared everything, `reset` let sweeps go on. */
export const reportKinds = ["dirty", "full", "reset"] as const;

/** The results of a sweep, or the operator who reset the breaker. */
export const ReportRow = row({
  pk: v.string(),
  sk: id("report"),
  kind: known(reportKinds),
  at: v.string(),
  tripped: v.boolean(),
  counts: v.record(v.string(), v.number()),
  by: v.optional(v.string()),
});
export type ReportRow = v.InferInput<typeof ReportRow>;

const Values = v.record(v.string(), v.unknown());
/** The values in the one book and in the other, or before and after. */
export const Difference = v.object({
  organization: v.string(),
  result: v.string(),
  before: v.optional(Values),
  after: v.optional(Values),
});
export type Difference = v.InferOutput<typeof Difference>;

/** Some of its differences. */
export const DifferencesRow = row({ pk: id("report"), sk: v.string(), differences: v.array(Difference) });
export type DifferencesRow = v.InferInput<typeof DifferencesRow>;

// Failures

export const failures = {
  moved: failure("conflict", "billing.moved", "The subscription was just changed. Reload and try again."),
};

// Functions

/** Returns the row as it was read; before the first purchase there is none. */
export function rowOf(found: BillingRow | undefined): Row | undefined {
  if (!found) return;
  const rest = fieldsOf(Rest, found) as Row;
  return found.subscription ? { ...rest, mirror: fieldsOf(Mirror, found) as Mirror } : rest;
}

/** Returns why an organization needs attention. */
export function attentionsOf({ attentions, attention }: Pick<DirtyRow, "attentions" | "attention"> = {}) {
  // threat: what an earlier release recorded as needing attention is forgotten
  return attentions ?? (attention ? [attention] : []);
}

/** Returns the row as it was read, as far as it can be, and reports the rest: for those who only look. */
export function shownRowOf(found: BillingRow | undefined): Row | undefined {
  usable(BillingRow, found);
  return rowOf(found);
}

/** Returns the fields that are not missing, as far as a shape has them. */
function fieldsOf({ entries }: { entries: object }, found: BillingRow): object {
  return Object.fromEntries(Object.entries(found).filter(([name, value]) => name in entries && value !== undefined));
}

const ended = ["canceled", "incomplete_expired"];

/** Returns whether a subscription is active, paid or not. */
export const isLive = ({ status }: { status: string }): boolean => !ended.includes(status);

/** Returns whether the first invoice was paid, or a bank has accepted to pay it. */
export const hasBegun = ({ status }: { status: string }): boolean => !status.startsWith("incomplete");

/** Returns whether a bank has reversed a payment, and has not returned it, or the operator has not dealt with it. */
export const isDisputed = ({ disputes = [] }: Pick<Row, "disputes">): boolean =>
  disputes.some(({ state }) => state === "open" || state === "lost");

/** Returns whether two mirrors, or any two plain values, are equal. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(one, other);
}
