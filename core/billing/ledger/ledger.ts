import * as v from "valibot";
import * as ID from "../../base/id.ts";
import { shown } from "../../base/row.ts";
import { Integer } from "../../base/shape.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
import { peopleOf } from "../../departure/people.ts";
import type { Member } from "../../kernel/actor.ts";
import { listOf } from "../../kernel/cursor.ts";
import { fn } from "../../kernel/fn.ts";
import { stripe } from "../../kernel/ports.ts";
import { eachPage } from "../../kernel/rows.ts";
import { readAll } from "../../kernel/stored.ts";
import type { StripeInvoice, StripePaidInvoice } from "../../kernel/stripe-invoice.ts";
import * as Plan from "../../plan/plan.ts";
import { failures as billingFailures, needStripe, own } from "../billing.ts";
import { cashEntries, describeCash } from "../cash.ts";
import { Cursor, invoicesFrom } from "../invoice-pages.ts";
import { billingKeys } from "../keys.ts";
import { changesPerRead, invoicesPerPage } from "../limits.ts";
import { describeLine, lineEntries } from "../line.ts";
import { type BillingRow, type Row, shownRowOf } from "../row.ts";
import { failureOfRead, failures as seatFailures } from "../seat-failures.ts";
import { dropReasons, purposes } from "../shape.ts";
import { join, type Line, type Change as Stored, sumOf } from "./join.ts";
import { ChangeRow, changeCauses, isRequested } from "./row.ts";

// Shapes

const Amount = v.object({
  /** The amount in the smallest unit of the currency, such as cents. */
  amount: Integer,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
});

/** A change of seats or plan. */
export const Change = v.object({
  /** The id of the change, which audit events name as `operation`. */
  operation: ID.schema("operation"),
  /**
   * The origin of the change: a member's request, automatic seats, a purchase, the end of the subscription, or Stripe
   * itself.
   */
  cause: shown(changeCauses),
  /** The purpose of the seats. Missing if nobody said so. */
  purpose: v.optional(shown(purposes)),
  /**
   * The account that requested it, or began the purchase. Missing if it was changed at Stripe, outside Muster, or
   * automatically and not for the request of one member.
   */
  by: v.optional(
    v.object({
      /** The id of the account. */
      account: ID.schema("account"),
      /** The name, as far as the organization knows it. */
      name: v.optional(v.string()),
      /** True if the account is a member now. */
      isMember: v.boolean(),
    }),
  ),
  /** True if members had requested what was changed automatically. If there are several, `by` is missing. */
  isForRequests: v.optional(v.literal(true)),
  /** Seats before the change. */
  from: Integer,
  /** Seats after the change. */
  to: Integer,
  /** The id of the plan after the change. */
  plan: v.string(),
  /** The time it was requested. */
  requestedAt: v.string(),
  /** The time it was made, or dropped. */
  endedAt: v.string(),
  /** The price that was shown before it was confirmed. */
  shown: v.optional(Amount),
  /** The amount that the paid invoice charged for it. */
  charged: v.optional(Amount),
  /** The reason it was dropped, if it was. */
  dropped: v.optional(shown(dropReasons)),
});

const LineInfo = v.object({
  /** The id of the line at Stripe. */
  id: v.string(),
  ...lineEntries,
  /** The change behind it. */
  change: v.optional(Change),
  /** The reason there is no change: it waits for this payment, was made at Stripe, or before changes were recorded. */
  outside: v.optional(v.picklist(["waiting", "stripe", "earlier"])),
});

/** An invoice with the changes behind its lines. */
export const Info = v.object({
  /** The id of the invoice at Stripe. */
  id: v.string(),
  /** The number on the invoice. A draft has none yet. */
  number: v.optional(v.string()),
  /** The time it was created. */
  createdAt: v.string(),
  /** Its status at Stripe, such as `open` or `paid`. */
  status: v.string(),
  /** Its total, in the smallest unit of the currency, such as cents: what its lines come to. */
  total: Integer,
  /** The customer's balance before it: negative if it is credit, which is used first. */
  balance: Integer,
  /** The amount that was to be paid, with the customer's balance taken off. */
  due: Integer,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** The amount that credit notes have returned since it was paid, to the card or to the balance. Missing if they have not. */
  returned: v.optional(Integer),
  ...cashEntries,
  /** The part of its total that is in no line. Missing if they agree. */
  unexplained: v.optional(Integer),
  /** Its lines. */
  lines: v.array(LineInfo),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = [
  billingFailures.unconfigured,
  billingFailures.misconfigured,
  seatFailures.unavailable,
  seatFailures.refused,
];

// Functions

/** Lists invoices, newest first, each line with who changed the seats. */
export const ledger = fn(
  "billing.ledger",
  {
    input: v.strictObject({
      /** The beginning: `next` of the previous page. Omit it for the first page. */
      cursor: Cursor,
    }),
    output: listOf(Info, invoicesPerPage),
    failures,
    reads: own,
  },
  async ({ cursor }, actor, [, billing]) => pageOf(actor, billing, cursor),
);

/** Returns a page of the ledger. */
export async function pageOf(actor: Pick<Member, "organization">, billing: BillingRow | undefined, cursor?: string) {
  await needStripe();
  const row = shownRowOf(billing);
  if (!row) return { items: [] };
  const { items: invoices, next } = await read(row, cursor);
  const known = await changesUntil(actor.organization, oldestStart(invoices));
  const joined = invoices.map((invoice) => ({ invoice, lines: join(invoice, known) }));
  const asked = joined.flatMap(({ lines }) => lines.flatMap(({ change }) => accountsOf(change)));
  const people = await peopleOf(actor.organization, asked);
  const since = known.findLast(({ dropped }) => !dropped)?.effectiveAt;
  const waiting = row.op?.invoice;
  const items = joined.map(({ invoice, lines }) => describe(invoice, lines, { people, since, waiting }));
  return { items, ...(next && { next }) };
}

type Organization = ID.ID<"organization">;

const oldestStart = (invoices: readonly StripeInvoice[]) =>
  invoices
    .flatMap(({ lines }) => lines.map(({ periodStart }) => periodStart))
    .reduce((one, other) => (one < other ? one : other), "9");

/** Returns the changes from the newest back to one that was made before this instant, with which that began. */
async function changesUntil(organization: Organization, at: string): Promise<Stored[]> {
  const known: Stored[] = [];
  const isCovered = () => known.some(({ dropped, effectiveAt }) => !dropped && effectiveAt < at);
  const newest = { ...billingKeys.changes(organization), newestFirst: true, consistent: true, limit: changesPerRead };
  await eachPage(
    newest,
    (rows) => known.push(...readAll(ChangeRow, rows)),
    () => isCovered(),
  );
  return known;
}

async function read(row: Row, cursor: string | undefined) {
  try {
    const { items, next } = await invoicesFrom(row, cursor, invoicesPerPage);
    const whole = items.map(async (one) => (one.hasMore ? { ...one, ...(await stripe().invoice(one.id)) } : one));
    return { items: await Promise.all(whole), next };
  } catch (error) {
    throw failureOfRead(error);
  }
}

const accountsOf = (change: Stored | undefined) => (ID.is("account", change?.by) ? [{ account: change.by }] : []);

type Known = {
  people: Awaited<ReturnType<typeof peopleOf>>;
  /** From when on every change is recorded. */
  since: string | undefined;
  /** The invoice that a change waits for. */
  waiting: string | undefined;
};

function describe(invoice: StripePaidInvoice, lines: Line[], known: Known) {
  const { id, number, createdAt, status, total, balance, due, returned, currency } = invoice;
  const unexplained = total - sumOf(lines);
  return {
    id,
    ...withoutUndefined({ number }),
    createdAt,
    status,
    total,
    balance,
    due,
    currency,
    ...(returned > 0 && { returned }),
    ...describeCash(invoice),
    ...(unexplained !== 0 && { unexplained }),
    lines: lines.map((line) => describeJoined(line, { ...known, isWaiting: id === known.waiting })),
  };
}

function describeJoined({ change, ...line }: Line, { people, since, isWaiting }: Known & { isWaiting: boolean }) {
  const described = { id: line.id, ...describeLine(line) };
  if (change) return { ...described, change: describeChange(change, people) };
  // threat: a change that waits for its payment is said to be made at Stripe
  if (isWaiting) return { ...described, outside: "waiting" as const };
  // threat: a change before the ledger began is said to be made at Stripe
  const isLater = since !== undefined && since <= described.startsAt;
  return { ...described, outside: isLater ? ("stripe" as const) : ("earlier" as const) };
}

function describeChange(change: Stored, people: Known["people"]) {
  const { operation, cause, purpose, by, from, to, price, requestedAt, endedAt, shown, charged, dropped } = change;
  const person = ID.is("account", by) ? { by: { account: by, ...(people.get(by) ?? { isMember: false }) } } : {};
  const shared = { operation, cause, ...person, from, to, plan: Plan.nameOfPrice(price), requestedAt, endedAt };
  return {
    ...shared,
    ...withoutUndefined({ isForRequests: isRequested(change) || undefined, purpose, shown, charged, dropped }),
  };
}
