import { addressOf } from "@muster/core/account/account.ts";
import { daySeconds } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import { changeAutomaticSeats } from "@muster/core/billing/automatic/automatic.ts";
import { followDue } from "@muster/core/billing/automatic/due.ts";
import { queueLooks } from "@muster/core/billing/automatic/trigger.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import * as Refund from "@muster/core/billing/refund.ts";
import * as Requests from "@muster/core/billing/requests/requests.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import type { RefundTarget } from "@muster/core/billing/shape.ts";
import { idOf } from "@muster/core/invitation/invitation.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import * as Invitations from "@muster/core/invitation/manage.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import * as Sending from "@muster/core/invitation/send.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Grant from "@muster/core/organization/grant.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Operator from "@muster/core/organization/operator.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import { equal, update, when } from "@muster/core/table/table.ts";
import type Stripe from "stripe";
import type { EventRecord } from "../../stripe/wire.ts";
import { resultOf } from "../result.ts";
import type { BillingWorld, Customer } from "../worlds/billing.ts";
import type { Person } from "../worlds/world.ts";
import type { Actors, coupons } from "./billing-actors.ts";

// What happens in a history of organizations that buy: in Muster, by an operator, and at Stripe.

export type ScenarioStep =
  | { do: "seats"; of: number; seats: number; yearly?: boolean; quoted?: boolean }
  | { do: "invite" | "accept" | "leave" | "revoke"; of: number; who: number }
  | { do: "end" | "resume" | "delete" | "restore" | "look"; of: number }
  | { do: "buy"; of: number; seats: number }
  /** Seats are added automatically up to so many, or not anymore. */
  | { do: "automatic"; of: number; limit: number | null; spare?: number }
  /** The stream has seen what was taken; the job follows twice. */
  | { do: "follow"; of: number }
  /** A member requests seats. */
  | { do: "request"; of: number; seats: number }
  | { do: "coupon"; of: number; code: (typeof coupons)[number] }
  | { do: "grant"; of: number; seats: number; days?: number }
  | { do: "suspend" | "reactivate"; of: number }
  | { do: "refund"; of: number; to: RefundTarget }
  /** At Stripe: the quantity, a second subscription that is paid, and one whose first payment fails. */
  | { do: "portal" | "double" | "unpaid"; of: number; seats: number }
  /** At Stripe: the subscription is canceled, and the customer is deleted. */
  | { do: "stop" | "erase"; of: number }
  | { do: "endAt"; of: number; days: number }
  | { do: "label"; of: number; to: "nobody" | "other" }
  /** At Stripe: an item that is not for seats is added, or replaces the seats. */
  | { do: "foreign"; of: number; replaces: boolean }
  | { do: "card"; of: number; pays: boolean }
  | { do: "refuse"; cancels: boolean }
  | { do: "webhook"; which: number; how: "once" | "twice" | "never" }
  | { do: "pass"; seconds: number }
  | { do: "sweep" | "work" | "catchUp" | "compare" | "endGrants" | "due" };

/** More seats than this nobody requests. */
const most = 12;
const [good, bad] = ["4242", "0341"];

// Functions

/** Performs a step. What it comes to counts only if it is neither done nor a failure that a caller is told. */
export async function perform(actors: Actors, step: ScenarioStep): Promise<void> {
  const result = await resultOf(act(actors, step));
  const isKnown = result === "done" || /^[a-z]+\.[a-z_]+$/.test(result) || isOfStripe(step);
  if (!isKnown) actors.errors.push(`${step.do}: ${result}`);
}

/** What Stripe refuses to somebody there is none of Muster's failures. */
const isOfStripe = ({ do: what }: ScenarioStep) =>
  ["double", "unpaid", "stop", "erase", "endAt", "label", "foreign", "buy"].includes(what);

async function act(actors: Actors, step: ScenarioStep): Promise<unknown> {
  const { billing, customers, people, edited, lowered } = actors;
  const { world } = billing;
  const one = customers["of" in step ? step.of % customers.length : 0] as Customer;
  const who = people["who" in step ? step.who % people.length : 0] as Person;
  const { organization } = one;
  const asOperator = <R>(run: () => Promise<R>) => asSystem("operator", run);
  switch (step.do) {
    case "seats":
      return resize(one, step);
    case "invite":
      return one.as(() => Sending.send({ invitations: [{ email: who.email, role: "read" }] }));
    case "accept":
      return accept(actors, one, who);
    case "revoke":
      return one.as(() => Invitations.revoke({ invitation: idOf(addressOf(who.email)) }));
    case "leave":
      return world.as(who, () => Member.leave({}), { id: organization, role: "read" });
    case "end":
      return one.as(() => Manage.cancel({}));
    case "resume":
      return one.as(() => Manage.resume({}));
    case "buy":
      return one.buy(step.seats);
    case "automatic":
      return one.as(() => changeAutomaticSeats({ limit: step.limit, spare: step.spare ?? 1 }));
    case "follow":
      await queueLooks([organization, organization]);
      return billing.work();
    case "request":
      return one.as(() => Requests.requestSeats({ seats: step.seats, note: "For the others." }));
    case "due":
      return asSystem("clock", () => followDue({}));
    case "coupon":
      return one.as(() => Manage.discount({ code: step.code, replace: true }));
    case "delete":
      return remove(billing, one);
    case "restore":
      return restore(billing, one);
    case "look":
      return one.reconcile();
    case "grant": {
      if (step.days !== undefined) lowered.add(organization);
      const until = new Date(world.clock.at + (step.days ?? 0) * daySeconds * 1000).toISOString().slice(0, 10);
      const terms = { seats: step.seats, ...(step.days !== undefined && { until }) };
      return asOperator(() => Grant.grant({ organization, ...terms }));
    }
    case "suspend":
      return asOperator(() => Operator.suspend({ organization }));
    case "reactivate":
      return asOperator(() => Operator.reactivate({ organization }));
    case "refund": {
      const [duplicate] = (await one.row())?.duplicates ?? [];
      return duplicate && asOperator(() => Refund.refund({ organization, invoice: duplicate.invoice, to: step.to }));
    }
    case "portal":
      edited.add(organization);
      return editAtStripe(billing, one, step.seats);
    case "double":
    case "unpaid":
      edited.add(organization);
      return subscribeTwice(actors, one, step);
    case "stop":
      edited.add(organization);
      return billing.client.subscriptions.cancel((await one.row())?.mirror?.subscription ?? "");
    case "erase":
      edited.add(organization);
      return billing.client.customers.del((await one.row())?.customer ?? "");
    case "endAt": {
      const cancel_at = billing.server.time() + step.days * daySeconds;
      return billing.client.subscriptions.update((await one.row())?.mirror?.subscription ?? "", { cancel_at });
    }
    case "label": {
      const other = customers.find((another) => another !== one)?.organization ?? "";
      const metadata = { organizationId: step.to === "other" ? other : "" };
      return billing.client.subscriptions.update((await one.row())?.mirror?.subscription ?? "", { metadata });
    }
    case "foreign":
      edited.add(organization);
      return addItem(billing, one, step.replaces);
    case "card":
      return setCard(billing, await one.row(), step.pays);
    case "refuse":
      actors.isRefusing = !step.cancels;
      return;
    case "webhook": {
      const [event] = billing.inbox.splice(step.which % Math.max(1, billing.inbox.length), 1);
      if (!event || step.how === "never") return;
      await billing.receive(event);
      return step.how === "twice" ? billing.receive(event) : undefined;
    }
    case "pass":
      return world.clock.pass(step.seconds);
    case "sweep":
      return billing.sweep();
    case "work":
      return billing.work();
    case "catchUp":
      return billing.catchUp();
    case "compare":
      return billing.compare();
    case "endGrants":
      return asSystem("clock", () => Grant.endGrants({}));
  }
}

async function resize(one: Customer, { seats, yearly, quoted }: { seats: number; yearly?: boolean; quoted?: boolean }) {
  const wish = { seats: Math.min(seats, most), ...(yearly && ({ plan: "yearly" } as const)) };
  if (!quoted) return one.as(() => Seats.resize(wish));
  const { quote } = await one.as(() => Seats.preview(wish));
  return one.as(() => Seats.resize({ ...wish, quote }));
}

async function accept({ billing }: Actors, { organization }: Customer, person: Person): Promise<void> {
  const address = addressOf(person.email);
  const row = await billing.world.table.get(invitationKeys.addressIn(organization, address));
  if (row?.state !== "pending") return;
  const token = mintToken({ organization, address, attempt: Number(row.attempt), by: row.by as ID<"account"> });
  await billing.world.as(person, () => Recipient.accept({ token }));
}

/** The tombstone of a deletion: it exists before anything is ended at Stripe. */
async function remove({ world }: BillingWorld, one: Customer): Promise<void> {
  const organizationRow = organizationKeys.organization(one.organization);
  await world.table.write(
    update(
      organizationRow,
      { set: { state: "deleted", growth: false } },
      when(equal("state", "active"), organizationFailures.changed),
    ),
    Dirty.mark(one.organization),
  );
  await one.reconcile();
}

async function restore({ world }: BillingWorld, { organization }: Customer): Promise<void> {
  await world.table.write(
    update(
      organizationKeys.organization(organization),
      { set: { state: "active", growth: false } },
      when(equal("state", "deleted"), organizationFailures.changed),
    ),
    Dirty.mark(organization),
  );
}

export async function editAtStripe(billing: BillingWorld, one: Customer, seats: number): Promise<void> {
  const { state, time } = billing.server;
  const subscription = state.subscriptions.get((await one.row())?.mirror?.subscription ?? "");
  const item = subscription?.items.data.find(({ price }) => isSold(billing, price.id));
  if (!subscription || !item || subscription.ended_at !== null) return;
  item.quantity = seats;
  const id = `evt_portal${state.events.size}`;
  const event: EventRecord = {
    id,
    object: "event",
    api_version: "",
    created: time(),
    livemode: false,
    pending_webhooks: 0,
    request: {
      id: null,
      idempotency_key: null,
    },
    type: "customer.subscription.updated",
    data: { object: structuredClone(subscription) },
  };
  state.events.set(id, event);
  billing.inbox.push(structuredClone(event) as unknown as Stripe.Event);
}

export const isSold = ({ prices }: BillingWorld, price: string): boolean => Object.values(prices).includes(price);

async function subscribeTwice({ billing }: Actors, one: Customer, { do: what, seats }: { do: string; seats: number }) {
  return billing.client.subscriptions.create({
    customer: (await one.row())?.customer ?? "",
    items: [{ price: billing.prices.monthly, quantity: seats }],
    metadata: { organizationId: one.organization },
    default_payment_method: cardOf(billing, await one.row(), what !== "unpaid")?.id ?? "",
  });
}

async function addItem({ client, ...billing }: BillingWorld, one: Customer, replaces: boolean) {
  const id = (await one.row())?.mirror?.subscription ?? "";
  const { items } = await client.subscriptions.retrieve(id);
  const seats = items.data.find(({ price }) => isSold({ client, ...billing }, price.id));
  const recurring = { interval: seats?.price.recurring?.interval ?? "month" } as const;
  const { id: product } = await client.products.create({ name: "Support" });
  const price = await client.prices.create({ product, currency: "usd", unit_amount: 9_900, recurring });
  await client.subscriptions.update(id, {
    items: [{ price: price.id, quantity: 1 }, ...(replaces && seats ? [{ id: seats.id, deleted: true }] : [])],
    proration_behavior: "none",
  });
}

type Row = Awaited<ReturnType<Customer["row"]>>;

export function setCard(billing: BillingWorld, row: Row, pays: boolean): void {
  const subscription = billing.server.state.subscriptions.get(row?.mirror?.subscription ?? "");
  const method = cardOf(billing, row, pays);
  if (subscription && method) subscription.default_payment_method = method.id;
}

const cardOf = ({ server: { state } }: BillingWorld, row: Row, pays: boolean) =>
  [...state.paymentMethods.values()].find(
    ({ customer, card }) => customer === row?.customer && card?.last4 === (pays ? good : bad),
  );
