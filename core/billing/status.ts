import { dayMs } from "../base/duration.ts";
import type { Failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { plans, settings } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import { all, atLeast, below, equal, lacks, oneOf, type Update, update, when } from "../table/table.ts";
import type { Automatic } from "./automatic/row.ts";
import { hasPaidNothing } from "./debit.ts";
import { failures, hasBegun, isLive, isSame, type Mirror, type Row } from "./row.ts";
import type { BillingStatus } from "./shape.ts";

// What a subscription means for its organization: its billing status, its seats, and whether it may grow.

const growing: readonly string[] = ["free", "trialing", "active"];
/** Stripe's statuses of a subscription with an unpaid invoice. */
const owing = ["past_due", "unpaid", "paused"];

export type Judgment = { billingStatus: BillingStatus; capacity: number; plan: string; hasPaid: boolean };

/** Seats on top of those of the plan, until an instant or without an end. */
export type Grant = { seats: number; until?: string | undefined };

type Also = { grant?: Grant; automatic?: Automatic; refusal?: () => Failure };

// Functions

export const isOwing = ({ status }: { status: string }): boolean => owing.includes(status);

export const billingStatusOf = ({ billingStatus = "free" }: Pick<OrganizationRow, "billingStatus">): BillingStatus =>
  billingStatus;

/** Returns the billing state that an organization has, as one that is judged. */
export const currentOf = (organizationRow: OrganizationRow): Judgment => ({
  billingStatus: billingStatusOf(organizationRow),
  capacity: organizationRow.capacity,
  plan: organizationRow.plan,
  hasPaid: organizationRow.hasPaid === true,
});

/** Returns whether payment allows an organization to invite and grow. */
export const grows = (billingStatus: BillingStatus): boolean => growing.includes(billingStatus);

/**
 * The capacity is what is paid plus what an operator granted. A decrease under way counts at once; an increase adds
 * nothing before it is paid, so a subscription whose first payment a bank processes or has refused changes nothing.
 */
export function judge(
  organizationRow: OrganizationRow,
  row: Pick<Row, "mirror" | "op" | "debit" | "hasPaid">,
  at: string,
): Judgment {
  const { mirror, debit } = row;
  const current = currentOf(organizationRow);
  const hasPaid = current.hasPaid || row.hasPaid === true;
  const asItIs = { ...current, hasPaid };
  if (!mirror || !hasBegun(mirror)) return asItIs;
  const isUnpaid = hasPaidNothing({ debit });
  // until the bank answers, nobody loses the seats that an earlier release has added
  if (isUnpaid && current.plan !== Plan.free && !debit?.hasFailed && isLive(mirror)) return asItIs;
  // threat: a first payment that a bank processes counts as paid
  if (isLive(mirror) && !isUnpaid) return { ...judgePaid(organizationRow, row, mirror), hasPaid };
  return { ...judgeUnpaid(organizationRow, row, at), hasPaid };
}

type OfPlan = Omit<Judgment, "hasPaid">;

function judgePaid(organizationRow: OrganizationRow, { op, debit }: Pick<Row, "op" | "debit">, mirror: Mirror): OfPlan {
  // threat: an increase gives seats before it is paid
  // threat: seats count before a bank has paid for them
  const counted = Math.min(...[mirror.quantity, op?.to, debit?.paidSeats].filter((seats) => seats !== undefined));
  // threat: seats that an operator granted are undone by the next look at Stripe
  const capacity = counted + grantedOf(organizationRow);
  const paid = mirror.status === "trialing" ? "trialing" : "active";
  const isOver = committedOf(organizationRow) > capacity;
  const billingStatus = isOwing(mirror) ? "past_due" : isOver ? "over_limit" : paid;
  return { billingStatus, capacity, plan: Plan.nameOfPrice(mirror.price) };
}

/** The subscription has ended, or its first payment is missing. */
function judgeUnpaid(organizationRow: OrganizationRow, row: Pick<Row, "mirror" | "debit">, at: string): OfPlan {
  const isUnpaid = hasPaidNothing(row);
  const isFree = organizationRow.plan === Plan.free;
  // threat: granted seats end with the subscription
  const capacity = isUnpaid && isFree ? organizationRow.capacity : settings().freeSeats + grantedOf(organizationRow);
  // threat: a subscription whose first payment a bank has refused starts a grace period
  const endedAt = endOf(row) ?? (isUnpaid ? undefined : at);
  const isGrace = endedAt !== undefined && at < graceUntil(endedAt);
  const isOver = committedOf(organizationRow) > capacity;
  return { billingStatus: isGrace ? "canceled" : isOver ? "read_only" : "free", capacity, plan: Plan.free };
}

/** Returns whether the status changes by itself, with time or with seats that are given back. */
export function isPassing(row: Row, billingStatus: BillingStatus, at: string): boolean {
  // threat: an invoice that is due in weeks is looked for every few minutes
  const isInvoiced = row.op?.invoiced !== undefined && row.op.waitsUntil !== undefined;
  if ((row.op && !isInvoiced) || billingStatus === "over_limit") return true;
  return billingStatus === "canceled" && at >= graceUntil(endOf(row) ?? at);
}

/**
 * Returns the step that sets the organization's billing state, or none if it is the same. Guarded by what the decision
 * was based on.
 * @param grant sets what is granted too, and `automatic` what an owner has set for automatic seats
 */
export function apply(
  organization: ID<"organization">,
  organizationRow: OrganizationRow,
  wanted: Judgment,
  { grant, automatic, refusal = failures.moved }: Also = {},
): Update[] {
  const { billingStatus, capacity, plan, hasPaid } = wanted;
  // threat: a suspended organization that is paid grows again
  const growth = organizationRow.state === "active" && grows(billingStatus);
  const current = { ...currentOf(organizationRow), growth: organizationRow.growth };
  if (!grant && !automatic && isSame({ ...wanted, growth }, current)) return [];
  const by = capacity - organizationRow.capacity;
  const change = {
    set: {
      billingStatus,
      growth,
      plan,
      capacity,
      ...(hasPaid && { hasPaid }),
      ...(grant && { grantedSeats: grant.seats, ...(grant.until && { grantedUntil: grant.until }) }),
      ...(automatic && { automatic }),
    },
    ...(by !== 0 && { add: { free: by } }),
    ...(grant && !grant.until && { unset: ["grantedUntil"] as const }),
  };
  // threat: seats are granted or taken on the state of payment as it was read before
  return [
    update(
      organizationKeys.organization(organization),
      change,
      when(asJudged(organizationRow, wanted, automatic), refusal),
    ),
  ];
}

/** Holds while what a judgment was based on is as it was read. */
function asJudged(organizationRow: OrganizationRow, wanted: Judgment, automatic: Automatic | undefined) {
  const missing = organizationRow.capacity - wanted.capacity;
  return all(
    // threat: two grants at once make or lose seats
    equal("capacity", organizationRow.capacity),
    // threat: a suspended organization grows again with what Stripe has
    equal("state", organizationRow.state),
    // threat: a grant ends that an operator extends at the same moment
    isGrantUnchanged(organizationRow),
    // threat: a grant lets an organization grow whose payment has just failed
    isUnchanged(organizationRow),
    // threat: a change that is dropped stops automatic seats that were set otherwise since
    ...(automatic && organizationRow.automatic ? [equal("automatic", organizationRow.automatic)] : []),
    // threat: an organization with more people than seats is taken to be in order
    organizationRow.free >= missing ? atLeast("free", missing) : below("free", missing),
  );
}

const isGrantUnchanged = ({ grantedSeats, grantedUntil }: OrganizationRow) =>
  all(
    grantedSeats === undefined ? lacks("grantedSeats") : equal("grantedSeats", grantedSeats),
    grantedUntil === undefined ? lacks("grantedUntil") : equal("grantedUntil", grantedUntil),
  );

/** Holds while the organization's billing state is as it was read. */
export const isUnchanged = (organizationRow: OrganizationRow) =>
  organizationRow.billingStatus === undefined
    ? lacks("billingStatus")
    : equal("billingStatus", billingStatusOf(organizationRow));

/** Holds if payment allows automatic seats. A suspended organization has them once it is reactivated. */
export const isPaid = all(
  oneOf("state", ["active", "suspended"]),
  oneOf("billingStatus", ["active", "trialing", "over_limit"]),
);

/** Holds if payment allows a change of seats or plan. */
export const isInOrder = all(equal("state", "active"), oneOf("billingStatus", ["active", "trialing", "over_limit"]));

/** Returns when the last subscription ended that was paid. One that was never paid has not begun, whatever its status. */
export const endOf = ({ mirror, debit }: Pick<Row, "mirror" | "debit">): string | undefined =>
  hasPaidNothing({ debit }) ? debit?.endedAt : mirror?.endedAt;

/**
 * From the end of a subscription until then nobody is invited; after it the organization is read-only, unless it fits
 * the free seats.
 */
export const graceUntil = (endedAt: string): string =>
  new Date(Date.parse(endedAt) + plans().graceDays * dayMs).toISOString();

/** The values that seats are counted from. */
export type Counted = Pick<OrganizationRow, "capacity" | "free" | "grantedSeats" | "grantedUntil">;

export const grantedOf = ({ grantedSeats = 0 }: Pick<Counted, "grantedSeats">): number => grantedSeats;

/** Returns the lowest number of seats that an organization can pay for: what is committed beyond what is granted. */
export const fewestOf = (organizationRow: Counted): number =>
  // threat: an organization pays for seats that were granted to it
  Math.max(1, committedOf(organizationRow) - grantedOf(organizationRow));

export const committedOf = ({ capacity, free }: Pick<Counted, "capacity" | "free">): number => capacity - free;
