import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openBilling, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";
import * as Upcoming from "./upcoming.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const get = () => acme.as(() => Upcoming.upcoming({}));
const one = perSeat.monthly;
const newest = async () => (await acme.subscriptions())[0];
const pass = (seconds: number) => {
  billing.world.clock.pass(seconds);
  billing.server.catchUp();
};

test("is what Stripe charges then: an hour after the period, its lines, its total", async () => {
  const [item] = (await newest())?.items.data ?? [];
  const end = item?.current_period_end ?? 0;
  const { invoice } = await get();
  expect(invoice).toEqual({
    chargedAt: new Date((end + 3_600) * 1_000).toISOString(),
    currency: "usd",
    lines: [expect.objectContaining({ amount: 5 * one, discount: 0, tax: 0, quantity: 5, isProration: false })],
    subtotal: 5 * one,
    discount: 0,
    tax: 0,
    total: 5 * one,
    balance: 0,
    due: 5 * one,
  });
  expect(invoice?.lines[0]).toMatchObject({
    description: "5 × Seat (at 10.00 USD / month)",
    startsAt: new Date(end * 1_000).toISOString(),
  });
  pass(end + 2 * 3_600 - billing.world.clock.at / 1_000);
  expect((await acme.invoices())[0]).toMatchObject({ status: "paid", total: 5 * one, amount_paid: 5 * one });
});

test("asks Stripe once, for no change", async () => {
  const before = billing.server.requests().length;
  await get();
  const calls = billing.server.requests().slice(before);
  expect(calls.map(({ call }) => call)).toEqual(["invoices.createPreview"]);
  expect(await get()).toEqual(await get());
});

test("has the credit of seats that were given up, a discount, and the balance of the customer", async () => {
  const [item] = (await newest())?.items.data ?? [];
  const { current_period_start: start = 0, current_period_end: end = 0 } = item ?? {};
  pass((end - start) / 2);
  await acme.as(() => Seats.resize({ seats: 3 }));
  const coupon = await billing.client.coupons.create({ percent_off: 10, duration: "forever" });
  await billing.client.promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code: "TEN" });
  await acme.as(() => Manage.discount({ code: "TEN" }));
  const customer = billing.server.state.customers.get((await acme.row())?.customer ?? "");
  if (customer) customer.balance = -500;
  const { invoice } = await get();
  expect(invoice?.lines.map(({ amount, isProration }) => [amount, isProration])).toEqual([
    [-2.5 * one, true],
    [1.5 * one, true],
    [3 * one, false],
  ]);
  expect(invoice?.lines[2]?.discount).toBe(0.3 * one);
  const sums = {
    subtotal: 2 * one,
    discount: 0.3 * one,
    tax: 0,
    total: 1.7 * one,
    balance: -500,
    due: 1.7 * one - 500,
  };
  expect(invoice).toMatchObject(sums);
});

test("says what its further lines come to", async () => {
  await acme.as(() => Seats.resize({ seats: 12 }));
  for (const seats of [11, 10, 9, 8, 7, 6]) {
    pass(3_600);
    await acme.as(() => Seats.resize({ seats }));
  }
  const { invoice } = await get();
  const shown = invoice?.lines.reduce((sum, { amount }) => sum + amount, 0) ?? 0;
  expect(invoice?.lines).toHaveLength(10);
  expect(invoice?.otherLines).toBe((invoice?.subtotal ?? 0) - shown);
  expect(invoice?.otherLines).not.toBe(0);
});

test("tax that is added is named, and makes up the total", async () => {
  const found = await billing.port.upcoming((await newest())?.id ?? "");
  if (!found) throw new Error("nothing");
  const taxed = { ...found, tax: 950, discount: 500, total: found.total + 950 - 500, due: found.due + 950 - 500 };
  billing.world.rebind({ stripe: { ...billing.port, upcoming: async () => taxed } });
  expect((await get()).invoice).toMatchObject({ subtotal: 5 * one, tax: 950, discount: 500, total: 5 * one + 450 });
});

test("has no time if Stripe plans no charge", async () => {
  const found = await billing.port.upcoming((await newest())?.id ?? "");
  if (!found) throw new Error("nothing");
  billing.world.rebind({ stripe: { ...billing.port, upcoming: async () => ({ ...found, chargedAt: undefined }) } });
  const { invoice } = await get();
  expect(invoice).toMatchObject({ due: 5 * one });
  expect(invoice).not.toHaveProperty("chargedAt");
});

test("follows the trial, when that ends", async () => {
  const trial = await openBilling({ trialDays: 14 });
  const bob = await trial.createOrganization(await trial.world.person("bob@example.com"));
  await bob.buy(4);
  const end = (await bob.subscriptions())[0]?.trial_end ?? 0;
  const { invoice } = await bob.as(() => Upcoming.upcoming({}));
  expect(invoice).toMatchObject({ due: 4 * one, chargedAt: new Date((end + 3_600) * 1_000).toISOString() });
  await trial.stop();
});

test("there is none without a subscription, and it says why", async () => {
  const bob = await billing.createOrganization(await billing.world.person("bob@example.com"));
  expect(await bob.as(() => Upcoming.upcoming({}))).toEqual({ absence: "no_subscription" });
  const before = billing.server.requests().length;
  expect(await bob.as(() => Upcoming.upcoming({}))).toEqual({ absence: "no_subscription" });
  expect(billing.server.requests().length).toBe(before);
  await billing.client.subscriptions.cancel((await newest())?.id ?? "");
  expect(await get()).toEqual({ absence: "none_expected" });
  await acme.reconcile();
  expect(await get()).toEqual({ absence: "no_subscription" });
});

test("there is none for a subscription that ends, unless credit waits for one", async () => {
  await acme.as(() => Manage.cancel({}));
  expect(await get()).toEqual({ absence: "ending" });
  await acme.as(() => Manage.resume({}));
  expect((await get()).invoice).toMatchObject({ due: 5 * one });
  pass(daySeconds);
  await acme.as(() => Seats.resize({ seats: 4 }));
  await acme.as(() => Manage.cancel({}));
  const { invoice } = await get();
  expect(invoice?.lines.every(({ isProration }) => isProration)).toBe(true);
  expect(invoice).toMatchObject({ due: 0 });
});

test("there is none while it is paused", async () => {
  const { port } = billing;
  const paused = (found: StripeSubscription[]) => found.map((it) => ({ ...it, status: "paused" }));
  const subscriptionsOf = async (customer: string) => paused(await port.subscriptionsOf(customer));
  billing.world.rebind({ stripe: { ...port, subscriptionsOf, upcoming: async () => undefined } });
  await acme.reconcile();
  expect(await get()).toEqual({ absence: "paused" });
});

test("while Stripe is out of reach it says so, and what Stripe refuses is named", async () => {
  billing.server.faults.inject({ fault: "error_before", call: "invoices.createPreview", times: 9 });
  expect(await resultOf(get())).toBe("billing.unavailable");
  billing.server.faults.clear();
  billing.server.state.subscriptions.clear();
  await expect(get()).rejects.toMatchObject({ code: "billing.refused", message: expect.stringContaining("read") });
});
