import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, instant, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { type Answers, type Command, isUnanswered, send } from "./commands.ts";
import { decide, factsOf, hasUnknownSeats } from "./decide.ts";
import * as Dirty from "./dirty.ts";
import { disputeWhysOf } from "./dispute.ts";
import { whysOf } from "./duplicate.ts";
import type { Copied, Decision, Facts } from "./facts.ts";
import { billingKeys } from "./keys.ts";
import { mischargedDays } from "./limits.ts";
import { observe, type Snapshot } from "./observe.ts";
import { endRequests } from "./requests/end.ts";
import { attentionsOf, type DirtyRow, failures, Mischarged, type Row, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { Side } from "./shape.ts";
import * as BillingStatus from "./status.ts";
import { isKept } from "./subscriptions.ts";
import * as Trials from "./trials/trials.ts";

/** The number of times that a run decides anew, after another process has changed something in between. */
const maxTries = 4;
/** A run ends long before it has decided so often. */
const maxRounds = 24;
/** It is reported once: there is nothing to do, and the next purchase makes another customer. */
export const customerMissing = "customer_missing";
export const seatItemMissing = "seat_item_missing";
/** It stays until the subscription is canceled, which every sweep tries again. */
export const cancelRefused = "cancel_refused";
/** The same for a payment method that Stripe refuses to make that of the customer: it charges another one. */
export const methodRefused = "method_refused";
/** The same for an open checkout of a deleted organization: it stays until the checkout can't be paid anymore. */
export const expireRefused = "expire_refused";
/** It stays until the customer has no active subscription for another organization. */
export const labeledForOther = "labeled_for_other";
/** Stripe refuses something of the billing contact, or its address, which taxes are computed by: the rest was sent. */
export const contactRefused = "contact_refused";
export const addressRefused = "address_refused";
/** An operator is told so for some days. */
export const chargeDiffers = "charge_differs";

type Organization = ID.ID<"organization">;

// Shapes

export const Job = v.strictObject({ job: v.literal("reconcile"), organization: ID.schema("organization") });
export const CustomerJob = v.strictObject({ job: v.literal("reconcileCustomer"), customer: v.string() });
export const DisputeJob = v.strictObject({ job: v.literal("reconcileDispute"), dispute: v.string() });

/** The result. `waiting`: for a payment, or until Stripe can be called again. `attention`: needs attention. */
export const Result = v.object({
  result: v.picklist(["equal", "repaired", "waiting", "attention"]),
  /** The reason it needs attention: a code of Stripe, or one of `docs/operating.md`. */
  why: v.optional(v.string()),
  /** The further reasons, if there are more. */
  also: v.optional(v.array(v.string())),
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

/**
 * A change that was begun just now, so that Stripe cannot know it, and the marker of its write; or a dispute that an event
 * named.
 */
type Also = { command?: Command; marker?: Pick<DirtyRow, "token">; dispute?: string };

/** The same with the current actor, who is named in the event. */
export async function reconcileOne(organization: Organization, actor: Actor, also: Also = {}): Promise<Result> {
  const { command, dispute } = also;
  if (!hasStripe()) return { result: "waiting" };
  const answers: Answers = new Map();
  try {
    if (command) await send(command, answers);
    const marker = also.marker ?? (await table.get(billingKeys.dirty(organization)));
    for (let attempt = 1; attempt <= maxTries; attempt++) {
      const result = await reconcileOnce({ organization, actor, answers, marker, dispute }).catch((error: unknown) => {
        // threat: a change that is made is answered as if it had failed because an event of Stripe was faster
        if (isFailure(error, failures.moved)) return undefined;
        throw error;
      });
      if (result) return result;
    }
  } catch (error) {
    // threat: a change that Stripe has made fails because Stripe cannot be read then
    if (error instanceof StripeError) return await unreached(organization, error);
    throw error;
  }
  return { result: "waiting" };
}

/** Records a refusal: Stripe refuses tomorrow what it refuses today, and anything else may succeed later. */
async function unreached(organization: Organization, { outcome, code }: StripeError): Promise<Result> {
  if (outcome !== "refused") return { result: "waiting" };
  await Dirty.needAttentionToo(organization, code ?? "refused");
  return { result: "attention", why: code ?? "refused", isUnread: true };
}

type Run = Pick<Facts, "organization" | "actor" | "answers"> & {
  marker: Marker | undefined;
  dispute: string | undefined;
};
type Marker = Pick<DirtyRow, "token" | "attentions" | "attention">;

/** Writes what is decided, sends it, and looks again, until nothing is left. */
async function reconcileOnce({ marker, dispute, ...run }: Run): Promise<Result> {
  const { organization } = run;
  let { organizationRow, row } = await read(organization);
  let snapshot: Snapshot | undefined;
  let copied: Copied | undefined;
  for (let round = 1; round <= maxRounds; round++) {
    if (!organizationRow || !row) {
      await Dirty.clear(organization, marker);
      return { result: "equal" };
    }
    snapshot ??= await observe(row, organizationRow.state === "deleted", dispute);
    const facts = factsOf({ ...run, organizationRow, row, snapshot });
    const decision = decide(facts);
    if (decision?.ends === "unclear") break;
    if (!decision || decision.ends) return await finish(facts, copied, marker);
    copied = decision.copied ?? copied;
    ({ organizationRow, row, snapshot } = await follow(facts, decision));
  }
  return { result: "waiting" };
}

type Known = { organizationRow: OrganizationRow | undefined; row: Row | undefined; snapshot: Snapshot | undefined };

/** Writes, and then sends, what is decided. Returns what is known then. */
async function follow(facts: Facts, { write: wanted, taken = [], commands }: Decision): Promise<Known> {
  const { organization, answers, snapshot } = facts;
  let { row, organizationRow }: Pick<Known, "row" | "organizationRow"> = facts;
  if (wanted) {
    row = await write(facts, wanted);
    const key = organizationKeys.organization(organization);
    if (wanted.steps.some((step) => step.key.sk === key.sk)) organizationRow = await table.get(key);
  }
  for (const name of taken) answers.delete(name);
  for (const command of commands ?? []) await send(command, answers);
  return { organizationRow, row, snapshot: commands ? undefined : snapshot };
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

/**
 * Returns the row as it is then. A row that is read again could be newer than the snapshot, and what has changed since
 * would be overwritten.
 */
async function write(
  { organization, row, actor }: Facts,
  { next, steps, ended, expired }: NonNullable<Decision["write"]>,
): Promise<Row> {
  await table.write(
    ...(next ? [save(organization, row, next)] : []),
    ...steps,
    ...(ended ? await endRequests(organization, ended, actor) : []),
    // threat: a checkout that expires keeps the trial of its person
    ...(expired ? await Trials.release(expired, next?.mirror) : []),
  );
  return next ? { ...next, version: row.version + 1 } : row;
}

/** Records what needs attention, or that nothing does. */
async function finish(facts: Facts, copied: Copied | undefined, marker: Marker | undefined): Promise<Result> {
  const { organization, row } = facts;
  const lasting = lastingOf(facts);
  const isKnownOrphan = attentionsOf(marker).some(({ why }) => why === customerMissing);
  const mischarged = isRecent(row.mischarged) ? row.mischarged : undefined;
  const all = [
    ...lasting,
    // threat: nobody is told that a customer was deleted at Stripe
    ...(copied?.isOrphaned && !isKnownOrphan ? [{ why: customerMissing }] : []),
    ...(mischarged ? [{ why: chargeDiffers }] : []),
  ];
  // threat: an alarm for a deleted customer never ends
  if (all.length === 0 && (isKnownOrphan || !isPassing(facts))) await Dirty.clear(organization, marker);
  // what needs no attention anymore is removed, although something else is waited for
  else if (all.length > 0 || attentionsOf(marker).length > 0) await Dirty.needAttention(organization, all);
  return resultOf(facts, { copied, lasting, isKnownOrphan, mischarged });
}

type Attention = { why: string; other?: Organization };

/** Returns what needs attention for as long as it is so: what an operator must do first is first. */
function lastingOf(facts: Facts): Attention[] {
  const { isDeleted, active, others, answers, snapshot, row, other } = facts;
  // threat: a deleted organization goes on paying in silence where Stripe refuses to cancel
  // threat: a second subscription that Stripe refuses to cancel is left alone in silence
  const isRefused = isDeleted ? active.length > 0 : others.some((one) => isKept(one, answers));
  return [
    ...(isRefused ? [{ why: cancelRefused }] : []),
    // threat: a checkout of a deleted organization that Stripe has refused to expire can be paid for hours
    ...(isDeleted && snapshot.checkouts.length > 0 ? [{ why: expireRefused }] : []),
    // threat: a deleted organization goes on paying, and an operator is told of its prices
    ...(hasUnknownSeats(facts) ? [{ why: seatItemMissing }] : []),
    // threat: an operator is not told of a payment for a second subscription
    ...whysOf(row).map((why) => ({ why })),
    // threat: evidence against a dispute is never submitted, because no operator is told of it
    ...disputeWhysOf(row).map((why) => ({ why })),
    // threat: another card is shown than the one that Stripe charges
    ...([...answers.values()].some(({ command, is }) => command.do === "useMethod" && is === "refused")
      ? [{ why: methodRefused }]
      : []),
    ...(other ? [{ why: labeledForOther, other }] : []),
    // threat: an operator is not told what Stripe refuses of a billing contact
    ...(isDeleted ? [] : [addressRefused, contactRefused].filter((why) => refusalsOf(row, why).length > 0)).map(
      (why) => ({ why }),
    ),
  ];
}

/** Returns what Stripe refused of the billing contact, or of its address. */
export const refusalsOf = ({ contactRefusals = [] }: Row, why: string) =>
  contactRefusals.filter(({ field }) => field.startsWith("address") === (why === addressRefused));

/** Returns whether an operator is still told that a change was charged otherwise than it was shown. */
export const isRecent = (mischarged: Mischarged | undefined): mischarged is Mischarged =>
  mischarged !== undefined && mischarged.at > instant(-mischargedDays * daySeconds);

/** Returns whether its state changes by itself, so that it must be looked at again. */
function isPassing({ organizationRow, row, answers, isDeleted, snapshot: { at } }: Facts): boolean {
  // threat: a card that is chosen while Stripe is out is charged by no sweep
  if ([...answers.values()].some(isUnanswered)) return true;
  const billingStatus = isDeleted ? "free" : BillingStatus.judge(organizationRow, row, at).billingStatus;
  return BillingStatus.isPassing(row, billingStatus, at);
}

type Found = {
  copied: Copied | undefined;
  lasting: readonly Attention[];
  isKnownOrphan: boolean | undefined;
  mischarged: Mischarged | undefined;
};

function resultOf(facts: Facts, { copied, lasting, isKnownOrphan, mischarged }: Found): Result {
  const { sides = {}, isExpected = false } = copied ?? {};
  const [first, ...more] = lasting.map(({ why }) => why);
  if (first) {
    const also = more.length > 0 ? { also: more } : {};
    return { result: "attention", why: first, ...also, ...(hasUnknownSeats(facts) && { isUnread: true }), ...sides };
  }
  if (isKnownOrphan) return { result: "attention", why: customerMissing, ...sides };
  // threat: a charge that differs is reported with every sweep
  const told = mischarged && !mischarged.isReported ? { mischarged } : {};
  if (facts.state === "waits") return { result: "waiting", awaits: "payment", ...told, ...sides };
  // threat: a charge that differs hides what else is repaired
  if (Object.keys(sides).length > 0) {
    return { result: "repaired", ...(isExpected && { isExpected: true }), ...told, ...sides };
  }
  return mischarged ? { result: "attention", why: chargeDiffers, ...told } : { result: "equal" };
}
