import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { id, known, row } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { Keys, Lists } from "../table/keys.ts";
import { absent, equal, type Put, put, when } from "../table/table.ts";

// The row #billing: what Stripe has of an organization, and what is on its way there. Each write of it is the next version.

/** A change of seats or price on its way. It is written down before Stripe hears of it, and never altered. */
const Op = v.object({
  id: id("operation"),
  subscription: v.string(),
  item: v.string(),
  /** Seats before, seats wanted, and the price at which. */
  from: v.number(),
  to: v.number(),
  price: v.string(),
  grows: v.boolean(),
  prorationAt: v.string(),
  since: v.string(),
  by: v.string(),
  /** What the person was shown that it costs. */
  shown: v.exactOptional(v.object({ amount: v.number(), currency: v.string() })),
  /** Keys at Stripe are made of it: one whose answer is a kept error is never used again. */
  attempt: v.number(),
  /** Stripe waits for the payment until then. */
  waitsUntil: v.exactOptional(v.string()),
});
export type Op = v.InferOutput<typeof Op>;

/** A checkout that may be paid still. `session` is known once Stripe has answered. */
const Checkout = v.object({
  name: id("operation"),
  plan: v.string(),
  price: v.string(),
  seats: v.number(),
  minimum: v.number(),
  trialDays: v.number(),
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

/** What Stripe has, as it was copied last. */
const Mirror = v.object({
  subscription: v.string(),
  item: v.string(),
  status: v.string(),
  /** Seats that are paid; none of an ended subscription. */
  quantity: v.number(),
  price: v.string(),
  createdAt: v.string(),
  periodEnd: v.string(),
  cancelAt: v.exactOptional(v.string()),
  trialEnd: v.exactOptional(v.string()),
  discounts: v.exactOptional(v.array(Discount)),
  /** When it was first seen to have ended. */
  endedAt: v.exactOptional(v.string()),
});
export type Mirror = v.InferOutput<typeof Mirror>;

const Rest = v.object({
  version: v.number(),
  customer: v.string(),
  op: v.exactOptional(Op),
  checkout: v.exactOptional(Checkout),
  changes: v.exactOptional(v.array(v.string())),
  /** The end of a trial that the owners were told of. */
  trialTold: v.exactOptional(v.string()),
});
export type Row = v.InferOutput<typeof Rest> & { mirror?: Mirror };

/** As the table keeps it: what Stripe has lies beside the rest, where the index finds it. */
export const BillingRow = row({
  pk: id("organization"),
  sk: v.literal("#billing"),
  ...Rest.entries,
  ...v.partial(Mirror).entries,
});
export type BillingRow = v.InferInput<typeof BillingRow>;

/** That an organization's payment must be looked at; `person` says why looking again will not help. */
export const DirtyRow = row({
  pk: v.string(),
  sk: id("organization"),
  token: v.string(),
  at: v.string(),
  person: v.optional(v.object({ why: v.string(), since: v.string() })),
});
export type DirtyRow = v.InferInput<typeof DirtyRow>;

/** That sweeps are held, by the report of the one that stopped. */
export const BreakerRow = row({
  pk: v.literal("#clock"),
  sk: v.literal("#breaker"),
  report: id("report"),
  at: v.string(),
});
export type BreakerRow = v.InferInput<typeof BreakerRow>;

/** `dirty` looked at what was marked and settled it, `full` compared everything, `reset` let sweeps go on. */
export const reportKinds = ["dirty", "full", "reset"] as const;

/** What a sweep found, or who let sweeps go on. */
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
/** What stood in the one book and what in the other, or before and after. */
export const Difference = v.object({
  organization: v.string(),
  verdict: v.string(),
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

/** The row as it was read; before anything is bought there is none. */
export function rowOf(found: BillingRow | undefined): Row | undefined {
  if (!found) return;
  const { version, customer, op, checkout, changes, trialTold } = found;
  const { subscription, item: seat, status, quantity, price, createdAt, periodEnd } = found as Mirror;
  const { cancelAt, trialEnd, discounts, endedAt } = found;
  const mirror = subscription
    ? {
        subscription,
        item: seat,
        status,
        quantity,
        price,
        createdAt,
        periodEnd,
        ...withoutUndefined({
          cancelAt,
          trialEnd,
          discounts,
          endedAt,
        }),
      }
    : undefined;
  return { version, customer, ...withoutUndefined({ mirror, op, checkout, changes, trialTold }) };
}

/** The next version of the row, if the one that was read still stands. */
export function save(organization: ID<"organization">, before: Row | undefined, next: Omit<Row, "version">): Put {
  const { mirror, ...rest } = next;
  const listed = mirror && { list: Lists.subscriptions(mirror.createdAt), rank: mirror.subscription };
  const item = { ...rest, ...mirror, ...listed, version: (before?.version ?? 0) + 1 };
  const same = before ? equal("version", before.version) : absent;
  return put(Keys.billing(organization), item, when(same, failures.moved));
}

const ended = ["canceled", "incomplete_expired"];

/** Whether a subscription goes on, paid or not. */
export const isLive = ({ status }: { status: string }): boolean => !ended.includes(status);

/** What Stripe has now, as the row keeps it. */
export function mirrorOf(found: StripeSubscription, before: Mirror | undefined, at: string): Mirror {
  const isSame = before?.subscription === found.id;
  const isOver = !isLive(found);
  const discounts = isOver || found.discounts.length === 0 ? undefined : found.discounts.map(withoutUndefined);
  const endedAt = isOver ? ((isSame ? before?.endedAt : undefined) ?? at) : undefined;
  return {
    subscription: found.id,
    item: found.item,
    status: found.status,
    quantity: isOver ? 0 : found.quantity,
    price: found.price,
    createdAt: found.createdAt,
    periodEnd: found.periodEnd,
    ...withoutUndefined({
      cancelAt: isOver ? undefined : found.cancelAt,
      trialEnd: found.trialEnd,
      discounts,
      endedAt,
    }),
  };
}

/** Whether two mirrors, or two of anything that is plain, say the same. */
export function isSame(one: object | undefined, other: object | undefined): boolean {
  return isDeepStrictEqual(one, other);
}
