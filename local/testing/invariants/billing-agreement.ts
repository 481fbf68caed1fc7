import { dayMs } from "@muster/core/base/duration.ts";
import { attention } from "@muster/core/billing/attention.ts";
import { hasBegun, isLive, type Row } from "@muster/core/billing/row.ts";
import { isOwing } from "@muster/core/billing/status.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { plans, settings } from "@muster/core/kernel/ports.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { Subscription } from "@muster/local-stripe/wire.ts";
import type { BillingWorld, Customer } from "../worlds/billing.ts";
import { beyondLimit } from "./automatic-seats.ts";
import type { Actors } from "./billing-actors.ts";
import { contradictions, liveOf, ownOf, unattended } from "./billing-contradictions.ts";
import { unexplained } from "./billing-ledger.ts";
import { isSold } from "./billing-steps.ts";
import { mainRowsOf, type Stored, storedOf } from "./billing-stored.ts";

// What an organization has, and what Stripe has of it, as this test computes it from Stripe's own state.

/** Nobody has an unpaid seat at any moment, unless somebody removed it at Stripe, or a grant has ended. */
export async function unpaid({ billing, customers, edited, lowered }: Actors): Promise<string[]> {
  const all = customers.map(async (one) => {
    const { organizationRow, row } = await mainRowsOf(billing, one);
    const subscription = billing.server.state.subscriptions.get(row?.mirror?.subscription ?? "");
    const paid = paidSeatsOf(billing, row, subscription);
    const used = Number(organizationRow.capacity) - Number(organizationRow.free);
    const isExcused = edited.has(one.organization) || lowered.has(one.organization);
    if (organizationRow.state === "deleted" || isExcused || !subscription || !isLive(subscription)) return [];
    const granted = Number(organizationRow.grantedSeats ?? 0);
    return used > paid + granted ? [`${used} seats are used and ${paid} paid`] : [];
  });
  return (await Promise.all(all)).flat();
}

/** Seats that wait for the payment of their invoice are not paid yet. */
function paidSeatsOf(billing: BillingWorld, row: Row | undefined, subscription: Subscription | undefined): number {
  const ordered = (subscription && seatItemOf(billing, subscription)?.quantity) ?? 0;
  const { op } = row ?? {};
  const isWaiting = op?.invoiced === "paid" && subscription?.metadata.seat_op === op.id;
  return isWaiting ? Math.min(ordered, op.from) : ordered;
}

/** Returns where the table and Stripe differ, and impossible events of the history. */
export async function differences(actors: Actors): Promise<string[]> {
  const { billing, customers } = actors;
  const wrong = [...actors.errors];
  const told = await asSystem("operator", () => attention({}));
  for (const one of customers) {
    const stored = await storedOf(billing, one);
    const { organizationRow, row } = stored;
    const known = contradictions(actors, one, stored);
    const isLost = known.includes("seat_item_missing");
    wrong.push(...disagreement(actors, { one, organizationRow, row, isLost }));
    wrong.push(...unattended(actors, one, { stored, known, told }));
    wrong.push(...impossible(actors, stored), ...mischarged(row, known));
    if (!isLost) wrong.push(...(await unexplained(actors, one, stored)));
  }
  wrong.push(...billing.server.violations());
  return wrong;
}

function mischarged(row: Row | undefined, known: readonly string[]): string[] {
  const { shown, charged } = row?.mischarged ?? {};
  const isKnown = shown === undefined || known.includes("charge_differs");
  return isKnown ? [] : [`${shown.amount} was shown, and ${charged?.amount} charged`];
}

const differs = (what: string, here: unknown, there: unknown) =>
  here === there ? [] : [`${what}: ${String(here)} here, ${String(there)} at Stripe`];

type Sides = {
  one: Customer;
  organizationRow: Item;
  row: Row | undefined;
  /** Stripe has no item for seats anymore: what was recorded stays. */
  isLost: boolean;
};

function disagreement(actors: Actors, sides: Sides): string[] {
  const { organizationRow, row, isLost } = sides;
  const mirror = row?.mirror;
  const theirs = actors.billing.server.state.subscriptions.get(mirror?.subscription ?? "");
  const wrong = wronglyActive(actors, sides, theirs);
  if (row?.op) wrong.unshift(`an operation is stuck: ${JSON.stringify(row.op)}`);
  if (isLost) return wrong;
  wrong.push(...wronglyMirrored(actors.billing, mirror, theirs));
  if (organizationRow.state === "deleted") return wrong;
  const end = theirs && isLive(theirs) ? isoOf(theirs.cancel_at) : undefined;
  wrong.push(...differs("end", mirror?.cancelAt, end));
  return theirs ? [...wrong, ...misjudged(actors, { ...sides, theirs })] : wrong;
}

/** Returns which subscriptions are active at Stripe that should not be, and which others should be the recorded one. */
function wronglyActive(actors: Actors, { one, organizationRow, row }: Sides, recorded: Subscription | undefined) {
  const live = liveOf(ownOf(actors.billing, one, row));
  const isDeleted = organizationRow.state === "deleted";
  const isOver = !recorded || !isLive(recorded);
  const isBetterThere = live.some(({ status }) => status === "active") && recorded?.status !== "active";
  const wrong: string[] = [];
  if (!actors.isRefusing && isDeleted && live.length > 0) wrong.push("a deleted organization pays");
  if (!actors.isRefusing && live.length > 1) wrong.push(`${live.length} subscriptions live`);
  // one that waits for its first payment is nobody's yet
  if (!isDeleted && isOver && live.some(hasBegun)) wrong.push("another subscription is active than the recorded one");
  if (!isDeleted && isBetterThere) wrong.push("a paid subscription is not the recorded one");
  return wrong;
}

function wronglyMirrored(billing: BillingWorld, mirror: Row["mirror"], theirs: Subscription | undefined): string[] {
  const item = theirs && seatItemOf(billing, theirs);
  const quantity = theirs && (isLive(theirs) ? (item?.quantity ?? 0) : 0);
  return [
    ...differs("status", mirror?.status, theirs?.status),
    ...differs("quantity", mirror?.quantity, quantity),
    ...(item ? differs("price", mirror?.price, item.price.id) : []),
  ];
}

type Judged = { one: Customer; organizationRow: Item; theirs: Subscription };

/** Returns where the organization's seats and status are not what its subscription and its grant mean. */
function misjudged(actors: Actors, { one, organizationRow, theirs }: Judged): string[] {
  const { billing, edited, lowered } = actors;
  const now = new Date(billing.world.clock.at).toISOString();
  const granted = Number(organizationRow.grantedSeats ?? 0);
  const until = organizationRow.grantedUntil;
  const isOver = !isLive(theirs);
  const capacity = granted + (isOver ? settings().freeSeats : (seatItemOf(billing, theirs)?.quantity ?? 0));
  const used = Number(organizationRow.capacity) - Number(organizationRow.free);
  const isTooMuch = used > capacity;
  const billingStatus = isOver ? endedStatus(theirs, isTooMuch, now) : liveStatus(theirs, isTooMuch);
  const grows = organizationRow.state === "active" && ["active", "trialing", "free"].includes(billingStatus);
  const isExcused = edited.has(one.organization) || lowered.has(one.organization) || isOver;
  return [
    ...differs("billingStatus", organizationRow.billingStatus, billingStatus),
    ...differs("capacity", organizationRow.capacity, capacity),
    ...differs("growth", organizationRow.growth, grows),
    ...(granted > 0 && typeof until === "string" && until <= now
      ? [`${granted} seats are granted until ${until}`]
      : []),
    ...(isTooMuch && !isExcused ? [`${used} used, ${capacity} paid`] : []),
  ];
}

function endedStatus({ ended_at }: Subscription, isTooMuch: boolean, now: string): string {
  const graceEnds = new Date(Date.parse(isoOf(ended_at) ?? now) + plans().graceDays * dayMs).toISOString();
  if (now < graceEnds) return "canceled";
  return isTooMuch ? "read_only" : "free";
}

function liveStatus(theirs: Subscription, isTooMuch: boolean): string {
  if (isOwing(theirs)) return "past_due";
  return isTooMuch ? "over_limit" : theirs.status;
}

/** Returns what no history may lead to: changes that began and did not end, charges and grants that nobody recorded. */
function impossible({ billing }: Actors, { events, row, organizationRow }: Stored): string[] {
  const operations = (...types: string[]) =>
    events.filter(({ type }) => types.includes(String(type))).map(({ data }) => String((data as Item).operation));
  const made = operations("billing.resized").length;
  const begun = operations("billing.resize_started").sort().join();
  const ended = operations("billing.resized", "billing.resize_dropped").sort().join();
  // a bank pays for them after Stripe has dropped them
  const late = (row?.duplicates ?? []).flatMap(({ invoice, operation }) => (operation ? [invoice] : []));
  billing.server.catchUp();
  const charged = [...billing.server.state.invoices.values()].filter(
    ({ id, customer, billing_reason, status, lines }) =>
      customer === row?.customer &&
      billing_reason === "subscription_update" &&
      status === "paid" &&
      !late.includes(id) &&
      // another item with another interval is charged at once, too
      lines.data.every(({ pricing }) =>
        Object.values(billing.prices).some((id) => id === pricing?.price_details?.price),
      ),
  ).length;
  const grant = events.findLast(({ type }) => type === "organization.granted")?.data as Item | undefined;
  const { grantedSeats } = organizationRow;
  const notes = [...billing.server.state.creditNotes.values()].filter(({ customer }) => customer === row?.customer);
  const refunds = events.filter(({ type, data }) => {
    return type === "billing.duplicate_refunded" && (data as Item).to !== "elsewhere";
  });
  return [
    ...differs("changes that began, and ended", begun, ended),
    ...beyondLimit(events),
    ...(charged > made ? [`${charged} invoices for ${made} changes`] : []),
    ...(grant ? differs("granted seats", grantedSeats, grant.granted) : []),
    ...(notes.length > refunds.length ? [`${notes.length} credit notes for ${refunds.length} refunds`] : []),
  ];
}

/** Returns the item for seats: only items of a price that is sold are. */
const seatItemOf = (billing: BillingWorld, { items }: Subscription) =>
  items.data.find(({ price }) => isSold(billing, price.id));

const isoOf = (seconds: number | null) => (seconds === null ? undefined : new Date(seconds * 1000).toISOString());
