import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, instant, plans, stripe } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { free as freePlan } from "../plan/plan.ts";
import { describeAutomatic } from "./automatic/state.ts";
import { businessDaysOf, hasPaidNothing, isProcessing } from "./debit.ts";
import { billingKeys } from "./keys.ts";
import { expiries, expiryOf } from "./payment-method.ts";
import {
  BillingRow,
  type Checkout,
  isLive,
  type Mirror,
  type Op,
  type Row,
  rowOf,
  type Discount as Taken,
} from "./row.ts";
import { billingStatuses, paymentMethod, stopReasons } from "./shape.ts";
import { endOf, graceUntil } from "./status.ts";
import type { TrialRow } from "./trials/row.ts";
import * as Trials from "./trials/trials.ts";

// Shapes

const Change = v.object({
  /** Seats before the change. */
  from: Integer,
  /** Seats after the change. */
  to: Integer,
  /** When the change is dropped, unless its payment succeeds before. */
  waitsUntil: v.optional(v.string()),
});

/** A discount on each invoice, or only on the next one: a percentage or an amount in the smallest unit. */
const Discount = v.object({
  /** The code that was applied, or the name of a discount that was given without one. */
  name: v.optional(v.string()),
  /** Percent off, such as 12.5. */
  percent: v.optional(v.number()),
  /** The amount off, in the smallest unit of the currency, such as cents. */
  amount: v.optional(Integer),
  /** The currency of `amount`, as three lowercase letters. */
  currency: v.optional(v.string()),
  /** When the discount ends. Missing if it does not. */
  endsAt: v.optional(v.string()),
  /** Whether it applies to the next invoice only. */
  once: v.optional(v.boolean()),
});

/** Seats that are added automatically where they are needed, and removed before a period in which they are not. */
const Automatic = v.object({
  /** The most seats that the subscription may have by it. */
  limit: Integer,
  /** How many seats are kept free. */
  spare: Integer,
  /** How many more seats the limit, or a trial, allows. */
  room: Integer,
  /** Why none are added for now. */
  stopped: v.optional(
    v.object({
      /** Since when. */
      at: v.string(),
      /** Until when, unless another payment method pays before, or a change of seats is paid. */
      until: v.string(),
      /** A payment waits, Stripe declined the change, it was not paid, or there were too many changes that day. */
      reason: shown(stopReasons),
      /** Whether it was for the request of a member: only requests wait. */
      isOfRequests: v.exactOptional(v.literal(true)),
    }),
  ),
  /** How many seats the next period begins with, as it is now. Missing if the subscription ends before. */
  atRenewal: v.optional(Integer),
});

/** How an organization pays, as last read from Stripe. */
export const Info = v.object({
  /** The status of the subscription. */
  billingStatus: shown(billingStatuses),
  /** The id of the plan: `free`, or one of the plans that are sold. */
  plan: v.string(),
  /** The seats of the organization. */
  seats: v.object({
    /** Seats of the subscription. Missing if there is none. */
    paid: v.optional(Integer),
    /** Seats that the operator granted on top of those of the plan. Missing if there are none. */
    granted: v.optional(Integer),
    /** When that grant ends. Missing if it has no end. */
    grantedUntil: v.optional(v.string()),
    /** Seats that the organization may fill: those of the plan, and those that are granted. */
    capacity: Integer,
    /** Seats that are taken by members and pending invitations. */
    committed: Integer,
    /** The lowest number of seats that it can change to: those that are taken and not granted, and at least one. */
    minimum: Integer,
  }),
  /** When the subscription started. */
  startedAt: v.optional(v.string()),
  /** When the current period ends. */
  periodEnd: v.optional(v.string()),
  /** When the subscription ends, if it was canceled. */
  cancelAt: v.optional(v.string()),
  /** When the trial ends. */
  trialEnd: v.optional(v.string()),
  /** The discounts that apply. */
  discounts: v.optional(v.array(Discount)),
  /** What pays the invoices. Missing if nothing is known that does. */
  paymentMethod: v.optional(
    v.object({
      ...paymentMethod,
      /** Whether a card has expired, or does so this month or within the next two. */
      expiry: v.exactOptional(shown(expiries)),
      /** How many business days a bank takes for a payment. Missing if the payment is made at once, or that is not known. */
      businessDays: v.exactOptional(Integer),
    }),
  ),
  /**
   * Days of trial that a checkout starts with. Missing if the organization had a subscription before, or the person has no
   * trial.
   */
  trialDays: v.optional(Integer),
  /** Why a checkout of this person starts without one: they used it, or another organization's open checkout holds it. */
  noTrial: v.optional(v.picklist(["held", "used"])),
  /** The most seats of a trial that is under way, or that a checkout begins; a checkout of more has none. */
  trialSeats: v.optional(Integer),
  /** Days from the end of a subscription until the organization becomes read-only. */
  graceDays: Integer,
  /** When the organization becomes read-only, unless it subscribes again. */
  graceUntil: v.optional(v.string()),
  /**
   * The payment that a bank processes now. Until it has arrived, no seats are added, and the subscription cannot be changed.
   */
  processing: v.optional(
    v.object({
      /** The amount, in the smallest unit of the currency, such as cents. */
      amount: Integer,
      /** The currency, as three lowercase letters. */
      currency: v.string(),
      /** The kind of account at Stripe, such as `sepa_debit`. */
      type: v.string(),
      /** How many business days it takes at the latest. Missing if that is not known. */
      businessDays: v.optional(Integer),
      /** Whether Stripe has dropped the change that it is for: what the bank pays can be refunded. */
      isDropped: v.optional(v.literal(true)),
    }),
  ),
  /** What follows if an invoice that is past due stays unpaid. Missing until that is known. */
  owed: v.optional(
    v.object({
      /** When Stripe tries again to collect it. Missing if no attempt is planned. */
      retryAt: v.optional(v.string()),
      /** Whether a bank has refused the payment, some days after it was submitted. */
      byBank: v.optional(v.literal(true)),
      /** Everything except inviting works at least until then. Missing if nothing is known to end the subscription. */
      worksUntil: v.optional(v.string()),
    }),
  ),
  /** Missing if seats are only added and removed by people. */
  automaticSeats: v.optional(Automatic),
  /** Whether the organization is a customer at Stripe, so that there may be invoices. */
  customer: v.boolean(),
  /** A change of seats that waits for its payment. */
  change: v.optional(Change),
  /** A checkout that was started and not finished. */
  checkout: v.optional(
    v.object({
      /** The id of the plan. */
      plan: v.string(),
      /** How many seats. */
      seats: Integer,
      /** When the checkout page expires. */
      expiresAt: v.string(),
    }),
  ),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  unconfigured: failure("conflict", "billing.not_configured", "Billing is not configured for this deployment."),
  misconfigured: failure(
    "unavailable",
    "billing.misconfigured",
    "Billing is not set up correctly. Contact your operator.",
  ),
};

// Functions

export const get = fn(
  "billing.get",
  { input: v.strictObject({}), output: Info, reads: own },
  async (_, actor, [organizationRow, billing]) =>
    describe(organizationRow, billing, await Trials.trialFor(actor, rowOf(billing))),
);

// For the rest of billing

/**
 * Fails before anything is written if Stripe is needed but not available.
 * @throws billing.not_configured if nothing is for sale, billing.misconfigured if Stripe's configuration cannot be used
 */
export async function needStripe(): Promise<void> {
  // threat: Stripe is called where none is configured
  if (!hasStripe()) throw failures.unconfigured();
  await stripe()
    .ready()
    .catch((cause: unknown) => {
      // threat: payments are refused as a bug where Stripe is misconfigured
      throw failures.misconfigured({ cause });
    });
}

export function own(_: unknown, actor: Pick<Member, "organization">) {
  return [organizationKeys.organization(actor.organization), billingKeys.billing(actor.organization)] as const;
}

export function describe(found: OrganizationRow | undefined, billing: BillingRow | undefined, trial?: TrialRow): Info {
  const organizationRow = found && readOnly(OrganizationRow, found);
  const row = rowOf(billing && readOnly(BillingRow, billing));
  const { capacity = 0, free = 0, grantedSeats: granted = 0, grantedUntil } = organizationRow ?? {};
  const { billingStatus = "free", plan = freePlan } = organizationRow ?? {};
  const mirror = row?.mirror;
  const endedAt = row && endOf(row);
  const paid = mirror && isLive(mirror);
  const { trialDays, trialSeats, graceDays } = plans();
  return {
    billingStatus,
    plan,
    seats: {
      ...(row && paid && isCounted(row) && { paid: paidOf(row, mirror) }),
      ...(granted > 0 && { granted }),
      ...(granted > 0 && grantedUntil && { grantedUntil }),
      capacity,
      committed: capacity - free,
      minimum: Math.max(1, capacity - free - granted),
    },
    ...(paid && {
      startedAt: mirror.createdAt,
      periodEnd: mirror.periodEnd,
    }),
    ...(mirror?.cancelAt && { cancelAt: mirror.cancelAt }),
    ...(paid && mirror.trialEnd && { trialEnd: mirror.trialEnd }),
    ...(paid && mirror.discounts && { discounts: mirror.discounts.filter(isInForce) }),
    ...(paid && mirror.method && { paymentMethod: methodOf(mirror.method) }),
    ...(!mirror && trialDays > 0 && found && trialOf(Trials.stateOf(trial, found.pk))),
    ...(paid && mirror.status === "trialing" && { trialSeats }),
    graceDays,
    ...(row?.debit && isProcessing(row) && { processing: processingOf(row, row.debit) }),
    ...((billingStatus === "past_due" || row?.debit?.hasFailed) && row?.owed && { owed: consequencesOf(row) }),
    ...withoutUndefined({ automaticSeats: organizationRow && row && describeAutomatic(organizationRow, row) }),
    customer: row !== undefined,
    ...(billingStatus === "canceled" && endedAt && { graceUntil: graceUntil(endedAt) }),
    ...(row?.op && { change: changeOf(row.op) }),
    ...(row?.checkout && { checkout: offerOf(row.checkout) }),
  };
}

function trialOf(state: Trials.TrialState) {
  const { trialDays, trialSeats } = plans();
  return state === "free" ? { trialDays, trialSeats } : { noTrial: state };
}

/** A subscription ends by itself, or by Stripe after the last attempt, which may be the next one. */
function consequencesOf({ mirror, owed, debit }: Row) {
  const byBank = debit?.hasFailed;
  // threat: an end that is nearer than the next attempt is not told
  const end = [mirror?.cancelAt, owed?.retryAt].filter((at) => at !== undefined).toSorted()[0];
  return withoutUndefined({ retryAt: owed?.retryAt, byBank, worksUntil: end && graceUntil(end) });
}

function methodOf(method: NonNullable<Mirror["method"]>) {
  return { ...method, ...expiryOf(method, instant()), ...withoutUndefined({ businessDays: businessDaysOf(method) }) };
}

/** Seats whose first payment a bank processes or has refused are no seats of the organization yet. */
const isCounted = (row: Row) => !hasPaidNothing(row);
const paidOf = ({ debit }: Row, { quantity }: Mirror) => (debit ? Math.min(quantity, debit.paidSeats) : quantity);
const processingOf = ({ duplicates = [] }: Row, debit: NonNullable<Row["debit"]>) => {
  const { amount, currency, type } = debit;
  const isDropped = duplicates.some(({ invoice }) => invoice === debit.invoice) || undefined;
  return { amount, currency, type, ...withoutUndefined({ businessDays: businessDaysOf(debit), isDropped }) };
};

const changeOf = ({ from, to, waitsUntil }: Op) => ({ from, to, ...(waitsUntil !== undefined && { waitsUntil }) });
const offerOf = ({ plan, seats, expiresAt }: Checkout) => ({ plan, seats, expiresAt });
const isInForce = ({ endsAt }: Taken) => endsAt === undefined || endsAt > instant();
