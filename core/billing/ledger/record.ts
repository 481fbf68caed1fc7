import * as ID from "../../base/id.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
import type { StripeSubscription } from "../../kernel/stripe-port.ts";
import { type Put, put } from "../../table/table.ts";
import { hasPaidNothing } from "../debit.ts";
import { billingKeys } from "../keys.ts";
import { toSecond } from "../price.ts";
import { isLive, type Mirror, type Op, type Row } from "../row.ts";
import { automatically } from "../shape.ts";
import type { ChangeRow } from "./row.ts";

// The rows of the seat ledger: each is a step of the write that makes its change known, so there is one, and never without
// it. The write is guarded by the version of #billing.

type Organization = ID.ID<"organization">;
type Found = {
  before: Mirror | undefined;
  after: Mirror;
  /** The debits that a bank had not paid before, and has not paid after. */
  debits?: readonly (Row["debit"] | undefined)[];
  found: StripeSubscription;
  at: string;
};
type Outcome = Pick<ChangeRow, "charged" | "invoice" | "dropped"> & { at: string };

// Functions

/** Returns the step that records an operation that has ended. */
export function recordOp(organization: Organization, op: Op, { at, charged, invoice, dropped }: Outcome): Put {
  const {
    id: operation,
    by,
    purpose,
    from,
    to,
    price,
    subscription,
    since: requestedAt,
    prorationAt: effectiveAt,
    shown,
  } = op;
  const isAutomatic = by === automatically;
  // an automatic change is named after the member who requested it; of several, after nobody
  // threat: the seat ledger names one member for the seats of several
  const requester = op.alsoFor ? undefined : op.request;
  const isForRequests = (isAutomatic && op.request !== undefined) || undefined;
  const change = {
    operation,
    cause: isAutomatic ? ("automatic" as const) : ("request" as const),
    from,
    to,
    price,
    subscription,
    requestedAt,
    effectiveAt,
    endedAt: at,
  };
  return record(organization, {
    ...change,
    ...withoutUndefined({ by: isAutomatic ? requester : by, isForRequests, purpose, shown, charged, invoice, dropped }),
  });
}

/**
 * Returns the step that records what no operation explains: a purchase, the end of a subscription, or a change that
 * somebody made at Stripe.
 */
export function recordFound(organization: Organization, { before, after, debits = [], found, at }: Found): Put[] {
  const [from, to] = [seatsOf(before, debits[0]), seatsOf(after, debits[1])];
  const isSamePlan = from === 0 || to === 0 || before?.price === after.price;
  if (from === to && isSamePlan) return [];
  const isPurchase = from === 0;
  const buyer = isPurchase && ID.is("account", found.buyer) ? found.buyer : undefined;
  const cause = buyer ? "checkout" : isLive(after) ? "stripe" : "end";
  const effectiveAt = isPurchase ? after.createdAt : toSecond(after.endedAt ?? at);
  const times = { requestedAt: effectiveAt, effectiveAt, endedAt: at };
  const change = {
    operation: ID.create("operation"),
    cause,
    from,
    to,
    price: after.price,
    subscription: found.id,
    ...times,
  } as const;
  return [record(organization, { ...change, ...(buyer && { by: buyer }) })];
}

const record = (organization: Organization, row: Omit<ChangeRow, "pk" | "sk">) =>
  put<ChangeRow>(billingKeys.change(organization, row.effectiveAt, row.operation), row);

/** Of a subscription whose first payment is missing, no seats count. */
const seatsOf = (mirror: Mirror | undefined, debit: Row["debit"] | undefined) =>
  // threat: a first payment that a bank processes is a purchase in the ledger
  mirror && isLive(mirror) && mirror.status !== "incomplete" && !hasPaidNothing({ debit }) ? mirror.quantity : 0;
