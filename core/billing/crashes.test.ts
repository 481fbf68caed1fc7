import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { perform } from "@muster/local/testing/invariants/billing-steps.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Grant from "../organization/grant.ts";
import * as Checkout from "./checkout.ts";
import { eventsOf, is, live, mark, type Operation, testCrashes } from "./crashes.testing.ts";
import * as Refund from "./refund.ts";
import type { RefundTarget } from "./shape.ts";
import * as Upcoming from "./upcoming.ts";

// Second subscriptions, refunds, grants, and what is deleted or moved at Stripe.

const places = openPlaces();
afterAll(() => places.stop());

const of = 0;
const double = async (place: Place) => {
  await perform(place, { do: "double", of, seats: 2 });
  await mark(place);
};
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

testCrashes(places, operations);

test("the upcoming invoice is only read, whatever crashes", async () => {
  const next = await places.prepare();
  const { acme, billing } = await next();
  const { world, port, server } = billing;
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
