import { addressOf } from "@muster/core/account/account.ts";
import { daySeconds, hourSeconds } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import * as Ledger from "@muster/core/billing/ledger/ledger.ts";
import type { ChangeRow } from "@muster/core/billing/ledger/row.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import { isLive } from "@muster/core/billing/row.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import * as Sending from "@muster/core/invitation/send.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { rowsOf } from "@muster/core/kernel/rows.ts";
import type { Stripe as Port } from "@muster/core/kernel/stripe-port.ts";
import * as Member from "@muster/core/member/member.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { equal, type Item, type Table, update, when } from "@muster/core/table/table.ts";
import type Stripe from "stripe";
import { linesOf } from "../../stripe/invoice.ts";
import type { EventRecord } from "../../stripe/wire.ts";
import { resultOf } from "../result.ts";
import { type BillingWorld, type Customer, openBilling } from "../worlds/billing.ts";
import type { Person } from "../worlds/world.ts";

// A history of organizations that buy, people who come and go, and a Stripe that fails; and what must be true after it.

export type ScenarioStep =
  | { do: "seats"; of: number; seats: number; yearly?: boolean }
  | { do: "invite" | "accept" | "leave"; of: number; who: number }
  | { do: "portal" | "double"; of: number; seats: number }
  | { do: "card"; of: number; pays: boolean }
  | { do: "end" | "resume" | "stop" | "delete" | "look"; of: number }
  | { do: "webhook"; which: number; how: "once" | "twice" | "never" }
  | { do: "pass"; seconds: number }
  | { do: "sweep" | "work" | "catchUp" };

export type BillingScenario = {
  /** Actions of one batch happen at once. */
  batches: readonly (readonly ScenarioStep[])[];
  /** How Stripe's changing calls fail. */
  faults: { seed: number; probability: number };
  /** Afterwards only markers are swept, at once: nothing is compared, and no time passes. */
  onlyMarked?: boolean;
};

/** Parts that do less than they should. */
export type Variant = {
  port?: (port: Port, actors: Actors) => Port;
  table?: (table: Table, actors: Actors) => Table;
  receive?: (actors: Actors) => (event: Stripe.Event) => Promise<unknown>;
};

export type Actors = {
  billing: BillingWorld;
  customers: Customer[];
  people: Person[];
  /** Organizations whose subscription somebody changed at Stripe itself. */
  edited: Set<string>;
};

const seatsAtFirst = 4;
const goodCard = "pm_card_visa";
const badCard = "pm_card_chargeCustomerFail";
const most = 12;

/** Two organizations that have bought, and people who may join them. */
export async function openActors(billing: BillingWorld, people: Person[], founder: Person): Promise<Actors> {
  const { client } = billing;
  const customers = [await billing.createOrganization(founder), await billing.createOrganization(founder)];
  for (const one of customers) {
    await one.buy(seatsAtFirst);
    const customer = (await one.row())?.customer ?? "";
    for (const card of [goodCard, badCard]) await client.paymentMethods.attach(card, { customer });
  }
  billing.inbox.length = 0;
  return { billing, customers, people, edited: new Set() };
}

/** Runs a scenario, and returns what is wrong, or nothing. */
export async function runScenario(
  actors: Actors,
  { batches, faults, onlyMarked = false }: BillingScenario,
  variant: Variant = {},
): Promise<string[]> {
  const { billing } = actors;
  const { world, server, port, receive } = billing;
  billing.receive = variant.receive?.(actors) ?? receive;
  bind({ stripe: variant.port?.(port, actors) ?? port, table: variant.table?.(world.table, actors) ?? world.table });
  server.faults.random(faults);
  const wrong: string[] = [];
  for (const batch of batches) {
    await Promise.all(batch.map((step) => perform(actors, step)));
    wrong.push(...(await unpaid(actors)));
  }
  server.faults.clear();
  if (onlyMarked) await billing.sweep();
  else await quiet(actors);
  wrong.push(...(await differences(actors)), ...(onlyMarked ? [] : await restless(actors)));
  bind({ stripe: port, table: world.table });
  Object.assign(billing, { receive });
  return wrong;
}

/** Runs everything that happens on its own: half of Stripe's events are lost. */
async function quiet({ billing, customers }: Actors): Promise<void> {
  for (const one of customers) setCard(billing, await one.row(), true);
  const left = billing.inbox.splice(0);
  for (const event of left.slice(0, Math.floor(left.length / 2)).toReversed()) await billing.receive(event);
  billing.world.clock.pass(daySeconds + hourSeconds);
  await billing.work();
  await billing.sweep();
  await billing.catchUp();
  await billing.work();
  await billing.compare();
  await billing.work();
  await billing.sweep();
  billing.inbox.length = 0;
}

async function perform(actors: Actors, step: ScenarioStep): Promise<unknown> {
  const { billing, customers, people, edited } = actors;
  const one = customers["of" in step ? step.of % customers.length : 0] as Customer;
  const who = people["who" in step ? step.who % people.length : 0] as Person;
  switch (step.do) {
    case "seats": {
      const plan = step.yearly ? ({ plan: "yearly" } as const) : {};
      return resultOf(one.as(() => Seats.resize({ seats: Math.min(step.seats, most), ...plan })));
    }
    case "invite":
      return resultOf(one.as(() => Sending.send({ invitations: [{ email: who.email, role: "read" }] })));
    case "accept":
      return resultOf(accept(actors, one, who));
    case "leave":
      return resultOf(billing.world.as(who, () => Member.leave({}), { id: one.organization, role: "read" }));
    case "portal":
      edited.add(one.organization);
      return editAtStripe(billing, one, step.seats);
    case "double": {
      edited.add(one.organization);
      const items = [{ price: billing.prices.monthly, quantity: step.seats }];
      const metadata = { organizationId: one.organization };
      return resultOf(
        billing.client.subscriptions.create({
          customer: (await one.row())?.customer ?? "",
          items,
          metadata,
          default_payment_method: cardOf(billing, await one.row(), true)?.id ?? "",
        }),
      );
    }
    case "card":
      return setCard(billing, await one.row(), step.pays);
    case "end":
      return resultOf(one.as(() => Manage.cancel({})));
    case "resume":
      return resultOf(one.as(() => Manage.resume({})));
    case "stop": {
      edited.add(one.organization);
      return resultOf(billing.client.subscriptions.cancel((await one.row())?.mirror?.subscription ?? ""));
    }
    case "delete":
      return resultOf(remove(billing, one));
    case "look":
      return resultOf(one.reconcile());
    case "webhook": {
      const [event] = billing.inbox.splice(step.which % Math.max(1, billing.inbox.length), 1);
      if (!event || step.how === "never") return;
      await billing.receive(event);
      return step.how === "twice" ? billing.receive(event) : undefined;
    }
    case "pass":
      return billing.world.clock.pass(step.seconds);
    case "sweep":
      return resultOf(billing.sweep());
    case "work":
      return resultOf(billing.work());
    case "catchUp":
      return resultOf(billing.catchUp());
  }
}

async function accept({ billing }: Actors, { organization }: Customer, person: Person): Promise<void> {
  const address = addressOf(person.email);
  const row = await billing.world.table.get(Keys.addressIn(organization, address));
  if (row?.state !== "pending") return;
  const token = mintToken({ organization, address, attempt: Number(row.attempt), by: row.by as ID<"account"> });
  await billing.world.as(person, () => Recipient.accept({ token }));
}

/** The tombstone of a deletion: it exists before anything is ended at Stripe. */
async function remove({ world }: BillingWorld, one: Customer): Promise<void> {
  const organizationRow = Keys.organization(one.organization);
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

export async function editAtStripe(billing: BillingWorld, one: Customer, seats: number): Promise<void> {
  const { state, time } = billing.server;
  const subscription = state.subscriptions.get((await one.row())?.mirror?.subscription ?? "");
  const [item] = subscription?.items.data ?? [];
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

type Row = Awaited<ReturnType<Customer["row"]>>;

function setCard(billing: BillingWorld, row: Row, pays: boolean): void {
  const subscription = billing.server.state.subscriptions.get(row?.mirror?.subscription ?? "");
  const method = cardOf(billing, row, pays);
  if (subscription && method) subscription.default_payment_method = method.id;
}

const cardOf = ({ server: { state } }: BillingWorld, row: Row, pays: boolean) =>
  [...state.paymentMethods.values()].find(
    ({ customer, card }) => customer === row?.customer && card?.last4 === (pays ? "4242" : "0341"),
  );

/** Nobody has an unpaid seat at any moment, unless somebody removed it at Stripe. */
async function unpaid({ billing, customers, edited }: Actors): Promise<string[]> {
  const all = customers.map(async (one) => {
    const organizationRow = await one.organizationRow();
    const subscription = billing.server.state.subscriptions.get((await one.row())?.mirror?.subscription ?? "");
    const paid = subscription?.items.data[0]?.quantity ?? 0;
    const used = Number(organizationRow.capacity) - Number(organizationRow.free);
    if (organizationRow.state === "deleted" || edited.has(one.organization) || !subscription || !isLive(subscription)) {
      return [];
    }
    return used > paid ? [`${used} seats are used and ${paid} paid`] : [];
  });
  return (await Promise.all(all)).flat();
}

/** Returns where the table and Stripe differ, and impossible events of the history. */
export async function differences({ billing, customers, edited }: Actors): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of customers) {
    const [organizationRow, row, subscriptions] = [
      await one.organizationRow(),
      await one.row(),
      await one.subscriptions(),
    ];
    const live = subscriptions.filter(isLive);
    const theirs = subscriptions.find(({ id }) => id === row?.mirror?.subscription);
    const [item] = theirs?.items.data ?? [];
    const isOver = !theirs || !isLive(theirs);
    const quantity = isOver ? 0 : item?.quantity;
    const differs = (what: string, here: unknown, there: unknown) =>
      here === there ? [] : [`${what}: ${String(here)} here, ${String(there)} at Stripe`];
    wrong.push(
      ...differs("status", row?.mirror?.status, theirs?.status),
      ...differs("quantity", row?.mirror?.quantity, quantity),
      ...differs("price", row?.mirror?.price, item?.price.id),
      ...(row?.op ? [`an operation is stuck: ${JSON.stringify(row.op)}`] : []),
      ...(organizationRow.state === "deleted" && live.length > 0 ? ["a deleted organization pays"] : []),
      ...(live.length > 1 ? [`${live.length} subscriptions live`] : []),
    );
    if (organizationRow.state !== "deleted" && theirs) {
      const used = Number(organizationRow.capacity) - Number(organizationRow.free);
      const billingStatus = isOver ? "canceled" : used > Number(quantity) ? "over_limit" : theirs.status;
      wrong.push(
        ...differs("billingStatus", organizationRow.billingStatus, billingStatus),
        ...differs("capacity", organizationRow.capacity, isOver ? 3 : quantity),
        ...differs("growth", organizationRow.growth, billingStatus === "active"),
        ...(used > Number(quantity) && !isOver && !edited.has(one.organization)
          ? [`${used} used, ${quantity} paid`]
          : []),
      );
    }
    const events = await one.events();
    const operations = (...types: string[]) =>
      events.filter(({ type }) => types.includes(String(type))).map(({ data }) => String((data as Item).operation));
    const made = operations("billing.resized").length;
    const [begun, ended] = [
      operations("billing.resize_started"),
      operations("billing.resized", "billing.resize_dropped"),
    ];
    wrong.push(...differs("changes that began, and ended", begun.sort().join(), ended.sort().join()));
    wrong.push(...(await unexplained({ billing, edited }, one)));
    const charged = (await one.invoices()).filter(
      ({ billing_reason, status }) => billing_reason === "subscription_update" && status === "paid",
    ).length;
    if (charged > made) wrong.push(`${charged} invoices for ${made} changes`);
  }
  wrong.push(...billing.server.violations());
  return wrong;
}

/** Returns where the ledger and the invoices differ: every sum, and who is behind each line. */
async function unexplained({ billing, edited }: Pick<Actors, "billing" | "edited">, one: Customer): Promise<string[]> {
  const { server } = billing;
  const customer = (await one.row())?.customer;
  const invoices = [...server.state.invoices.values()].filter((invoice) => invoice.customer === customer);
  const items = await pagesOf((cursor) => one.as(() => Ledger.ledger({ ...(cursor && { cursor }) })));
  const changes = await rowsOf({ ...Keys.changes(one.organization), consistent: true });
  const made = (await one.events()).filter(({ type }) => type === "billing.resized");
  const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
  const off = items.flatMap(({ id, total, unexplained, lines }) => {
    const theirs = invoices.find((invoice) => invoice.id === id);
    const all = theirs ? linesOf(server, theirs) : [];
    const isSame = total === theirs?.total && lines.length === all.length && unexplained === undefined;
    return isSame ? [] : [`invoice ${id} is ${total} in the ledger, and ${theirs?.total} at Stripe`];
  });
  const all = [sum(items.map(({ total }) => total)), sum(invoices.map(({ total }) => total))];
  const nameless = items.flatMap(({ lines }) =>
    lines.flatMap(({ change, outside, description }) =>
      change?.by || edited.has(one.organization) ? [] : [`nobody is behind "${description}" (${outside})`],
    ),
  );
  const twice = made.flatMap(({ data }) => {
    const { operation, by } = data as Item;
    const rows = changes.filter((row) => row.operation === operation && row.by === by && !row.dropped);
    return rows.length === 1 ? [] : [`${rows.length} rows of the change ${String(operation)}`];
  });
  const wrongSeats = items.flatMap(({ lines }) =>
    lines.flatMap(({ change, quantity, amount, isProration }) => {
      const seats = amount < 0 && isProration ? change?.from : change?.to;
      const fits = change === undefined || amount === 0 || seats === quantity;
      return fits ? [] : [`a line of ${quantity} seats is for a change from ${change.from} to ${change.to}`];
    }),
  );
  const last = changes
    .filter(({ dropped }) => !dropped)
    .toSorted(byEnd)
    .at(-1);
  const quantity = (await one.row())?.mirror?.quantity;
  const chain = last?.to === quantity ? [] : [`the ledger ends with ${last?.to} seats, and ${quantity} are paid`];
  return [
    ...off,
    ...(all[0] === all[1] ? [] : [`the ledger comes to ${all[0]}, and the invoices to ${all[1]}`]),
    ...nameless,
    ...twice,
    ...wrongSeats,
    ...chain,
  ];
}

const byEnd = (one: ChangeRow, other: ChangeRow) =>
  `${one.endedAt}${one.operation}` < `${other.endedAt}${other.operation}` ? -1 : 1;

async function pagesOf<T>(read: (cursor?: string) => Promise<{ items: T[]; next?: string | undefined }>) {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    items.push(...page.items);
    if (!page.next) return items;
    cursor = page.next;
  }
}

/** Once both sides agree, another full sweep changes nothing. */
async function restless({ billing, customers }: Actors): Promise<string[]> {
  const rows = async () =>
    JSON.stringify(
      await Promise.all(
        customers.map(async (one) => [
          Object.entries(await one.organizationRow()).toSorted(([a], [b]) => (a < b ? -1 : 1)),
          (await one.row())?.version,
        ]),
      ),
    );
  const callsBefore = billing.server.requests().length;
  const before = await rows();
  await billing.sweep();
  await billing.compare();
  const queued = billing.world.queued.work.splice(0);
  const calls = billing.server.requests().slice(callsBefore);
  const after = await rows();
  const changing = calls.filter(({ call }) => !/list|retrieve/i.test(call)).map(({ call }) => call);
  return [
    ...changing.map((call) => `a second sweep called ${call}`),
    ...(after === before ? [] : [`a second sweep wrote: ${before} became ${after}`]),
    ...queued.map(() => "a second sweep found a difference"),
  ];
}

/** Each deployment serves a few scenarios, before it has too many rows. */
export function actorsFor(scenarios: number) {
  let open: { billing: BillingWorld; people: Person[]; founder: Person } | undefined;
  let used = 0;
  return {
    async next(): Promise<Actors> {
      if (!open || used++ >= scenarios) {
        await open?.billing.stop();
        const billing = await openBilling();
        const founder = await billing.world.person("ada@example.com");
        const people: Person[] = [];
        for (const name of ["bob", "cy", "dee", "eve", "flo", "gus"]) {
          people.push(await billing.world.person(`${name}@example.com`));
        }
        open = { billing, people, founder };
        used = 1;
      }
      open.billing.server.faults.clear();
      return openActors(open.billing, open.people, open.founder);
    },
    stop: async () => open?.billing.stop(),
  };
}
