import type { attention } from "@muster/core/billing/attention.ts";
import { isLive, type Row } from "@muster/core/billing/row.ts";
import { plans } from "@muster/core/kernel/ports.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { Subscription } from "@muster/local-stripe/wire.ts";
import type { BillingWorld, Customer } from "../worlds/billing.ts";
import type { Actors } from "./billing-actors.ts";
import { customersOf, invoicesOf } from "./billing-ledger.ts";
import { isSold } from "./billing-steps.ts";
import type { Stored } from "./billing-stored.ts";

// Where Muster and Stripe cannot agree: an operator has to know.

type Attention = Awaited<ReturnType<typeof attention>>;

/** Returns the subscriptions of an organization: labeled with it, or recorded. */
export const ownOf = ({ server }: BillingWorld, { organization }: Customer, row: Row | undefined): Subscription[] =>
  [...server.state.subscriptions.values()].filter(
    ({ id, customer, metadata }) =>
      customersOf(row).includes(customer) &&
      (id === row?.mirror?.subscription || metadata.organizationId === organization),
  );

export const liveOf = (subscriptions: readonly Subscription[]): Subscription[] => subscriptions.filter(isLive);

/** Returns why an organization needs attention, the first reason first, from what Stripe has and what was done. */
export function contradictions(actors: Actors, one: Customer, stored: Stored): string[] {
  const { billing } = actors;
  const { row } = stored;
  const isRepriced = actors.edited.has(one.organization) || actors.repriced.has(one.organization);
  const live = liveOf(ownOf(billing, one, row));
  const recorded = live.find(({ id }) => id === row?.mirror?.subscription) ?? live[0];
  const hasSeats = recorded?.items.data.some(({ price }) => isSold(billing, price.id));
  const { due, late } = paidForNothing(actors, one, stored);
  return [
    ...(isStuck(actors, stored, live) ? ["cancel_refused"] : []),
    ...(recorded && !hasSeats ? ["seat_item_missing"] : []),
    ...(due.length > late.length ? ["duplicate_paid"] : []),
    ...(late.length > 0 ? ["paid_after_end"] : []),
    ...(row?.duplicates?.some(({ operation }) => operation !== undefined) ? ["change_dropped"] : []),
    ...(row?.mischarged && isRepriced ? ["charge_differs"] : []),
  ];
}

/** Returns whether subscriptions are active that Muster wants to cancel, and cannot. */
const isStuck = ({ isRefusing }: Actors, { organizationRow }: Stored, live: readonly Subscription[]) =>
  isRefusing && live.length > (organizationRow.state === "deleted" ? 0 : 1);

/** Returns what the operator is told that is not so, or is not told although it is. */
export function unattended(
  actors: Actors,
  one: Customer,
  { stored, known, told }: { stored: Stored; known: readonly string[]; told: Attention },
): string[] {
  const { organization } = one;
  const [first] = known;
  const { wrong } = paidForNothing(actors, one, stored);
  const [found] = told.items.filter((one) => one.organization === organization);
  const why = found?.why ?? found?.result;
  const isSaid = why === first;
  if (isSaid) return wrong;
  return [...wrong, `needs attention: ${first ?? "nothing"}, and the operator is told ${why ?? "nothing"}`];
}

/**
 * Returns the invoices that were paid for subscriptions beside the one that is kept, or too late, and not refunded;
 * those of them that were paid after the end; and where the record of them is wrong.
 */
function paidForNothing(
  { billing }: Actors,
  one: Customer,
  { row, events, changes, organizationRow }: Stored,
): { due: string[]; late: string[]; wrong: string[] } {
  const dataOf = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data as Item);
  const canceled = dataOf("billing.duplicate_canceled").flatMap((data) => data.canceled as string[]);
  const refunded = dataOf("billing.duplicate_refunded").map(({ invoice }) => String(invoice));
  const everRecorded = new Set(changes.map(({ subscription }) => subscription));
  const beside = liveOf(ownOf(billing, one, row)).filter(({ id }) => id !== row?.mirror?.subscription);
  // what a deleted organization has is ended as a whole
  const others = [...canceled, ...(organizationRow.state === "deleted" ? [] : beside.map(({ id }) => id))];
  const paid = invoicesOf(billing, row).filter(({ status, total, parent }) => {
    const subscription = parent?.subscription_details?.subscription ?? "";
    return status === "paid" && total > 0 && others.includes(subscription) && !everRecorded.has(subscription);
  });
  const due = paid.map(({ id }) => id).filter((id) => !refunded.includes(id));
  const recorded = (row?.duplicates ?? []).flatMap(({ invoice, operation }) => (operation ? [] : [invoice]));
  const live = liveOf(ownOf(billing, one, row)).map(({ id }) => id);
  const wrong = [
    ...due.filter((id) => !recorded.includes(id)).map((id) => `paid twice and not recorded: ${id}`),
    ...recorded.filter((id) => refunded.includes(id)).map((id) => `refunded, and recorded again: ${id}`),
    ...canceled.filter((id) => live.includes(id)).map((id) => `said to be canceled, and active: ${id}`),
  ];
  const told = [...recorded, ...refunded, ...(row?.refunded ?? [])];
  wrong.push(
    ...paidAfterEnd(billing, row)
      .filter((id) => !told.includes(id))
      .map((id) => `paid for nothing, and nobody is told: ${id}`),
  );
  const all = [...new Set([...due, ...recorded])];
  const { deletedAt } = organizationRow;
  const late = all.filter((id) => isAfterEnd(billing, id, typeof deletedAt === "string" ? deletedAt : undefined));
  return { due: all, late, wrong };
}

/** Returns whether Stripe has the payment of an invoice after the end of its subscription, or of its organization. */
function isAfterEnd({ server }: BillingWorld, id: string, deletedAt: string | undefined): boolean {
  const { parent, status_transitions, customer, created = 0 } = server.state.invoices.get(id) ?? {};
  // the rest of a paid period cannot be returned to a customer that is gone
  if (plans().unusedTime === "refunded" && server.state.deletedCustomers.has(String(customer))) return true;
  const subscription = server.state.subscriptions.get(parent?.subscription_details?.subscription ?? "");
  const ends = [subscription?.ended_at, deletedAt === undefined ? null : Date.parse(deletedAt) / 1000];
  const end = Math.min(...ends.flatMap((one) => one ?? []));
  const paidAt = status_transitions?.paid_at ?? 0;
  return paidAt > end || (paidAt === Math.floor(end) && created < paidAt);
}

/** Returns the invoices that waited, and were paid after their subscription had ended, for more than the time until then. */
function paidAfterEnd(billing: BillingWorld, row: Row | undefined): string[] {
  const { events, subscriptions } = billing.server.state;
  // their order says what Stripe's seconds do not
  const all = [...events.values()];
  const placeOf = (type: string, id: string) =>
    all.findIndex((one) => one.type === type && (one.data.object as { id?: string }).id === id);
  return invoicesOf(billing, row).flatMap(({ id, parent, amount_paid: paid, lines, created, billing_reason }) => {
    const subscription = subscriptions.get(parent?.subscription_details?.subscription ?? "");
    const endedAt = subscription?.ended_at ?? Number.POSITIVE_INFINITY;
    const isDue = lines.data.every(({ period }) => period.end <= endedAt);
    // no change waits for an invoice of a subscription that has ended
    const hasWaited = created < endedAt || billing_reason === "subscription_update";
    if (!subscription || paid === 0 || isDue || !hasWaited) return [];
    const [end, payment] = [placeOf("customer.subscription.deleted", subscription.id), placeOf("invoice.paid", id)];
    return end >= 0 && payment > end ? [id] : [];
  });
}
