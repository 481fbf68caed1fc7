import * as v from "valibot";
import type { Member } from "../kernel/actor.ts";
import { failure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, instant, plans, stripe } from "../kernel/ports.ts";
import { parse } from "../kernel/valid.ts";
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";
import { isLive, type Row, rowOf, type Discount as Taken } from "./row.ts";
import { graceUntil, standingOf, standings } from "./standing.ts";

// Shapes

const Change = v.object({
  from: v.number(),
  to: v.number(),
  /** Its payment is waited for until then. */
  waitsUntil: v.optional(v.string()),
});

/** What is taken off each invoice, or only off the next one: a part in percent, or an amount in the smallest unit. */
const Discount = v.object({
  /** The code that was taken, or what it is called where it was given without one. */
  name: v.optional(v.string()),
  percent: v.optional(v.number()),
  amount: v.optional(v.number()),
  currency: v.optional(v.string()),
  endsAt: v.optional(v.string()),
  once: v.optional(v.boolean()),
});

/** How an organization pays, as it was copied from Stripe last. */
export const Info = v.object({
  standing: v.picklist(standings),
  plan: v.string(),
  /** Seats that are paid, and the fewest that are enough: members and invitations. */
  seats: v.object({ paid: v.optional(v.number()), capacity: v.number(), minimum: v.number() }),
  startedAt: v.optional(v.string()),
  /** When the period that is paid ends, and whether the subscription does so too. */
  periodEnd: v.optional(v.string()),
  cancelAt: v.optional(v.string()),
  trialEnd: v.optional(v.string()),
  discounts: v.optional(v.array(Discount)),
  /** Days that a checkout begins with before anything is paid; none where there was a subscription before. */
  trialDays: v.optional(v.number()),
  /** Days after an end until the organization may only be read, and when those of the present end are over. */
  graceDays: v.number(),
  graceUntil: v.optional(v.string()),
  /** Whether Stripe knows the organization, so that there may be invoices. */
  customer: v.boolean(),
  /** A change on its way. */
  change: v.optional(Change),
  /** A checkout that was begun. */
  checkout: v.optional(v.object({ plan: v.string(), seats: v.number(), expiresAt: v.string() })),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  unconfigured: failure("conflict", "billing.unconfigured", "Seats are not sold here: this deployment has no Stripe."),
  misconfigured: failure(
    "unavailable",
    "billing.misconfigured",
    "Payments are not set up correctly on this site. Contact whoever runs it.",
  ),
};

// Functions

export const get = fn(
  "billing.get",
  { input: v.strictObject({}), output: Info, reads: own },
  async (_, _actor, [home, billing]) => describe(home, rowOf(billing)),
);

// For the rest of billing

/**
 * Refuses what cannot be done without Stripe, before anything is written.
 * @throws billing.unconfigured where nothing is sold, billing.misconfigured where Stripe's configuration cannot be used
 */
export async function needStripe(): Promise<void> {
  if (!hasStripe()) throw failures.unconfigured();
  await stripe()
    .ready()
    .catch((cause: unknown) => {
      throw failures.misconfigured({ cause });
    });
}

export function own(_: unknown, actor: Pick<Member, "organization">) {
  return [Keys.organization(actor.organization), Keys.billing(actor.organization)];
}

export function describe(home: Item | undefined, row: Row | undefined): Info {
  const { capacity, committed } = Seat.describe(home ?? {}, undefined);
  const mirror = row?.mirror;
  const paid = mirror && isLive(mirror);
  const standing = standingOf(home ?? {});
  const { trialDays, graceDays } = plans();
  return parse(Info, {
    standing,
    plan: home?.plan,
    seats: { capacity, minimum: committed, ...(paid && { paid: mirror.quantity }) },
    ...(paid && { startedAt: mirror.createdAt, periodEnd: mirror.periodEnd }),
    ...(mirror?.cancelAt && { cancelAt: mirror.cancelAt }),
    ...(paid && mirror.trialEnd && { trialEnd: mirror.trialEnd }),
    ...(paid && mirror.discounts && { discounts: mirror.discounts.filter(isInForce) }),
    ...(!mirror && trialDays > 0 && { trialDays }),
    ...{ graceDays, customer: row !== undefined },
    ...(standing === "canceled" && mirror?.endedAt && { graceUntil: graceUntil(mirror.endedAt) }),
    ...(row?.op && { change: row.op }),
    ...(row?.checkout && { checkout: row.checkout }),
  });
}

const isInForce = ({ endsAt }: Taken) => endsAt === undefined || endsAt > instant();
