import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Actor } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, instant, stripe, table } from "../kernel/ports.ts";
import { StripeError, type StripeSubscription } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { causeOf } from "./cause.ts";
import { debitOf } from "./debit.ts";
import * as Dirty from "./dirty.ts";
import { drive } from "./drive.ts";
import { lateOf, whyOf } from "./duplicate.ts";
import { BillingTrialEnding, BillingUpdated } from "./events.ts";
import { billingKeys } from "./keys.ts";
import * as Change from "./ledger/record.ts";
import { hasPaid, isRecent, owedOf } from "./paid.ts";
import { failures, isLive, isSame, Mischarged, mirrorOf, type Row, rowOf, seatItemOf } from "./row.ts";
import { save } from "./save.ts";
import { Side } from "./shape.ts";
import { sideOf } from "./side.ts";
import * as BillingStatus from "./status.ts";
import { type Debits, endAll, only } from "./subscriptions.ts";
import { trialToAnnounce } from "./trial.ts";
import * as Trials from "./trials/trials.ts";

const maxRounds = 4;
/** It is reported once: there is nothing to do, and the next purchase makes another customer. */
export const customerMissing = "customer_missing";
export const seatItemMissing = "seat_item_missing";
/** It stays until the subscription is canceled, which every sweep tries again. */
export const cancelRefused = "cancel_refused";
/** The same for an open checkout of a deleted organization: it stays until the checkout can't be paid anymore. */
export const expireRefused = "expire_refused";
/** It stays until the customer has no active subscription for another organization. */
export const labeledForOther = "labeled_for_other";
/** An operator is told so for some days. */
export const chargeDiffers = "charge_differs";

type Organization = ID.ID<"organization">;

// Shapes

export const Job = v.strictObject({ job: v.literal("reconcile"), organization: ID.schema("organization") });
export const CustomerJob = v.strictObject({ job: v.literal("reconcileCustomer"), customer: v.string() });

/** The result. `waiting`: for a payment, or until Stripe can be called again. `attention`: needs attention. */
export const Result = v.object({
  result: v.picklist(["equal", "repaired", "waiting", "attention"]),
  /** Why it needs attention: a code of Stripe, or one of `docs/operating.md`. */
  why: v.optional(v.string()),
  /** It was repaired, and only time or a release explains it. */
  isExpected: v.optional(v.literal(true)),
  /** It waits for a payment, which can still be made for some hours. */
  awaits: v.optional(v.literal("payment")),
  /** It needs attention before what Stripe has can be copied. */
  isUnread: v.optional(v.literal(true)),
  before: v.optional(Side),
  after: v.optional(Side),
  /** A change that was charged otherwise than it was shown, until a sweep has reported it. */
  mischarged: v.optional(Mischarged),
});
export type Result = v.InferOutput<typeof Result>;

// Functions

/**
 * Makes our state agree with Stripe's: completes the pending operation, cancels extra subscriptions, and copies what
 * Stripe has. Never lowers anything at Stripe. Every difference is corrected here, no matter what found it.
 */
export const reconcile = fn(
  "billing.reconcile",
  { input: v.strictObject({ organization: ID.schema("organization") }), output: Result },
  async ({ organization }, actor) => reconcileOne(organization, actor),
);

/** The same with the current actor, who is named in the event. */
export async function reconcileOne(organization: Organization, actor: Actor): Promise<Result> {
  if (!hasStripe()) return { result: "waiting" };
  for (let round = 1; round <= maxRounds; round++) {
    try {
      return await look(organization, actor);
    } catch (error) {
      if (error instanceof StripeError) return await unreached(organization, error);
      if (!isFailure(error, failures.moved)) throw error;
    }
  }
  return { result: "waiting" };
}

/** What Stripe refuses today it refuses tomorrow; anything else may succeed later. */
async function unreached(organization: Organization, { trouble, code }: StripeError): Promise<Result> {
  if (trouble !== "refused") return { result: "waiting" };
  await Dirty.needAttention(organization, code ?? "refused");
  return { result: "attention", why: code ?? "refused", isUnread: true };
}

async function look(organization: Organization, actor: Actor): Promise<Result> {
  const marker = await table.get(billingKeys.dirty(organization));
  let { organizationRow, row } = await read(organization);
  // it ends before a change under way can cost anything
  // threat: a change of seats is charged to a deleted organization
  // threat: a deleted organization goes on paying
  const isPayable = organizationRow?.state === "deleted" && row && !(await endAll(row, organization));
  const driven = row?.op ? await drive(organization, actor) : "none";
  if (driven === "unknown") return { result: "waiting" };
  if (row?.op) ({ organizationRow, row } = await read(organization));
  if (!organizationRow || !row) {
    await Dirty.clear(organization, marker);
    return { result: "equal" };
  }
  let found: StripeSubscription | undefined;
  let isStuck: boolean;
  let debits: Debits;
  let other: Organization | undefined;
  ({ found, row, isStuck, debits, other } = await only(organization, row, actor));
  // threat: a deleted organization goes on paying in silence where Stripe refuses to cancel
  // threat: a second subscription that Stripe refuses to cancel is left alone in silence
  const isRefused = isStuck || (organizationRow.state === "deleted" && found !== undefined && isLive(found));
  if (found && isLive(found) && !seatItemOf(found, row.mirror)) {
    // threat: a deleted organization goes on paying, and an operator is told of its prices
    const why = isRefused ? cancelRefused : seatItemMissing;
    await Dirty.needAttention(organization, why);
    return { result: "attention", why, isUnread: true };
  }
  const result = await copy({ organization, organizationRow, row, found, debits, actor });
  const isOrphaned = found?.isCustomerDeleted === true && row.mirror !== undefined && isLive(row.mirror);
  if (isRefused) {
    await Dirty.needAttention(organization, cancelRefused);
    return { result: "attention", why: cancelRefused, ...result.sides };
  }
  // threat: a checkout of a deleted organization that Stripe has refused to expire can be paid for hours
  if (isPayable) {
    await Dirty.needAttention(organization, expireRefused);
    return { result: "attention", why: expireRefused, ...result.sides };
  }
  const why = whyOf(result.row);
  if (why) {
    // threat: an operator is not told of a payment for a second subscription
    await Dirty.needAttention(organization, why);
    return { result: "attention", why, ...result.sides };
  }
  if (other) {
    await Dirty.needAttention(organization, labeledForOther, other);
    return { result: "attention", why: labeledForOther, ...result.sides };
  }
  if (marker?.attention?.why === customerMissing) {
    // threat: an alarm for a deleted customer never ends
    await Dirty.clear(organization, marker);
    return { result: "attention", why: customerMissing, ...result.sides };
  }
  const mischarged = isRecent(result.row.mischarged) ? result.row.mischarged : undefined;
  // threat: a charge that differs is reported with every sweep
  const told = mischarged && !mischarged.isReported ? { mischarged } : {};
  const passing = BillingStatus.isPassing(result.row, result.billingStatus, instant());
  // threat: nobody is told that a customer was deleted at Stripe
  if (isOrphaned) await Dirty.needAttention(organization, customerMissing);
  else if (mischarged) await Dirty.needAttention(organization, chargeDiffers);
  else if (!passing) await Dirty.clear(organization, marker);
  if (driven === "waiting") return { result: "waiting", awaits: "payment", ...told, ...result.sides };
  // threat: a charge that differs hides what else is repaired
  if (Object.keys(result.sides).length > 0) {
    return { result: "repaired", ...(result.isExpected && { isExpected: true }), ...told, ...result.sides };
  }
  return mischarged ? { result: "attention", why: chargeDiffers, ...told } : { result: "equal" };
}

async function read(
  organization: Organization,
): Promise<{ organizationRow: OrganizationRow | undefined; row: Row | undefined }> {
  const [organizationRow, billing] = await table.getMany([
    organizationKeys.organization(organization),
    billingKeys.billing(organization),
  ]);
  return { organizationRow, row: rowOf(billing) };
}

type Copy = {
  organization: Organization;
  organizationRow: OrganizationRow;
  row: Row;
  found: StripeSubscription | undefined;
  debits: Debits;
  actor: Actor;
};

async function copy({ organization, organizationRow, row, found, debits, actor }: Copy) {
  const at = instant();
  const mirror = found ? mirrorOf(found, row.mirror, at) : row.mirror;
  const { checkout, owed: owedBefore, debit: debitBefore, ...rest } = row;
  // threat: each failed attempt counts as a difference and fills the log
  const owed = found && (await owedOf(found, row.customer));
  // threat: invoices of a debit are read twice
  const debit = found ? (debits.has(found.id) ? debits.get(found.id) : await debitOf(found, row)) : debitBefore;
  const late = await lateOf(row, found, debit);
  const isOpen = checkout && Date.parse(checkout.expiresAt) > Date.parse(at) && !(mirror && isLive(mirror));
  const isDeleted = organizationRow.state === "deleted";
  const trialEnd = isDeleted ? undefined : trialToAnnounce(mirror, row.trialAnnounced, at);
  const next = {
    ...rest,
    ...withoutUndefined({
      mirror,
      checkout: isOpen ? checkout : undefined,
      owed,
      debit,
      // threat: a bank's payment after the end of a subscription is never returned
      duplicates: late.length > 0 ? [...(row.duplicates ?? []), ...late] : row.duplicates,
      trialAnnounced: trialEnd ?? row.trialAnnounced,
      hasPaid: row.hasPaid ?? (found && (await hasPaid(found))),
    }),
  };
  const wanted = BillingStatus.judge(organizationRow, next, at);
  // threat: a reconciliation changes a deleted organization
  const steps = isDeleted ? [] : BillingStatus.apply(organization, organizationRow, wanted);
  const isCopied = isSame(mirror, row.mirror) && Boolean(isOpen) === Boolean(checkout);
  const billingStatus = isDeleted ? ("free" as const) : wanted.billingStatus;
  const labeledFor = found && otherLabelOf(found, organization);
  const asTrusted = { ...wanted, hasPaid: organizationRow.hasPaid === true };
  const isAsRecorded = isCopied && labeledFor === undefined;
  // threat: the next attempt is shown as it was first planned
  const isSettled = isAsRecorded && steps.length === 0 && isSame([owed, debit], [owedBefore, debitBefore]);
  const isNothingElse = BillingStatus.apply(organization, organizationRow, asTrusted).length === 0;
  // threat: each comparison writes the billing row of an organization that agrees with Stripe
  if (isSettled && !trialEnd) return { row: next, billingStatus, isExpected: false, sides: {} };
  const asItStood = {
    billingStatus: BillingStatus.billingStatusOf(organizationRow),
    capacity: organizationRow.capacity,
  };
  // events name the organization by this label
  // threat: a lost label stays lost
  if (found && labeledFor !== undefined) await stripe().label(found.id, organization);
  const before = { ...sideOf(row, asItStood), ...withoutUndefined({ labeledFor }) };
  const sides = { before, after: sideOf(next, isDeleted ? asItStood : wanted) };
  const cause = causeOf(row, mirror, at);
  // that it is trusted now, or a card has a later last month, changes nothing that anybody sees
  const isSameMethod = cause === "method" && isSame(before, sides.after);
  // a release copies the method for the first time
  const isFirstMethod = cause === "release" && isSame(withoutMethod(before), withoutMethod(sides.after));
  const isUnseen = isAsRecorded || (labeledFor === undefined && (isSameMethod || isFirstMethod));
  // threat: each card that a bank replaces fills the log
  const isQuiet = isUnseen && isNothingElse;
  const seen = found &&
    mirror && { before: row.mirror, after: mirror, debits: [debitBefore, debit] as const, found, at };
  const changes = seen ? Change.recordFound(organization, seen) : [];
  await table.write(
    save(organization, row, next),
    ...changes,
    ...steps,
    // threat: a checkout that expires keeps the trial of its person
    ...(checkout && !isOpen ? await Trials.settle(checkout, mirror) : []),
    ...(isQuiet ? [] : [BillingUpdated.record(organization, sides, actor)]),
    ...(trialEnd ? [BillingTrialEnding.record(organization, { trialEnd }, actor)] : []),
  );
  const isExpected = labeledFor === undefined && cause !== "change";
  return { row: next, billingStatus, isExpected, sides: isQuiet ? {} : sides };
}

const withoutMethod = ({ paymentMethod: _method, ...rest }: Side) => rest;

/** Returns what an active subscription is labeled with, if that is not the organization. */
const otherLabelOf = (one: StripeSubscription, organization: Organization): string | undefined =>
  isLive(one) && one.organization !== organization ? (one.organization ?? "nobody") : undefined;
