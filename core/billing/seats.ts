import * as v from "valibot";
import { dayMs, minuteMs } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { begin, isBegun } from "../kernel/idempotency.ts";
import { instant, now, queues, stripe, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import { periods } from "../plan/shape.ts";
import { all, atLeast, check, equal, keyOf, type Step, update, when } from "../table/table.ts";
import { failures as billingFailures, describe, Info, needStripe, own } from "./billing.ts";
import * as Dirty from "./dirty.ts";
import { drive } from "./drive.ts";
import { BillingResizeStarted } from "./events.ts";
import { changesPerSubscription, maxSeats, quoteMinutes } from "./limits.ts";
import { type BillingRow, isLive, type Mirror, type Op, type Row, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { Seats } from "./shape.ts";
import * as BillingStatus from "./status.ts";

const patienceSeconds = 30;

// Shapes

const Wish = v.strictObject({
  seats: Seats,
  /** The plan to change to. Without it, the plan stays. */
  plan: v.optional(v.picklist(periods)),
});

/** The price of a change, as `preview` returned it. */
export const Quote = v.object({
  /** The instant that Stripe prorates by. */
  prorationAt: v.pipe(v.string(), v.isoTimestamp("Expected an instant.")),
  /** What is charged now, in the smallest unit of the currency, such as cents. Negative for a credit. */
  amount: v.pipe(v.number(), v.integer("Expected the smallest unit of the currency.")),
  /** The currency, as three lowercase letters. */
  currency: v.pipe(v.string(), v.regex(/^[a-z]{3}$/, "Expected the three letters of a currency.")),
});
export type Quote = v.InferOutput<typeof Quote>;

// Failures

export const failures = {
  unsubscribed: failure(
    "conflict",
    "billing.no_subscription",
    "This organization has no subscription. Choose a plan first.",
  ),
  unsold: failure("invalid", "billing.plan_unavailable", "This plan is not available."),
  owing: failure("limit", "billing.payment_due", "A payment is due. Pay it before you change seats or plan."),
  busy: failure("conflict", "billing.busy", "Another change of seats or plan is in progress. Wait until it finishes."),
  committed: failure(
    "conflict",
    "billing.seats_committed",
    "More seats than that are in use. Remove members or revoke invitations first.",
  ),
  often: failure("rate", "billing.rate_limited", "Too many seat changes. Try again later."),
  quoted: failure("conflict", "billing.price_changed", "The price has changed. Review the new price."),
  unavailable: failure("unavailable", "billing.unavailable", "Stripe is unavailable. Try again in a minute."),
  refused: failure("conflict", "billing.refused", "Stripe declined this change."),
};

const { quoted, ...asking } = failures;
const previewing = [billingFailures.unconfigured, billingFailures.misconfigured, ...Object.values(asking)];
const changing = [...previewing, quoted, rowFailures.moved, Event.failures.repeated];

// Functions

/** Returns the current price of a change of seats or plan. */
export const preview = fn(
  "billing.preview",
  {
    input: Wish,
    output: v.object({
      /** The seats of the request. */
      seats: Integer,
      /** The id of their plan. */
      plan: v.string(),
      ...Quote.entries,
    }),
    failures: previewing,
    reads: own,
  },
  async (wish, actor, [organizationRow, billing]) => {
    await needStripe();
    const { op } = await wanted(wish, actor, organizationRow, billing);
    const shown = await priceOf(op);
    return { seats: op.to, plan: Plan.nameOfPrice(op.price), prorationAt: op.prorationAt, ...shown };
  },
);

/**
 * Changes seats or plan. Fewer seats count at once, more only when they are paid. With a quote, only if the price is
 * still the same. The change is stored before it is sent to Stripe, so a later run completes it after any error.
 */
export const resize = fn(
  "billing.resize",
  {
    input: v.strictObject({
      ...Wish.entries,
      /** The price that was shown. If it has changed, the change fails with `billing.price_changed`. */
      quote: v.optional(v.strictObject(Quote.entries)),
    }),
    output: Info,
    failures: changing,
    reads: own,
  },
  async ({ quote, ...wish }, actor, [found, billing]) => {
    await needStripe();
    if (isBegun()) return finish(actor);
    const { organizationRow, row, mirror, op, recent } = await wanted(wish, actor, found, billing, quote);
    if (op.to === mirror.quantity && op.price === mirror.price) return describe(organizationRow, billing);
    if (quote) await confirm(op, quote);
    const marker = Dirty.mark(actor.organization);
    await table.write(
      save(actor.organization, row, {
        ...row,
        op: { ...op, ...(quote && shownOf(quote)) },
        changes: [...recent, instant()],
      }),
      seatStep(organizationRow, op.to),
      BillingResizeStarted.record(
        actor.organization,
        { operation: op.id, from: op.from, to: op.to, plan: Plan.nameOfPrice(op.price) },
        actor,
      ),
      marker,
      ...begin(),
    );
    const driven = await drive(actor.organization, actor, { isFresh: true });
    if (driven === "none") await Dirty.clear(actor.organization, marker);
    else await queues.send("work", [{ job: "reconcile", organization: actor.organization }], patienceSeconds);
    return shown(actor);
  },
);

/** Continues where an earlier request stopped; reconciliation completes whatever is left. */
async function finish(actor: Member): Promise<Info> {
  await drive(actor.organization, actor);
  return shown(actor);
}

async function shown(actor: Member): Promise<Info> {
  const [organizationRow, billing] = await table.getMany(own({}, actor));
  return describe(organizationRow, billing);
}

type Wanted = { organizationRow: OrganizationRow; row: Row; mirror: Mirror; op: Op; recent: string[] };

async function wanted(
  { seats, plan }: v.InferOutput<typeof Wish>,
  actor: Member,
  organizationRow: OrganizationRow | undefined,
  billing: BillingRow | undefined,
  quote?: Quote,
): Promise<Wanted> {
  const row = rowOf(billing);
  const mirror = row?.mirror;
  if (!organizationRow || !row || !mirror || !isLive(mirror)) throw failures.unsubscribed();
  if (row.op) throw failures.busy();
  if (BillingStatus.billingStatusOf(organizationRow) === "past_due") throw failures.owing();
  const committed = BillingStatus.committedOf(organizationRow);
  if (seats < committed) throw tooFew(committed);
  const price = plan ? Plan.paidPlan(plan)?.price : mirror.price;
  if (!price) throw failures.unsold();
  const at = quote?.prorationAt ?? instant();
  const op: Op = {
    id: ID.create("operation"),
    subscription: mirror.subscription,
    item: mirror.item,
    from: mirror.quantity,
    to: seats,
    price,
    grows: seats > mirror.quantity || price !== mirror.price,
    prorationAt: `${at.slice(0, 19)}.000Z`,
    since: instant(),
    by: actor.account,
    attempt: 0,
  };
  return { organizationRow, row, mirror, op, recent: recentOf(row.changes) };
}

/** Charges what was shown: for the same instant, Stripe computes the same price. */
async function confirm(op: Op, quote: Quote): Promise<void> {
  const age = now().getTime() - Date.parse(quote.prorationAt);
  if (age < 0 || age > quoteMinutes * minuteMs) throw failures.quoted();
  const { amount, currency } = await priceOf(op);
  if (amount !== quote.amount || currency !== quote.currency) throw failures.quoted();
}

async function priceOf(op: Op) {
  return stripe()
    .preview({ ...op, quantity: op.to })
    .catch((error: unknown) => {
      throw failureOf(error);
    });
}

/** Fewer seats are subtracted from the capacity at once, so that nobody is invited to them. */
function seatStep(organizationRow: OrganizationRow, to: number): Step {
  const by = to - organizationRow.capacity;
  const refusal = (found: OrganizationRow | undefined) => {
    if (found?.billingStatus === "past_due") return failures.owing();
    const committed = found ? BillingStatus.committedOf(found) : 0;
    return committed > to ? tooFew(committed) : rowFailures.moved();
  };
  const key = keyOf(organizationRow);
  if (by >= 0) return check(key, when(all(BillingStatus.isInOrder, atLeast("free", -by)), refusal));
  const asRead = all(BillingStatus.isInOrder, equal("capacity", organizationRow.capacity), atLeast("free", -by));
  return update(key, { set: { capacity: to }, add: { free: by } }, when(asRead, refusal));
}

function recentOf(changes: readonly string[] = []): string[] {
  const recent = changes.filter((at) => Date.parse(at) > now().getTime() - dayMs);
  for (const { quota, windowSeconds } of changesPerSubscription) {
    const within = recent.filter((at) => Date.parse(at) > now().getTime() - windowSeconds * 1000);
    const [oldest] = within;
    if (within.length < quota || !oldest) continue;
    const retryAfterSeconds = Math.ceil((Date.parse(oldest) + windowSeconds * 1000 - now().getTime()) / 1000);
    throw failures.often({ retryAfterSeconds });
  }
  return recent;
}

/** Returns the failure for a call that went wrong. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error;
  return error.trouble === "refused" ? failures.refused({ cause: error }) : failures.unavailable({ cause: error });
}

const shownOf = ({ amount, currency }: Quote) => ({ shown: { amount, currency } });
const tooFew = (committed: number) =>
  failures.committed({
    message: `${committed} seats are in use or held by invitations, so you need at least ${committed} (of at most ${maxSeats}).`,
  });
