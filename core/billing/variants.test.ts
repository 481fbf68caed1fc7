import { broken, unguarded } from "@muster/local/testing/faults/broken.ts";
import type { Actors } from "@muster/local/testing/invariants/billing-actors.ts";
import { openPlaces } from "@muster/local/testing/invariants/billing-place.ts";
import type { Variant } from "@muster/local/testing/invariants/billing-scenario.ts";
import { editAtStripe, type ScenarioStep } from "@muster/local/testing/invariants/billing-steps.ts";
import type StripeLibrary from "stripe";
import { afterAll, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import { type Stripe, StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, type Step, type Table, update } from "../table/table.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import type { Op } from "./row.ts";
import * as Seats from "./seats.ts";
import { stripeOver } from "./stripe.ts";
import { detect, type Scenario, seats } from "./variants.testing.ts";

// What the property of converge.test.ts must detect: each variant omits one thing, or does it wrongly.

const places = openPlaces();
afterAll(() => places.stop());

const everybody: ScenarioStep[] = [0, 1, 2, 3, 4, 5].map((who) => ({ do: "invite", of: 0, who }));
const look: ScenarioStep = { do: "look", of: 0 };
let tries = 0;

const scenarios: Record<string, Scenario> = {
  "two concurrent changes are not kept apart": {
    history: [[seats(7), seats(9)]],
    broken: { table: (table) => meeting(unguarded(table, isBilling)) },
    seen: /^changes that began, and ended/,
  },
  "a change is sent twice with two keys": {
    history: [[seats(9)]],
    around: twoDriversAndAnEdit,
    broken: {
      port: (port) => ({
        ...port,
        changeSeats: (change, op, key) => port.changeSeats(change, op, `${key} ${++tries}`),
      }),
    },
    seen: /^3 invoices|^2 invoices for 1 changes/,
  },
  "Stripe's state after an error is not read": {
    history: [[seats(9)]],
    around: (port, actors) => failingOnce(port, "failed", () => edit(actors, 5)),
    broken: { port: (port) => blindAfterFailure(port) },
    seen: /^2 invoices for 1 changes/,
  },
  "a request with a stored error is repeated with the same key": {
    history: [[seats(9)], [look], [look]],
    onlyMarked: true,
    prepare: ({ billing }) => billing.server.faults.inject({ fault: "error_saved", call: "subscriptions.update" }),
    broken: {
      port: (port) => ({ ...port, changeSeats: (change, op) => port.changeSeats(change, op, `${op}.0`) }),
    },
    seen: /^an operation is stuck/,
  },
  "a payload is trusted": {
    history: [[seats(10)], [seats(5)], [{ do: "webhook", which: 0, how: "once" }], everybody],
    prepare: ({ billing }) => void billing.inbox.splice(0),
    broken: { receive: believe },
    seen: /^7 seats are used and 5 paid/,
  },
  "seats are requested as a difference": {
    history: [[{ do: "portal", of: 0, seats: 8 }], [seats(6)]],
    broken: { port: relative },
    wrong: async ({ customers: [acme] }) => {
      const quantity = (await acme?.row())?.mirror?.quantity;
      return quantity === 6 ? [] : [`${quantity} seats, not the 6 that were requested`];
    },
    seen: /^10 seats, not the 6/,
  },
  "a marker is removed that is newer than the reconciliation": {
    history: [[look]],
    onlyMarked: true,
    prepare: ({ billing, customers: [acme] }) => billing.world.table.write(Dirty.mark(acme?.organization as never)),
    around: editedBehindTheLook,
    broken: {
      table: (table) => unguarded(table, ({ key, do: what }) => key.pk.startsWith("dirty#") && what === "remove"),
    },
    seen: /^quantity: 4 here, 9 at Stripe/,
  },
  "seats are added before they are paid": {
    history: [[{ do: "card", of: 0, pays: false }], [seats(10)], everybody],
    broken: { table: generous },
    seen: /^7 seats are used and 4 paid/,
  },
  "a decrease removes no seats until Stripe has made it": {
    history: [everybody.slice(0, 1), [seats(2)], everybody.slice(1), [look]],
    around: (port) => ({ ...port, changeSeats: once(port, { throws: "lost" }) }),
    broken: { table: (table) => broken(table, (step) => (isLowering(step) ? undefined : step)) },
    seen: /seats are used and 2 paid|used, 2 paid/,
  },
  "a second subscription is kept": {
    history: [[{ do: "double", of: 0, seats: 3 }], [look]],
    broken: { port: (port) => ({ ...port, cancel: async () => {} }) },
    seen: /^2 subscriptions live/,
  },
  "the subscription of a deleted organization goes on": {
    history: [[{ do: "delete", of: 0 }]],
    broken: { port: (port) => ({ ...port, cancel: async () => {} }) },
    seen: /^a deleted organization pays/,
  },
  "a change of seats is recorded apart from the write that makes it known": {
    history: [[seats(7)]],
    broken: { table: dyingBetween },
    seen: /^0 rows of the change|^nobody is behind/,
  },
  "a line of the ledger is joined by when its invoice was made": {
    history: [[seats(2)], [{ do: "pass", seconds: 31 * daySeconds }], [look]],
    broken: { port: datedByInvoice },
    seen: /^nobody is behind|^a line of/,
  },
};

detect(places, scenarios);

test("it would be detected that a change is prorated to another moment than the one that was shown", async () => {
  const mischarged = async (load: (client: StripeLibrary) => StripeLibrary) => {
    const { billing, acme } = await places.next();
    const { dueNow: amount, quote } = await acme.as(() => Seats.preview({ seats: 500 }));
    billing.world.clock.pass(1_500);
    billing.world.rebind({ stripe: stripeOver(async () => load(billing.client)) });
    await acme.as(() => Seats.resize({ seats: 500, quote }));
    billing.world.rebind({ stripe: billing.port });
    const [invoice] = await acme.invoices();
    const resized = (await acme.events()).find(({ type }) => type === "billing.resized")?.data as Item;
    const charged = (resized.charged as Item | undefined)?.amount;
    return [invoice?.amount_due, charged].filter((one) => one !== amount);
  };
  expect(await mischarged((client) => client)).toEqual([]);
  expect(await mischarged(withoutProrationDate)).toHaveLength(2);
});

// Scenarios

async function edit({ billing, customers: [acme], edited }: Actors, to: number): Promise<void> {
  if (!acme) return;
  edited.add(acme.organization);
  await editAtStripe(billing, acme, to);
}

/** The first change is applied and answered with an error that says nothing; something else happens in between. */
function failingOnce(port: Stripe, outcome: StripeError["outcome"], between: () => Promise<void>): Stripe {
  let isFirst = true;
  return {
    ...port,
    changeSeats: async (...all) => {
      await port.changeSeats(...all);
      if (!isFirst) return;
      isFirst = false;
      await between();
      throw new StripeError(outcome, "An answer that says nothing.", {});
    },
  };
}

/** Before the first change is sent, another process completes it, and its seats are edited at Stripe. */
function twoDriversAndAnEdit(port: Stripe, actors: Actors): Stripe {
  let isFirst = true;
  return {
    ...port,
    changeSeats: async (...all) => {
      if (isFirst) {
        isFirst = false;
        await actors.customers[0]?.reconcile();
        await edit(actors, 6);
      }
      await port.changeSeats(...all);
    },
  };
}

/** During the first reconciliation, seats are edited at Stripe, which sends a webhook at once. */
function editedBehindTheLook(port: Stripe, actors: Actors): Stripe {
  let isFirst = true;
  return {
    ...port,
    subscriptionsOf: async (customer) => {
      const found = await port.subscriptionsOf(customer);
      if (!isFirst) return found;
      isFirst = false;
      await edit(actors, 9);
      for (const event of actors.billing.inbox.splice(0)) await actors.billing.receive(event);
      actors.billing.world.queued.work.splice(0);
      return found;
    },
  };
}

function once(port: Stripe, { throws }: { throws: StripeError["outcome"] }): Stripe["changeSeats"] {
  let isFirst = true;
  return async (...all) => {
    if (!isFirst) return port.changeSeats(...all);
    isFirst = false;
    throw new StripeError(throws, "Nothing was sent.", {});
  };
}

// Broken parts

/** The library, called without a proration instant. */
function withoutProrationDate(client: StripeLibrary): StripeLibrary {
  const update: StripeLibrary["subscriptions"]["update"] = (id, params, options) => {
    const { proration_date: _, ...rest } = params ?? {};
    return client.subscriptions.update(id, rest, options);
  };
  const subscriptions = Object.assign(Object.create(client.subscriptions) as typeof client.subscriptions, { update });
  return Object.assign(Object.create(client) as StripeLibrary, { subscriptions });
}

/** Treats every error as if nothing had happened. */
function blindAfterFailure(port: Stripe): Stripe {
  let hasFailed = false;
  let calls = 0;
  return {
    ...port,
    changeSeats: async (...all) => {
      hasFailed = ++calls === 1;
      await port.changeSeats(...all);
    },
    subscriptionsOf: async (customer) => {
      const found = await port.subscriptionsOf(customer);
      return hasFailed ? found.map((one) => ({ ...one, op: undefined, pending: undefined })) : found;
    },
  };
}

function relative(port: Stripe, { customers: [acme] }: Actors): Stripe {
  return {
    ...port,
    changeSeats: async (change, op, key) => {
      const row = await acme?.row();
      const [now] = await port.subscriptionsOf(row?.customer ?? "");
      const quantity = (now?.items[0]?.quantity ?? 0) + change.quantity - (row?.op?.from ?? 0);
      await port.changeSeats({ ...change, quantity }, op, key);
    },
  };
}

/** Stores an event's payload instead of reading Stripe. */
function believe({ billing, customers }: Actors): NonNullable<ReturnType<NonNullable<Variant["receive"]>>> {
  return async ({ data }) => {
    const object = (data as { object: { metadata?: Item; items?: { data: { quantity: number }[] } } }).object;
    const one = customers.find(({ organization }) => organization === object.metadata?.organizationId);
    const quantity = object.items?.data[0]?.quantity;
    if (!one || quantity === undefined) return;
    const by = quantity - Number((await one.organizationRow()).capacity);
    await billing.world.table.write(
      update(billingKeys.billing(one.organization), { set: { quantity } }),
      update(organizationKeys.organization(one.organization), { set: { capacity: quantity }, add: { free: by } }),
    );
  };
}

/** Adds seats as soon as they are requested, and does not take them back. */
function generous(table: Table): Table {
  return {
    ...table,
    write: (...steps) => {
      const op = steps.find(isBilling);
      const wish = op?.do === "put" ? (op.item.op as Op | undefined) : undefined;
      const isBeginning = steps.some(({ do: what, key }) => what === "check" && key.sk === "#org");
      if (!wish || !isBeginning) return table.write(...steps.filter((step) => step && !isTakingBack(step)));
      const given = steps.map((step) =>
        step.do === "check"
          ? update(step.key, { set: { capacity: wish.to }, add: { free: wish.to - wish.from } })
          : step,
      );
      return table.write(...given);
    },
  };
}

/** The row of the seat ledger is written after what it tells of; the first time, the process dies between the two. */
function dyingBetween(table: Table): Table {
  let isFirst = true;
  const told = broken(table, (step) => (isChange(step) ? undefined : step));
  return {
    ...told,
    write: async (...steps) => {
      await told.write(...steps);
      const rows = steps.filter((step) => step !== undefined && isChange(step));
      if (rows.length > 0 && !isFirst) await table.write(...rows);
      isFirst &&= rows.length === 0;
    },
  };
}

/** Lines begin with their invoice, and not when the seats changed. */
function datedByInvoice(port: Stripe): Stripe {
  const dated = <T extends StripeInvoice>(invoice: T): T => {
    const lines = invoice.lines.map((line) => Object.assign({}, line, { periodStart: invoice.createdAt }));
    return Object.assign({}, invoice, { lines });
  };
  return {
    ...port,
    invoices: async (...all) => {
      const { items, ...rest } = await port.invoices(...all);
      return { ...rest, items: items.map(dated) };
    },
    paidInvoices: async (...all) => {
      const { items, ...rest } = await port.paidInvoices(...all);
      return { ...rest, items: items.map(dated) };
    },
    invoice: async (id) => dated(await port.invoice(id)),
  };
}

const isChange = ({ key }: Step) => key.pk.endsWith("#bil");
const isBilling = (step: Step) => step.key.sk === "#billing";
const isLowering = (step: Step) =>
  step.do === "update" &&
  step.key.sk === "#org" &&
  step.change.set?.capacity !== undefined &&
  !step.change.set.billingStatus;

const isTakingBack = (step: Step) =>
  step.do === "update" && step.key.sk === "#org" && Number((step.change.add as Item | undefined)?.free) < -1;

/** Two changes begin together: each has read before the other writes, and both have written before either goes on. */
function meeting(table: Table): Table {
  const [reading, writing] = [openBarrier(2), openBarrier(2)];
  let begun = 0;
  return {
    ...table,
    write: async (...steps) => {
      const begins = steps.some((step) => step?.do === "put" && isBilling(step) && step.item.op) && begun++ < 2;
      if (begins) await reading();
      await table.write(...steps);
      if (begins) await writing();
    },
  };
}

/** Returns what so many wait at, until all of them have come. */
function openBarrier(count: number): () => Promise<void> {
  let come = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => void (open = resolve));
  return () => {
    if (++come === count) open();
    return opened;
  };
}
