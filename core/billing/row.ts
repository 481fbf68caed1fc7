import { isDeepStrictEqual } from "node:util";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Amount, StripeDiscount, StripeSubscription } from "../kernel/stripe-port.ts";
import { Keys, Lists } from "../table/keys.ts";
import { absent, equal, type Put, put, when } from "../table/table.ts";

// The row #billing: what Stripe has of an organization, and what is on its way there. Each write of it is the next version.

/** A change of seats or price on its way. It is written down before Stripe hears of it, and never altered. */
export type Op = {
  id: ID<"operation">;
  subscription: string;
  item: string;
  /** Seats before, seats wanted, and the price at which. */
  from: number;
  to: number;
  price: string;
  grows: boolean;
  prorationAt: string;
  since: string;
  by: string;
  /** What the person was shown that it costs. */
  shown?: Amount;
  /** Keys at Stripe are made of it: one whose answer is a kept error is never used again. */
  attempt: number;
  /** Stripe waits for the payment until then. */
  waitsUntil?: string;
};

/** A checkout that may be paid still. `session` is known once Stripe has answered. */
export type Checkout = {
  name: ID<"operation">;
  plan: string;
  price: string;
  seats: number;
  minimum: number;
  trialDays: number;
  expiresAt: string;
  session?: string;
};

export type Discount = { [K in keyof StripeDiscount]?: Exclude<StripeDiscount[K], undefined> };

/** What Stripe has, as it was copied last. */
export type Mirror = {
  subscription: string;
  item: string;
  status: string;
  /** Seats that are paid; none of an ended subscription. */
  quantity: number;
  price: string;
  createdAt: string;
  periodEnd: string;
  cancelAt?: string;
  trialEnd?: string;
  discounts?: Discount[];
  /** When it was first seen to have ended. */
  endedAt?: string;
};

/** As the table keeps it: what Stripe has lies beside the rest, where the index finds it. */
export type BillingRow = { pk: ID<"organization">; sk: string; list?: string; rank?: string } & Omit<Row, "mirror"> &
  Partial<Mirror>;

export type Row = {
  version: number;
  customer: string;
  mirror?: Mirror;
  op?: Op;
  checkout?: Checkout;
  changes?: string[];
  /** The end of a trial that the owners were told of. */
  trialTold?: string;
};

/** That an organization's payment must be looked at; `person` says why looking again will not help. */
export type DirtyRow = {
  pk: string;
  sk: ID<"organization">;
  token: string;
  at: string;
  person?: { why: string; since: string };
};

/** That sweeps are held, by the report of the one that stopped. */
export type BreakerRow = { pk: string; sk: string; report: ID<"report">; at: string };

/** What a sweep found, or who let sweeps go on. */
export type ReportRow = {
  pk: string;
  sk: ID<"report">;
  kind: string;
  at: string;
  tripped: boolean;
  counts: Record<string, number>;
  by?: string;
  ttl?: number;
};
export type DifferencesRow = { pk: ID<"report">; sk: string; differences: Record<string, unknown>[]; ttl?: number };

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
