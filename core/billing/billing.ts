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
import { free as freePlan, seatLimit, trialSeatLimit } from "../plan/plan.ts";
import { describeAutomatic } from "./automatic/state.ts";
import { businessDaysOf, hasPaidNothing, isProcessing } from "./debit.ts";
import { DisputedPayment, disputedOf } from "./dispute.ts";
import { UnusedPayment, unusedOf } from "./duplicate.ts";
import { ByInvoice, byInvoiceOf, Change, changeOf } from "./invoiced-info.ts";
import { billingKeys } from "./keys.ts";
import { expiries, expiryOf } from "./payment-method.ts";
import { BillingRow, isLive, type Mirror, type Row, rowOf } from "./row.ts";
import { billingStatuses, ContactRefusal, Discount, paymentMethod, stopReasons } from "./shape.ts";
import { type Counted, endOf, graceUntil } from "./status.ts";
import type { TrialRow } from "./trials/row.ts";
import * as Trials from "./trials/trials.ts";

// Shapes

/** Seats that are added automatically where they are needed, and removed before a period in which they are not. */
const Automatic = v.object({
  /** The most seats that the subscription may have by it. */
  limit: Integer,
  /** The number of seats that are kept free. */
  spare: Integer,
  /** The number of further seats that the limit, or a trial, allows. */
  room: Integer,
  /** The reason none are added for now. */
  stopped: v.optional(
    v.object({
      /** The time since which none are added. */
      at: v.string(),
      /** The time until which none are added, unless another payment method pays before, or a change of seats is paid. */
      until: v.string(),
      /** A payment waits, Stripe declined the change, it was not paid, or there were too many changes that day. */
      reason: shown(stopReasons),
      /** True if it was for the request of a member: only requests wait. */
      isOfRequests: v.exactOptional(v.literal(true)),
    }),
  ),
  /** The number of seats that the next period begins with, as it is now. Missing if the subscription ends before. */
  atRenewal: v.optional(Integer),
});

/** The way an organization pays, as last read from Stripe. */
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
    /** The time that grant ends. Missing if it has no end. */
    grantedUntil: v.optional(v.string()),
    /** Seats that the organization may fill: those of the plan, and those that are granted. */
    capacity: Integer,
    /** Seats that are taken by members and pending invitations. */
    committed: Integer,
    /** The lowest number of seats that it can change to: those that are taken and not granted, and at least one. */
    minimum: Integer,
  }),
  /** The time the subscription started. */
  startedAt: v.optional(v.string()),
  /** The time the current period ends. */
  periodEnd: v.optional(v.string()),
  /** The time the subscription ends, if it was canceled. */
  cancelAt: v.optional(v.string()),
  /** The time the trial ends. */
  trialEnd: v.optional(v.string()),
  /** The discounts that apply. */
  discounts: v.optional(v.array(Discount)),
  /** The method that pays the invoices. Missing if nothing is known that does. */
  paymentMethod: v.optional(
    v.object({
      ...paymentMethod,
      /** The state of a card that has expired, or does so this month or within the next two. */
      expiry: v.exactOptional(shown(expiries)),
      /** The number of business days that a bank takes. Missing if it pays at once, or that is not known. */
      businessDays: v.exactOptional(Integer),
    }),
  ),
  /** Invoices are sent, to be paid by hand. Missing if they are charged to the payment method. */
  byInvoice: v.optional(ByInvoice),
  /**
   * Days of trial that a checkout starts with. Missing if the organization had a subscription before, or the person has no
   * trial.
   */
  trialDays: v.optional(Integer),
  /** The reason a checkout starts without one: the person used it, or another organization's open checkout holds it. */
  noTrial: v.optional(v.picklist(["held", "used"])),
  /** The most seats of a trial that is under way, or that a checkout begins; a checkout of more has none. */
  trialSeats: v.optional(Integer),
  /** The most seats that can be bought here. The operator of the service may sell or grant more. */
  maxSeats: Integer,
  /** Days from the end of a subscription until the organization becomes read-only. */
  graceDays: Integer,
  /** The time the organization becomes read-only, unless it subscribes again. */
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
      /** The number of business days it takes at the latest. Missing if that is not known. */
      businessDays: v.optional(Integer),
      /** True if Stripe has dropped the change that it is for: what the bank pays can be refunded. */
      isDropped: v.optional(v.literal(true)),
    }),
  ),
  /** The consequences if an invoice that is past due stays unpaid. Missing until that is known. */
  owed: v.optional(
    v.object({
      /** The time Stripe tries again to collect it. Missing if no attempt is planned. */
      retryAt: v.optional(v.string()),
      /** True if a bank has refused the payment, some days after it was submitted. */
      byBank: v.optional(v.literal(true)),
      /** Everything except inviting works at least until then. Missing if nothing is known to end the subscription. */
      worksUntil: v.optional(v.string()),
    }),
  ),
  /** Missing if seats are only added and removed by people. */
  automaticSeats: v.optional(Automatic),
  /** The values of the billing contact in the general settings that Stripe refused. Missing if Stripe has all of it. */
  contactRefusals: v.optional(v.array(ContactRefusal)),
  /** True if the organization is a customer at Stripe, so that there may be invoices. */
  customer: v.boolean(),
  /** A change of seats that waits for its payment. */
  change: v.optional(Change),
  /** Payments that bought nothing, and can be refunded. Missing if there are none. */
  unusedPayments: v.optional(v.array(UnusedPayment)),
  /**
   * Payments that a bank has reversed because their payer disputes them. While there are some, no seats can be added, and
   * the plan cannot be changed. Missing if there are none.
   */
  disputes: v.optional(v.array(DisputedPayment)),
  /** A checkout that was started and not finished. */
  checkout: v.optional(
    v.object({
      /** The id of the plan. */
      plan: v.string(),
      /** The number of seats. */
      seats: Integer,
      /** The time the checkout page expires. */
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
  const { billingStatus = "free", plan = freePlan } = organizationRow ?? {};
  const mirror = row?.mirror;
  return {
    billingStatus,
    plan,
    seats: seatsOf(organizationRow, row),
    ...(mirror && isLive(mirror) && liveOf(mirror)),
    ...(!mirror && found && trialOf(Trials.stateOf(trial, found.pk))),
    maxSeats: seatLimit(),
    graceDays: plans().graceDays,
    customer: row !== undefined,
    ...withoutUndefined({ automaticSeats: organizationRow && row && describeAutomatic(organizationRow, row) }),
    ...(row && pendingOf(row, billingStatus)),
  };
}

function seatsOf(organizationRow: Counted | undefined, row: Row | undefined): Info["seats"] {
  const { capacity = 0, free = 0, grantedSeats: granted = 0, grantedUntil } = organizationRow ?? {};
  return {
    ...withoutUndefined({ paid: row && paidOf(row) }),
    ...(granted > 0 && { granted, ...withoutUndefined({ grantedUntil }) }),
    capacity,
    committed: capacity - free,
    minimum: Math.max(1, capacity - free - granted),
  };
}

/** Seats whose first payment a bank processes or has refused are no seats of the organization yet. */
function paidOf({ mirror, debit }: Row): number | undefined {
  if (!mirror || !isLive(mirror) || hasPaidNothing({ debit })) return;
  return Math.min(mirror.quantity, debit?.paidSeats ?? mirror.quantity);
}

/** Returns what is said of a subscription only while it is active. */
function liveOf(mirror: Mirror) {
  const { createdAt: startedAt, periodEnd, status, trialEnd, discounts, method } = mirror;
  return withoutUndefined({
    startedAt,
    periodEnd,
    trialEnd,
    discounts: discounts?.filter(({ endsAt }) => endsAt === undefined || endsAt > instant()),
    paymentMethod: method && methodOf(method),
    byInvoice: byInvoiceOf(mirror),
    trialSeats: status === "trialing" ? trialSeatLimit() : undefined,
  });
}

/** Returns what is under way, what will end, and what follows from a payment that is missing. */
function pendingOf(row: Row, billingStatus: Info["billingStatus"]) {
  const { mirror, debit, op, checkout } = row;
  const endedAt = billingStatus === "canceled" ? endOf(row) : undefined;
  const isOwed = billingStatus === "past_due" || debit?.hasFailed;
  return withoutUndefined({
    cancelAt: mirror?.cancelAt,
    processing: debit && isProcessing(row) ? processingOf(row, debit) : undefined,
    owed: isOwed && row.owed ? consequencesOf(row) : undefined,
    graceUntil: endedAt && graceUntil(endedAt),
    unusedPayments: unusedOf(row),
    disputes: disputedOf(row),
    contactRefusals: row.contactRefusals,
    change: op && changeOf(op),
    checkout: checkout && { plan: checkout.plan, seats: checkout.seats, expiresAt: checkout.expiresAt },
  });
}

function trialOf(state: Trials.TrialState) {
  const { trialDays } = plans();
  if (trialDays === 0) return;
  return state === "free" ? { trialDays, trialSeats: trialSeatLimit() } : { noTrial: state };
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

function processingOf({ duplicates = [] }: Row, debit: NonNullable<Row["debit"]>) {
  const { amount, currency, type } = debit;
  const isDropped = duplicates.some(({ invoice }) => invoice === debit.invoice) || undefined;
  return { amount, currency, type, ...withoutUndefined({ businessDays: businessDaysOf(debit), isDropped }) };
}
