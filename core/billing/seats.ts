import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Actor, Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { begin, isBegun } from "../kernel/idempotency.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import {
  all,
  atLeast,
  type ConditionOf,
  check,
  equal,
  keyOf,
  present,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { failures as billingFailures, describe, Info, needStripe, own } from "./billing.ts";
import { commandOf } from "./change.ts";
import * as Dirty from "./dirty.ts";
import { BillingResizeStarted } from "./events.ts";
import { planQuoteMinutes, quoteMinutes } from "./limits.ts";
import { confirm, endsOf, Price, priceOf } from "./price.ts";
import * as Quote from "./quote.ts";
import { type Result, reconcileOne } from "./reconcile.ts";
import { type Dropped, type Op, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { droppings, failures, tooFew } from "./seat-failures.ts";
import { purposes } from "./shape.ts";
import * as BillingStatus from "./status.ts";
import { type Wanted, Wish, wanted } from "./wish.ts";

const patienceSeconds = 30;

// Failures

const { quoted, unpaid, ...asking } = failures;
export const previewing = [billingFailures.unconfigured, billingFailures.misconfigured, ...Object.values(asking)];
export const changing = [...previewing, quoted, unpaid, rowFailures.moved, Event.failures.repeated];

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
      ...Price.entries,
      /** The days in which the invoice is to be paid that is sent for it. Missing if it is charged, or costs nothing now. */
      daysUntilDue: v.optional(Integer),
      /** This price, to be sent with the change. */
      quote: v.string(),
      /** The time the quote expires. */
      expiresAt: v.string(),
    }),
    failures: previewing,
    reads: own,
  },
  async (wish, actor, [organizationRow, billing]) => {
    await needStripe();
    const { op, mirror } = await wanted(wish, actor, organizationRow, billing);
    const price = await priceOf(op);
    // threat: the credit of another plan counts from half an hour before
    const expiresAt = instant(minuteSeconds * (op.price === mirror.price ? quoteMinutes : planQuoteMinutes));
    const due = { amount: price.dueNow, currency: price.currency };
    const [from, to] = endsOf(op, mirror);
    const quote = Quote.sign(actor.organization, { from, to, at: op.prorationAt, due, expiresAt });
    const { daysUntilDue } = price.dueNow > 0 ? mirror : {};
    const more = withoutUndefined({ daysUntilDue });
    return { seats: op.to, plan: Plan.nameOfPrice(op.price), ...price, ...more, quote, expiresAt };
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
      /** The quote of the price that was shown. If it has changed, the change fails with `billing.price_changed`. */
      quote: v.optional(Quote.Quote),
      /** The purpose of the seats: people who are invited, imported, or become members again. */
      purpose: v.optional(v.picklist(purposes)),
    }),
    output: Info,
    failures: changing,
    reads: own,
  },
  async ({ quote, purpose, ...wish }, actor, [found, billing]) => {
    await needStripe();
    if (isBegun()) return finish(wish, actor);
    const change = await wanted(wish, actor, found, billing);
    const { organizationRow, mirror, op } = change;
    if (op.to === mirror.quantity && op.price === mirror.price) return describe(organizationRow, billing);
    return make(change, actor, { quote, ...(purpose && { more: { purpose } }) });
  },
);

// For requests for seats

/** The purpose of a change, and the steps of the write that stores it. */
type Beside = {
  more?: Pick<Op, "purpose" | "request" | "alsoFor">;
  steps?: (op: Op) => readonly Step[];
  /** The further conditions on the organization. */
  only?: ConditionOf<OrganizationRow>;
};

/** Stores a change of seats, for the price of its quote, and sends it to Stripe. */
export async function make(
  change: Wanted,
  actor: Member,
  { quote, ...beside }: Beside & { quote: string | undefined },
): Promise<Info> {
  const { op, mirror, recent } = change;
  const agreed = quote === undefined ? op : await confirm(quote, { actor, op, mirror, recent });
  await launch({ ...change, op: agreed }, actor, beside);
  return shown(actor, ({ operation }) => operation === op.id);
}

/** The same without an answer. */
export async function launch(
  { organizationRow, row, op, recent }: Wanted,
  actor: Actor,
  { more, steps = () => [], only }: Beside,
): Promise<Result> {
  const { pk: organization } = organizationRow;
  const marker = Dirty.mark(organization);
  const { dropped: _, ...rest } = row;
  const begun = { ...op, ...more };
  await table.write(
    // threat: a change that is under way is answered as the one that was dropped before
    save(organization, row, { ...rest, op: begun, changes: [...recent, begun.prorationAt] }),
    seatStep(organizationRow, op.to, only),
    ...steps(op),
    BillingResizeStarted.record(
      organization,
      {
        operation: op.id,
        from: op.from,
        to: op.to,
        plan: Plan.nameOfPrice(op.price),
        granted: BillingStatus.grantedOf(organizationRow),
      },
      actor,
    ),
    marker,
    ...begin(),
  );
  const reconciled = await reconcileOne(organization, actor, { command: commandOf(begun, row), marker });
  if (reconciled.result === "waiting") {
    await queues.send("work", [{ job: "reconcile", organization }], patienceSeconds);
  }
  return reconciled;
}

/** Continues where an earlier request stopped; reconciliation completes whatever is left. */
async function finish({ seats, plan }: Wish, actor: Member): Promise<Info> {
  await reconcileOne(actor.organization, actor);
  const price = plan && Plan.paidPlan(plan)?.price;
  return shown(actor, (dropped) => dropped.to === seats && (price === undefined || dropped.price === price));
}

/** @throws the reason why the change was dropped, if it was */
export async function shown(actor: Member, isIt: (dropped: Dropped) => boolean): Promise<Info> {
  const [organizationRow, billing] = await table.getMany(own({}, actor));
  const { dropped } = rowOf(billing) ?? {};
  // threat: a declined change is answered as done
  if (dropped && isIt(dropped)) throw droppings[dropped.reason]();
  return describe(organizationRow, billing);
}

/** Fewer seats are subtracted from the capacity at once, so that nobody is invited to them. */
function seatStep(organizationRow: OrganizationRow, to: number, only: ConditionOf<OrganizationRow> = present): Step {
  const capacity = to + BillingStatus.grantedOf(organizationRow);
  const by = capacity - organizationRow.capacity;
  const refusal = (found: OrganizationRow | undefined) => {
    if (found?.billingStatus === "past_due") return failures.owing();
    return found && BillingStatus.fewestOf(found) > to ? tooFew(found) : rowFailures.moved();
  };
  const key = keyOf(organizationRow);
  // threat: a decrease takes no seats away until Stripe has made it
  if (by >= 0) return check(key, when(all(BillingStatus.isInOrder, atLeast("free", -by), only), refusal));
  // threat: fewer seats are sold than are in use or held
  const asRead = all(BillingStatus.isInOrder, equal("capacity", organizationRow.capacity), atLeast("free", -by), only);
  return update(key, { set: { capacity }, add: { free: by } }, when(asRead, refusal));
}
