import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { type Actors, actorsFor } from "@muster/local/testing/invariants/billing-actors.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { perform } from "@muster/local/testing/invariants/billing-steps.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { type Stripe as Port, StripeError } from "../kernel/stripe-port.ts";
import * as Grant from "../organization/grant.ts";
import * as Checkout from "./checkout.ts";
import * as Dirty from "./dirty.ts";
import * as Refund from "./refund.ts";
import type { RefundTarget } from "./shape.ts";
import * as Upcoming from "./upcoming.ts";

// The process crashes before or after any call of an operation. What is marked is swept afterwards, and who began it
// may try again: then it happened once.

const pool = actorsFor(12);
afterAll(() => pool.stop());

type Place = Actors & { acme: Customer };
type Operation = {
  prepare?: (place: Place) => unknown;
  /** With the port of the process that crashes. */
  run: (place: Place, port: Port) => Promise<unknown>;
  again?: (place: Place) => Promise<unknown>;
  wrong: (place: Place) => Promise<string[]>;
  /** It makes so many calls, or more. */
  calls: number;
};

const of = 0;
const mark = ({ billing, acme }: Place) => billing.world.table.write(Dirty.mark(acme.organization));
const double = async (place: Place) => {
  await perform(place, { do: "double", of, seats: 2 });
  await mark(place);
};
const eventsOf = async ({ acme }: Place, type: string) => (await acme.events()).filter((one) => one.type === type);
const live = async ({ acme }: Place) => (await acme.subscriptions()).filter((one) => one.ended_at === null);
const is = (what: string, found: unknown, wanted: unknown) =>
  found === wanted ? [] : [`${what}: ${String(found)}, not ${String(wanted)}`];

const refund = (to: RefundTarget): Operation => {
  const run = async ({ acme }: Place) => {
    const [duplicate] = (await acme.row())?.duplicates ?? [];
    const { organization } = acme;
    return duplicate && asSystem("operator", () => Refund.refund({ organization, invoice: duplicate.invoice, to }));
  };
  return {
    prepare: async (place) => {
      await double(place);
      await place.acme.reconcile();
    },
    run,
    again: run,
    wrong: async (place) => {
      const { customer } = (await place.acme.row()) ?? {};
      const notes = [...place.billing.server.state.creditNotes.values()].filter((one) => one.customer === customer);
      const returned = notes.reduce((sum, { amount }) => sum + amount, 0);
      const balance = place.billing.server.state.customers.get(customer ?? "")?.balance;
      return [
        ...is("returned", returned, 2 * perSeat.monthly),
        ...is("balance", balance, to === "balance" ? -2 * perSeat.monthly : 0),
        ...is("refunds in the log", (await eventsOf(place, "billing.duplicate_refunded")).length, 1),
        ...is("payments to return", (await place.acme.row())?.duplicates?.length ?? 0, 0),
      ];
    },
    calls: 5,
  };
};

const oneIsLeft = async (place: Place) => {
  const { mirror, duplicates = [] } = (await place.acme.row()) ?? {};
  return [
    ...is("live", (await live(place)).map(({ id }) => id).join(), mirror?.subscription),
    ...is("payments to return", duplicates.map(({ amount }) => amount).join(), String(2 * perSeat.monthly)),
    ...is("reports", (await eventsOf(place, "billing.duplicate_canceled")).length, 1),
  ];
};

const grant = ({ acme: { organization }, billing }: Place) => {
  const until = new Date(billing.world.clock.at + daySeconds * 1_000).toISOString().slice(0, 10);
  return asSystem("operator", () => Grant.grant({ organization, seats: 3, until }));
};
const endGrants = () => asSystem("clock", () => Grant.endGrants({}));
const checkout = ({ acme }: Place) => acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));

const operations: Record<string, Operation> = {
  "a refund to the card": refund("card"),
  "a refund to the balance": refund("balance"),
  "a second subscription that is paid": {
    prepare: double,
    run: ({ acme }) => acme.reconcile(),
    wrong: oneIsLeft,
    calls: 8,
  },
  "a second subscription that Stripe refuses to cancel, and later does": {
    prepare: double,
    run: async ({ acme }, port) => {
      const cancel = () => Promise.reject(new StripeError("refused", "No.", { code: "resource_locked" }));
      bind({ stripe: { ...port, cancel } });
      await resultOf(acme.reconcile());
      bind({ stripe: port });
      return acme.reconcile();
    },
    wrong: oneIsLeft,
    calls: 8,
  },
  "a subscription of a deleted organization": {
    run: (place) => perform(place, { do: "delete", of }),
    again: (place) => perform(place, { do: "delete", of }),
    wrong: async (place) => is("live", (await live(place)).length, 0),
    calls: 5,
  },
  "the end of a customer that was deleted at Stripe": {
    prepare: async (place) => {
      await perform(place, { do: "erase", of });
      await mark(place);
    },
    run: ({ acme }) => acme.reconcile(),
    wrong: async ({ acme }) => is("status", (await acme.organizationRow()).billingStatus, "canceled"),
    calls: 5,
  },
  "a purchase after the customer was deleted at Stripe": {
    prepare: async (place) => {
      await perform(place, { do: "erase", of });
      await place.acme.reconcile();
    },
    run: checkout,
    again: async ({ acme }) => acme.buy(5),
    wrong: async (place) => {
      const { customer, former = [], mirror } = (await place.acme.row()) ?? {};
      const made = [...place.billing.server.state.customers.values()];
      const own = made.filter(({ metadata }) => metadata.organizationId === place.acme.organization);
      return [
        ...is("customers", own.map(({ id }) => id).join(), customer),
        ...is("former customers", former.length, 1),
        ...is("seats", mirror?.quantity, 5),
        ...is("live", (await live(place)).length, 1),
      ];
    },
    calls: 7,
  },
  "a label that was moved": {
    prepare: async (place) => {
      await perform(place, { do: "label", of, to: "other" });
      await mark(place);
    },
    run: ({ acme }) => acme.reconcile(),
    wrong: async (place) => {
      const [one] = await live(place);
      return is("label", one?.metadata.organizationId, place.acme.organization);
    },
    calls: 5,
  },
  "a grant to an organization that pays": {
    run: grant,
    again: grant,
    wrong: async ({ acme }) => {
      const { capacity, grantedSeats } = await acme.organizationRow();
      return [...is("capacity", capacity, 7), ...is("granted", grantedSeats, 3)];
    },
    calls: 2,
  },
  "the end of a grant": {
    prepare: async (place) => {
      await grant(place);
      place.billing.world.clock.pass(3 * daySeconds);
    },
    run: endGrants,
    again: endGrants,
    wrong: async ({ acme }) => {
      const { capacity, grantedSeats } = await acme.organizationRow();
      return [...is("capacity", capacity, 4), ...is("granted", grantedSeats, 0)];
    },
    calls: 3,
  },
};

const moments = ["before", "after"] as const;
const cases = Object.entries(operations).flatMap(([name, operation]) =>
  moments.map((moment) => ({ name, moment, operation })),
);

test.each(cases)("$name happens once when the process crashes $moment any call", { timeout: 120_000 }, async (one) => {
  const { moment, operation } = one;
  const found: string[] = [];
  let at = 1;
  for (; ; at++) {
    const actors = await pool.next();
    const [acme] = actors.customers;
    if (!acme) throw new Error("nobody");
    const place = { ...actors, acme };
    const { world, port } = actors.billing;
    await operation.prepare?.(place);
    actors.billing.inbox.splice(0);
    world.queued.work.splice(0);
    const process = crashAt(world, at, moment, port);
    bind(process.ports);
    await resultOf(operation.run(place, process.ports.stripe ?? port));
    world.rebind({ stripe: port });
    actors.errors.splice(0);
    await operation.again?.(place);
    await actors.billing.sweep();
    await actors.billing.sweep();
    const wrong = [...(await operation.wrong(place)), ...(await differences(place))];
    found.push(...wrong.map((text) => `call ${at}: ${text}`));
    if (!process.hasCrashed()) break;
  }
  expect(found).toEqual([]);
  expect(at - 1).toBeGreaterThanOrEqual(operation.calls);
});

test("the upcoming invoice is only read, whatever crashes", async () => {
  const actors = await pool.next();
  const [acme] = actors.customers;
  if (!acme) throw new Error("nobody");
  const { world, port, server } = actors.billing;
  const rows = async () => [await acme.organizationRow(), await acme.row(), await acme.events()];
  const before = await rows();
  const callsBefore = server.requests().length;
  const process = crashAt(world, 1_000, "before", port);
  bind(process.ports);
  expect(await acme.as(() => Upcoming.upcoming({}))).toMatchObject({ invoice: { due: 4 * perSeat.monthly } });
  expect(process.changes()).toEqual([]);
  world.rebind({ stripe: port });
  const calls = server.requests().slice(callsBefore);
  expect(calls.map(({ call }) => call)).toEqual(["invoices.createPreview"]);
  expect(await rows()).toEqual(before);
});
