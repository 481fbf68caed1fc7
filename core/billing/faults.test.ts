import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { openPlaces, type Place } from "@muster/local/testing/invariants/billing-place.ts";
import { isDeep } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, describe, expect, test } from "vitest";
import { minuteSeconds } from "../base/duration.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Organization from "../organization/organization.ts";
import * as Checkout from "./checkout.ts";
import { crashEverywhere } from "./crashes.testing.ts";
import * as Seats from "./seats.ts";

const places = openPlaces();
afterAll(() => places.stop());

const changes = { "more seats": 9, "fewer seats": 2 };
const resize = ({ acme }: Place, seats: number) => resultOf(acme.as(() => Seats.resize({ seats })));

/** Returns what is wrong once the marker was swept: either all of it happened, once, or nothing. */
async function wrong(place: Place, seats: number): Promise<string[]> {
  const { acme } = place;
  await place.billing.sweep();
  const events = (await acme.events()).map(({ type }) => type);
  const hasBegun = events.includes("billing.resize_started");
  const quantity = (await acme.row())?.mirror?.quantity;
  const invoices = (await acme.invoices()).filter(({ billing_reason: reason }) => reason === "subscription_update");
  const paid = invoices.map(({ amount_paid }) => amount_paid).join();
  const due = hasBegun && seats > 4 ? String((seats - 4) * perSeat.monthly) : "";
  return [
    ...(quantity === (hasBegun ? seats : 4) ? [] : [`${quantity} seats`]),
    ...(paid === due ? [] : [`paid ${paid}, not ${due}`]),
    ...(await differences(place)),
  ];
}

/** The request never arrived, and its result is unknown. */
const lost = async () => {
  throw new StripeError("lost", "Cut off.", {});
};

describe("a change of seats ends as one charge and one quantity, or as none", () => {
  for (const [name, seats] of Object.entries(changes)) {
    test(`when the process crashes before or after any call of ${name}`, async () => {
      const { found, calls } = await crashEverywhere(async (at, when) => {
        const place = await places.next();
        const { world, port } = place.billing;
        const process = crashAt(world, at, when, port);
        bind(process.ports);
        await resize(place, seats);
        world.rebind({ stripe: port });
        return { process, wrong: await wrong(place, seats) };
      });
      expect(found).toEqual([]);
      expect(calls).toBeGreaterThan(6);
    });

    test(`when the process that continues ${name} crashes at any call, too`, async () => {
      const next = await places.prepare(async (place) => {
        const { world, port } = place.billing;
        world.rebind({ stripe: { ...port, changeSeats: lost } });
        await resize(place, seats);
      });
      const { found, calls } = await crashEverywhere(async (at, when) => {
        const place = await next();
        const { world, port } = place.billing;
        const process = crashAt(world, at, when, port);
        bind(process.ports);
        await resultOf(place.acme.reconcile());
        world.rebind({ stripe: port });
        return { process, wrong: await wrong(place, seats) };
      });
      expect(found).toEqual([]);
      expect(calls).toBeGreaterThan(5);
    });
  }

  const faults = ["rate_limit", "error_before", "error_after", "error_saved", "cut_before", "cut_after"] as const;
  const calls = ["subscriptions.update", "subscriptions.list", "invoices.retrieve"];
  const often = [1, 4];
  for (const [c, call] of calls.entries()) {
    test(`whatever happens to ${call}, once or four times`, async () => {
      const found: string[] = [];
      for (const [f, fault] of faults.entries()) {
        // each for some of the calls, alternately once and often, except in a deep run
        for (const times of isDeep ? often : often.filter((_, n) => (c + f) % 2 === 0 && n === Math.floor(f / 2) % 2)) {
          const place = await places.next();
          const { server, sweep } = place.billing;
          server.faults.inject({ fault, call, times });
          await resize(place, 9);
          await sweep();
          server.faults.clear();
          found.push(...(await wrong(place, 9)).map((one) => `${fault} ${times}: ${one}`));
        }
      }
      expect(found).toEqual([]);
    });
  }
});

describe("there is one checkout, whatever fails while it is begun", () => {
  let begun: ReturnType<typeof prepare> | undefined;
  async function prepare() {
    let customer: Customer | undefined;
    const next = await places.prepare(async ({ billing, acme }) => {
      customer = await billing.createOrganization(acme.owner);
    });
    if (!customer) throw new Error("nobody");
    return { next, customer };
  }
  /** An organization that has bought nothing yet. */
  const begin = () => (begun ??= prepare());

  test("when the process crashes before or after any call", async () => {
    const { next, customer } = await begin();
    const { found } = await crashEverywhere(async (at, when) => {
      const { billing } = await next();
      const process = crashAt(billing.world, at, when, billing.port);
      bind(process.ports);
      await resultOf(customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 })));
      billing.world.rebind({ stripe: billing.port });
      await customer.buy(5);
      const customerId = (await customer.row())?.customer;
      const own = [...billing.server.state.sessions.values()].filter((one) => one.customer === customerId);
      const isBought = (await customer.row())?.mirror?.quantity === 5;
      const wrong = [...(own.length === 1 ? [] : [`${own.length} sessions`]), ...(isBought ? [] : ["not bought"])];
      return { process, wrong };
    });
    expect(found).toEqual([]);
  });

  for (const fault of [
    "rate_limit",
    "error_before",
    "error_after",
    "error_saved",
    "cut_before",
    "cut_after",
  ] as const) {
    test(`when Stripe answers with ${fault}`, async () => {
      const { next, customer } = await begin();
      const { billing } = await next();
      for (const call of ["customers.create", "checkout.sessions.create"]) {
        billing.server.faults.inject({ fault, call });
      }
      const call = () => customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
      for (let tries = 1; tries <= 4; tries++) {
        const answer = await resultOf(call());
        if (answer === "done") break;
        expect(answer).toBe("billing.unavailable");
      }
      await customer.buy(5);
      expect((await customer.subscriptions()).length).toBe(1);
    });
  }

  test("when Stripe keeps the errors of an outage", async () => {
    const { next, customer } = await begin();
    const { billing } = await next();
    billing.server.faults.inject({ fault: "error_saved", call: "customers.create", times: Infinity });
    const call = () => resultOf(customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 })));
    for (let tries = 1; tries <= 4; tries++) expect(await call()).toBe("billing.unavailable");
    billing.server.faults.clear();
    billing.world.clock.pass(minuteSeconds);
    expect(await call()).toBe("done");
  });

  test("a customer whose creation was answered and lost is found by a request with other names", async () => {
    const { next, customer } = await begin();
    const { billing } = await next();
    const { size } = billing.server.state.customers;
    billing.server.faults.inject({ fault: "cut_after", call: "customers.create", times: 3 });
    const checkout = () => resultOf(customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 })));
    expect(await checkout()).toBe("billing.unavailable");
    await customer.as(() => Organization.rename({ name: "Globex" }));
    expect(await checkout()).toBe("done");
    expect(billing.server.state.customers.size).toBe(size + 1);
  });

  test("a key that an earlier release used for another request is passed over", async () => {
    const { next, customer } = await begin();
    const { billing } = await next();
    const idempotencyKey = `cus:${customer.organization}`;
    await billing.client.customers.create({ name: "Acme", email: "ada@example.com" }, { idempotencyKey });
    await customer.buy(5);
    expect((await customer.row())?.mirror?.quantity).toBe(5);
  });
});
