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
import type { Fault } from "@muster/local-stripe/fault.ts";
import type { EventRecord, Invoice } from "@muster/local-stripe/wire.ts";
import type Stripe from "stripe";
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
  /** At Stripe: invoices are sent from now on, to be paid within so many days, or charged again. */
  | { do: "invoice"; of: number; days: number | null }
  /** Somebody pays the newest invoice that was sent, or an operator gives it up at Stripe. */
  | { do: "resolve"; of: number; how: Resolution }
  /** Somebody pays the newest open invoice by the link in its email, whatever it was for. */
  | { do: "link"; of: number }
  | { do: "refuse"; cancels: boolean }
  | { do: "webhook"; which: number; how: "once" | "twice" | "never" }
  | { do: "pass"; seconds: number }
  /** From now on each call of Stripe fails, or none does. */
  | { do: "outage"; fault: Fault }
  | { do: "over" }
  | { do: "sweep" | "work" | "catchUp" | "compare" | "endGrants" | "due" };

type Resolution = "pay" | "voidInvoice" | "markUncollectible";

/** More seats than this nobody requests. */
const most = 12;
const [good, bad] = ["4242", "0341"];

// Functions

/** Performs a step. What it comes to counts only if it is neither done nor a failure that a caller is told. */
export async function perform(actors: Actors, step: ScenarioStep): Promise<void> {
  const result = await resultOf(act(actors, step));
  // what the clock does fails with Stripe, and is done again
  const isOut = ["catchUp", "compare"].includes(step.do) && /^StripeError|^rate_limit$/.test(result);
  const isKnown = result === "done" || /^[a-z]+\.[a-z_]+$/.test(result) || isOfStripe(step) || isOut;
  if (!isKnown) actors.errors.push(`${step.do}: ${result}`);
}

/** Returns whether a step is done at Stripe itself, whose refusals are none of Muster's failures. */
const isOfStripe = ({ do: what }: ScenarioStep) =>
  ["double", "unpaid", "stop", "erase", "endAt", "label", "foreign", "buy", "invoice", "link", "resolve"].includes(
    what,
  );

async function act(actors: Actors, step: ScenarioStep): Promise<unknown> {
  const { customers, people, edited } = actors;
  const one = customers["of" in step ? step.of % customers.length : 0] as Customer;
  const who = people["who" in step ? step.who % people.length : 0] as Person;
  if (["portal", "double", "unpaid", "stop", "erase", "foreign"].includes(step.do)) edited.add(one.organization);
  const run = acts[step.do] as (at: Place, step: ScenarioStep) => unknown;
  return run({ actors, billing: actors.billing, one, organization: one.organization, who }, step);
}

type Place = { actors: Actors; billing: BillingWorld; one: Customer; organization: ID<"organization">; who: Person };
type Acts = { [Do in ScenarioStep["do"]]: (at: Place, step: ScenarioStep & { do: Do }) => unknown };

const asOperator = <R>(run: () => Promise<R>) => asSystem("operator", run);
const acts: Acts = {
  seats: ({ one }, step) => resize(one, step),
  invite: ({ one, who }) => one.as(() => Sending.send({ invitations: [{ email: who.email, role: "read" }] })),
  accept: ({ billing, one, who }) => accept(billing, one, who),
  revoke: ({ one, who }) => one.as(() => Invitations.revoke({ invitation: idOf(addressOf(who.email)) })),
  leave: ({ billing, organization: id, who }) => billing.world.as(who, () => Member.leave({}), { id, role: "read" }),
  end: ({ one }) => one.as(() => Manage.cancel({})),
  resume: ({ one }) => one.as(() => Manage.resume({})),
  buy: ({ one }, { seats }) => one.buy(seats),
  automatic: ({ one }, { limit, spare = 1 }) => one.as(() => changeAutomaticSeats({ limit, spare })),
  follow: async ({ billing, organization }) => {
    await queueLooks([organization, organization]);
    return billing.work();
  },
  request: ({ one }, { seats }) => one.as(() => Requests.requestSeats({ seats, note: "For the others." })),
  due: () => asSystem("clock", () => followDue({})),
  coupon: ({ one }, { code }) => one.as(() => Manage.discount({ code, replace: true })),
  delete: ({ billing, one }) => remove(billing, one),
  restore: ({ billing, one }) => restore(billing, one),
  look: ({ one }) => one.reconcile(),
  grant: ({ actors, billing, organization }, { seats, days }) => {
    if (days === undefined) return asOperator(() => Grant.grant({ organization, seats }));
    actors.lowered.add(organization);
    const until = new Date(billing.world.clock.at + days * daySeconds * 1000).toISOString().slice(0, 10);
    return asOperator(() => Grant.grant({ organization, seats, until }));
  },
  outage: ({ billing }, { fault }) => billing.server.faults.inject({ fault, times: Number.POSITIVE_INFINITY }),
  over: ({ billing }) => billing.server.faults.clear(),
  suspend: ({ organization }) => asOperator(() => Operator.suspend({ organization })),
  reactivate: ({ organization }) => asOperator(() => Operator.reactivate({ organization })),
  refund: async ({ one, organization }, { to }) => {
    const [duplicate] = (await one.row())?.duplicates ?? [];
    return duplicate && asOperator(() => Refund.refund({ organization, invoice: duplicate.invoice, to }));
  },
  portal: ({ billing, one }, { seats }) => editAtStripe(billing, one, seats),
  double: ({ billing, one }, step) => subscribeTwice(billing, one, step),
  unpaid: ({ billing, one }, step) => subscribeTwice(billing, one, step),
  stop: async ({ billing, one }) => billing.client.subscriptions.cancel(await subscriptionOf(one)),
  erase: async ({ billing, one }) => billing.client.customers.del((await one.row())?.customer ?? ""),
  endAt: async ({ billing, one }, { days }) => {
    const cancel_at = billing.server.time() + days * daySeconds;
    return billing.client.subscriptions.update(await subscriptionOf(one), { cancel_at });
  },
  label: async ({ actors, billing, one }, { to }) => {
    const other = actors.customers.find((another) => another !== one)?.organization ?? "";
    const metadata = { organizationId: to === "other" ? other : "" };
    return billing.client.subscriptions.update(await subscriptionOf(one), { metadata });
  },
  foreign: ({ billing, one }, { replaces }) => addItem(billing, one, replaces),
  invoice: async ({ billing, one }, { days }) =>
    billing.client.subscriptions.update(
      await subscriptionOf(one),
      days === null
        ? { collection_method: "charge_automatically" }
        : { collection_method: "send_invoice", days_until_due: days },
    ),
  link: async ({ billing, one }) => payByLink(billing, await one.row()),
  resolve: async ({ actors, billing, one, organization }, { how }) => {
    const [newest] = sentTo(billing, await one.row());
    if (!newest) return;
    // what a void invoice took from the balance returns there
    if (how === "voidInvoice") actors.repriced.add(organization);
    await billing.client.invoices[how](newest.id);
  },
  card: async ({ billing, one }, { pays }) => setCard(billing, await one.row(), pays),
  refuse: ({ actors }, { cancels }) => {
    actors.isRefusing = !cancels;
  },
  webhook: async ({ billing }, { which, how }) => {
    const [event] = billing.inbox.splice(which % Math.max(1, billing.inbox.length), 1);
    if (!event || how === "never") return;
    await billing.receive(event);
    if (how === "twice") await billing.receive(event);
  },
  pass: ({ billing }, { seconds }) => billing.world.clock.pass(seconds),
  sweep: ({ billing }) => billing.sweep(),
  work: ({ billing }) => billing.work(),
  catchUp: ({ billing }) => billing.catchUp(),
  compare: ({ billing }) => billing.compare(),
  endGrants: () => asSystem("clock", () => Grant.endGrants({})),
};

/** Returns the invoices that were sent to a customer and are not paid, newest first, of active subscriptions. */
export function sentTo({ server: { state } }: BillingWorld, row: Row): Invoice[] {
  const isOfActive = ({ parent }: Invoice) => {
    const subscription = state.subscriptions.get(parent?.subscription_details?.subscription ?? "");
    return subscription !== undefined && subscription.ended_at === null;
  };
  return [...state.invoices.values()]
    .filter((one) => one.customer === row?.customer && one.collection_method === "send_invoice")
    .filter((one) => ["draft", "open", "uncollectible"].includes(one.status ?? "") && isOfActive(one))
    .toReversed();
}

/** Pays the newest open invoice with a card that pays. */
export async function payByLink({ server, client }: BillingWorld, row: Row): Promise<void> {
  const open = [...server.state.invoices.values()].findLast(
    ({ customer, status }) => customer === row?.customer && status === "open",
  );
  const { id: payment_method = "" } = cardOf({ server }, row, true) ?? {};
  if (open) await client.invoices.pay(open.id, { payment_method });
}

const subscriptionOf = async (one: Customer) => (await one.row())?.mirror?.subscription ?? "";

async function resize(one: Customer, { seats, yearly, quoted }: { seats: number; yearly?: boolean; quoted?: boolean }) {
  const wish = { seats: Math.min(seats, most), ...(yearly && ({ plan: "yearly" } as const)) };
  if (!quoted) return one.as(() => Seats.resize(wish));
  const { quote } = await one.as(() => Seats.preview(wish));
  return one.as(() => Seats.resize({ ...wish, quote }));
}

async function accept({ world }: BillingWorld, { organization }: Customer, person: Person): Promise<void> {
  const address = addressOf(person.email);
  const row = await world.table.get(invitationKeys.addressIn(organization, address));
  if (row?.state !== "pending") return;
  const token = mintToken({ organization, address, attempt: Number(row.attempt), by: row.by as ID<"account"> });
  await world.as(person, () => Recipient.accept({ token }));
}

/** The tombstone of a deletion: it exists before anything is ended at Stripe. */
async function remove({ world }: BillingWorld, one: Customer): Promise<void> {
  const organizationRow = organizationKeys.organization(one.organization);
  await world.table.write(
    update(
      organizationRow,
      { set: { state: "deleted", growth: false, deletedAt: new Date(world.clock.at).toISOString() } },
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
      { set: { state: "active", growth: false }, unset: ["deletedAt"] },
      when(equal("state", "deleted"), organizationFailures.changed),
    ),
    Dirty.mark(organization),
  );
}

export async function editAtStripe(billing: BillingWorld, one: Customer, seats: number): Promise<void> {
  const { state, time } = billing.server;
  const subscription = state.subscriptions.get(await subscriptionOf(one));
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

async function subscribeTwice(
  billing: BillingWorld,
  one: Customer,
  { do: what, seats }: ScenarioStep & { seats: number },
) {
  return billing.client.subscriptions.create({
    customer: (await one.row())?.customer ?? "",
    items: [{ price: billing.prices.monthly, quantity: seats }],
    metadata: { organizationId: one.organization },
    default_payment_method: cardOf(billing, await one.row(), what !== "unpaid")?.id ?? "",
  });
}

async function addItem({ client, ...billing }: BillingWorld, one: Customer, replaces: boolean) {
  const id = await subscriptionOf(one);
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
  const customer = billing.server.state.customers.get(row?.customer ?? "");
  const method = cardOf(billing, row, pays);
  if (customer && method) customer.invoice_settings.default_payment_method = method.id;
}

const cardOf = ({ server: { state } }: Pick<BillingWorld, "server">, row: Row, pays: boolean) =>
  [...state.paymentMethods.values()].find(
    ({ customer, card }) => customer === row?.customer && card?.last4 === (pays ? good : bad),
  );
