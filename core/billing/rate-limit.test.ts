import { resultOf, times } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openBilling, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Manage from "./manage.ts";
import { failureOf } from "./seat-failures.ts";
import * as Seats from "./seats.ts";

// Stripe takes only so many requests of an account, and one at a time for an object.

let billing: BillingWorld;
let acme: Customer;
let waits = 0;
let atWait = () => {};

eachFrom(
  async () => {
    billing = await openBilling({
      rates: { global: 15, endpoint: 15 },
      onWait: ({ clock }) => {
        waits++;
        clock.pass(1);
        atWait();
      },
    });
    return { billing, acme: await open() };
  },
  (opened) => {
    ({ billing, acme } = opened);
    waits = 0;
    atWait = () => {};
  },
);

async function open(): Promise<Customer> {
  const one = await billing.createOrganization(await billing.world.person("ada@example.com"));
  await one.buy(4);
  billing.world.clock.pass(1);
  return one;
}
const rateLimited = (call: string, count: number) => {
  billing.server.faults.inject({ fault: "rate_limit", call, times: count });
};
const resize = (one: Customer, seats: number) => resultOf(one.as(() => Seats.resize({ seats })));
const updates = async (one: Customer) =>
  (await one.invoices()).filter(({ billing_reason }) => billing_reason === "subscription_update");
const paid = async (one: Customer) => (await updates(one)).map(({ amount_paid }) => amount_paid);

test("one or two requests too many are repeated, and charge once", async () => {
  for (const [seats, count] of [
    [5, 1],
    [6, 2],
  ] as const) {
    rateLimited("subscriptions.update", count);
    expect(await resize(acme, seats)).toBe("done");
  }
  expect([await paid(acme), waits]).toEqual([[perSeat.monthly, perSeat.monthly], 3]);
});

test("a price is unavailable after that, and says when to ask again", async () => {
  rateLimited("invoices.createPreview", 3);
  const failure = await acme.as(() => Seats.preview({ seats: 7 })).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "billing.unavailable", kind: "unavailable", retryAfterSeconds: 5 });
  expect(failureOf(new StripeError("lost", "Cut off.", {}))).toMatchObject({ retryAfterSeconds: undefined });
  expect(await resultOf(acme.as(() => Seats.preview({ seats: 7 })))).toBe("done");
});

test("a change waits after that, and is made once by the next sweep", async () => {
  rateLimited("subscriptions.update", 3);
  expect(await acme.as(() => Seats.resize({ seats: 7 }))).toMatchObject({ change: { from: 4, to: 7 } });
  expect(await paid(acme)).toEqual([]);
  await billing.sweep();
  await billing.sweep();
  expect([await paid(acme), (await acme.row())?.mirror?.quantity]).toEqual([[3 * perSeat.monthly], 7]);
});

test("many organizations at once exceed the limit of the account, and each is charged once", async () => {
  const all = [acme, ...(await times(5, open))];
  waits = 0;
  await Promise.all(all.map((one) => resize(one, 9)));
  expect(waits).toBeGreaterThan(0);
  for (let n = 0; n < 3; n++) {
    billing.world.clock.pass(60);
    await billing.sweep();
  }
  for (const one of all) {
    billing.world.clock.pass(1);
    expect(await paid(one)).toEqual([5 * perSeat.monthly]);
    expect((await one.row())?.mirror?.quantity).toBe(9);
  }
});

test("a request for a subscription that another one changes is repeated once that has ended", async () => {
  const { faults } = billing.server;
  faults.inject({ fault: "hold", call: "subscriptions.update" });
  const slow = resize(acme, 7);
  while (faults.held() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const subscription = (await acme.row())?.mirror?.subscription ?? "";
  const second = billing.client.subscriptions.update(subscription, { metadata: { note: "second" } });
  await expect(second).rejects.toMatchObject({ code: "lock_timeout", statusCode: 429 });
  atWait = () => faults.release();
  await billing.port.setEnding(subscription, true);
  expect(await slow).toBe("done");
  expect(await paid(acme)).toEqual([3 * perSeat.monthly]);
  expect(await acme.as(() => Manage.resume({}))).not.toHaveProperty("cancelAt");
});

test("a request that is one too many for its operation is met by the pauses that Muster makes itself", async () => {
  const patient = await openBilling({ rates: { global: 100, endpoint: 6 }, onWait: "asItIs" });
  const pauses: number[] = [];
  const own = patient.world.clock;
  patient.world.rebind({
    stripe: patient.port,
    pause: async (ms) => {
      pauses.push(ms);
      own.pass(ms / 1_000);
    },
  });
  const all: Customer[] = [];
  for (let n = 0; n < 7; n++) {
    const one = await patient.createOrganization(await patient.world.person(`person-${n}@example.com`));
    await one.buy(4);
    own.pass(1);
    all.push(one);
  }
  own.at = Math.ceil(own.at / 1_000) * 1_000;
  patient.server.forget();
  pauses.length = 0;
  expect(await Promise.all(all.map((one) => resize(one, 9)))).toEqual(all.map(() => "done"));
  const sent = patient.server.requests().filter(({ call }) => call === "subscriptions.update");
  const [refused] = sent.filter(({ status }) => status === 429);
  const repeated = sent.filter(({ idempotencyKey }) => idempotencyKey === refused?.idempotencyKey);
  expect(repeated.map(({ status }) => status)).toEqual([429, 429, 200].slice(-repeated.length));
  expect(repeated.length).toBeGreaterThan(1);
  expect(pauses.filter((ms) => ms < 400 || ms > 1_600)).toEqual([]);
  own.pass(1);
  for (const one of all) {
    own.pass(1);
    expect(await paid(one)).toEqual([5 * perSeat.monthly]);
  }
  await patient.stop();
});
