import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { type Actors, actorsFor } from "@muster/local/testing/invariants/billing-actors.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, describe, expect, test } from "vitest";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Organization from "../organization/organization.ts";
import * as Checkout from "./checkout.ts";
import * as Seats from "./seats.ts";

const pool = actorsFor(12);
afterAll(() => pool.stop());

const changes = { "more seats": 9, "fewer seats": 2 };
const resize = ({ customers: [acme] }: Actors, seats: number) =>
  resultOf(acme?.as(() => Seats.resize({ seats })) ?? Promise.reject());

/** Returns what is wrong once the marker was swept: either all of it happened, once, or nothing. */
async function wrong(actors: Actors, seats: number): Promise<string[]> {
  const {
    billing,
    customers: [acme],
  } = actors;
  await billing.sweep();
  if (!acme) return ["nobody"];
  const events = (await acme.events()).map(({ type }) => type);
  const hasBegun = events.includes("billing.resize_started");
  const quantity = (await acme.row())?.mirror?.quantity;
  const invoices = (await acme.invoices()).filter(({ billing_reason: reason }) => reason === "subscription_update");
  const paid = invoices.map(({ amount_paid }) => amount_paid).join();
  const due = hasBegun && seats > 4 ? String((seats - 4) * perSeat.monthly) : "";
  return [
    ...(quantity === (hasBegun ? seats : 4) ? [] : [`${quantity} seats`]),
    ...(paid === due ? [] : [`paid ${paid}, not ${due}`]),
    ...(await differences(actors)),
  ];
}

/** The request never arrived, and its result is unknown. */
const lost = async () => {
  throw new StripeError("lost", "Cut off.", {});
};

describe("a change of seats ends as one charge and one quantity, or as none", () => {
  for (const [name, seats] of Object.entries(changes)) {
    for (const moment of ["before", "after"] as const) {
      test(`when the process crashes ${moment} any call of ${name}`, { timeout: 120_000 }, async () => {
        const found: string[] = [];
        let deaths = 0;
        for (let at = 1; ; at++) {
          const actors = await pool.next();
          const { world, port } = actors.billing;
          const process = crashAt(world, at, moment, port);
          bind(process.ports);
          await resize(actors, seats);
          world.rebind({ stripe: port });
          found.push(...(await wrong(actors, seats)).map((one) => `call ${at}: ${one}`));
          if (!process.hasCrashed()) break;
          deaths++;
        }
        expect(found).toEqual([]);
        expect(deaths).toBeGreaterThan(6);
      });
    }
  }

  for (const [name, seats] of Object.entries(changes)) {
    test(`when the process that continues ${name} crashes at any call, too`, { timeout: 120_000 }, async () => {
      const found: string[] = [];
      let deaths = 0;
      for (const moment of ["before", "after"] as const) {
        for (let at = 1; ; at++) {
          const actors = await pool.next();
          const {
            billing: { world, port },
            customers: [acme],
          } = actors;
          world.rebind({ stripe: { ...port, changeSeats: lost } });
          await resize(actors, seats);
          const process = crashAt(world, at, moment, port);
          bind(process.ports);
          await resultOf(acme?.reconcile() ?? Promise.reject());
          world.rebind({ stripe: port });
          found.push(...(await wrong(actors, seats)).map((one) => `${moment} ${at}: ${one}`));
          if (!process.hasCrashed()) break;
          deaths++;
        }
      }
      expect(found).toEqual([]);
      expect(deaths).toBeGreaterThan(10);
    });
  }

  const faults = ["rate_limit", "error_before", "error_after", "error_saved", "cut_before", "cut_after"] as const;
  const calls = ["subscriptions.update", "subscriptions.list", "invoices.retrieve"];
  for (const call of calls) {
    test(`whatever happens to ${call}, once or twice`, { timeout: 120_000 }, async () => {
      const found: string[] = [];
      for (const fault of faults) {
        for (const times of [1, 4]) {
          const actors = await pool.next();
          actors.billing.server.faults.inject({ fault, call, times });
          await resize(actors, 9);
          await actors.billing.sweep();
          actors.billing.server.faults.clear();
          found.push(...(await wrong(actors, 9)).map((one) => `${fault} ${times}: ${one}`));
        }
      }
      expect(found).toEqual([]);
    });
  }
});

describe("there is one checkout, whatever fails while it is begun", () => {
  async function begin() {
    const actors = await pool.next();
    const { billing } = actors;
    const owner = actors.customers[0]?.owner;
    if (!owner) throw new Error("nobody");
    return { billing, customer: await billing.createOrganization(owner) };
  }

  test("when the process crashes before or after any call", { timeout: 120_000 }, async () => {
    const found: string[] = [];
    for (const moment of ["before", "after"] as const) {
      for (let at = 1; ; at++) {
        const { billing, customer } = await begin();
        const process = crashAt(billing.world, at, moment, billing.port);
        bind(process.ports);
        await resultOf(customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 })));
        billing.world.rebind({ stripe: billing.port });
        await customer.buy(5);
        const customerId = (await customer.row())?.customer;
        const own = [...billing.server.state.sessions.values()].filter((one) => one.customer === customerId);
        found.push(...(own.length === 1 ? [] : [`${moment} ${at}: ${own.length} sessions`]));
        if ((await customer.row())?.mirror?.quantity !== 5) found.push(`${moment} ${at}: not bought`);
        if (!process.hasCrashed()) break;
      }
    }
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
      const { billing, customer } = await begin();
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

  test("a customer whose creation was answered and lost is found by a request with other names", async () => {
    const { billing, customer } = await begin();
    const { size } = billing.server.state.customers;
    billing.server.faults.inject({ fault: "cut_after", call: "customers.create", times: 3 });
    const checkout = () => resultOf(customer.as(() => Checkout.checkout({ plan: "monthly", seats: 5 })));
    expect(await checkout()).toBe("billing.unavailable");
    await customer.as(() => Organization.rename({ name: "Globex" }));
    expect(await checkout()).toBe("done");
    expect(billing.server.state.customers.size).toBe(size + 1);
  });

  test("a key that an earlier release used for another request is passed over", async () => {
    const { billing, customer } = await begin();
    const idempotencyKey = `cus:${customer.organization}`;
    await billing.client.customers.create({ name: "Acme", email: "ada@example.com" }, { idempotencyKey });
    await customer.buy(5);
    expect((await customer.row())?.mirror?.quantity).toBe(5);
  });
});
