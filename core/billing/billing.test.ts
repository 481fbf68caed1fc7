import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import * as Sending from "../invitation/send.ts";
import * as Billing from "./billing.ts";
import { billingKeys } from "./keys.ts";
import * as Seats from "./seats.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
});

const get = () => acme.as(() => Billing.get({}));
const resize = (input: Parameters<typeof Seats.resize>[0]) => acme.as(() => Seats.resize(input));
const quantity = async () => (await acme.subscriptions())[0]?.items.data[0]?.quantity;
const typesOf = async () =>
  (await acme.events()).map(({ type }) => type).filter((type) => String(type).startsWith("billing."));

test("an organization that buys seats has them, and its page says so", async () => {
  expect(await get()).toEqual({
    billingStatus: "free",
    plan: "free",
    seats: { capacity: 3, committed: 1, minimum: 1 },
    graceDays: 14,
    maxSeats: 10_000,
    customer: false,
  });
  await acme.buy(5, "yearly");
  expect(await get()).toMatchObject({
    billingStatus: "active",
    plan: "yearly",
    seats: { paid: 5, capacity: 5, committed: 1, minimum: 1 },
  });
  expect(await acme.organizationRow()).toMatchObject({
    growth: true,
    capacity: 5,
    free: 4,
    plan: "yearly",
    billingStatus: "active",
  });
  expect(await billing.world.table.query({ list: billingKeys.subscriptions("2026-11-24") })).toMatchObject({
    items: [{ quantity: 5 }],
  });
  expect((await acme.invoices()).map(({ total }) => total)).toEqual([5 * perSeat.yearly]);
});

test("a change of seats is refused as misconfigured where Stripe cannot be used", async () => {
  await acme.buy(5);
  const ready = () => Promise.reject(new Error("The key of Stripe is malformed."));
  billing.world.rebind({ stripe: { ...billing.port, ready } });
  expect(await resultOf(resize({ seats: 6 }))).toBe("billing.misconfigured");
  billing.world.rebind({ stripe: billing.port });
  expect([await quantity(), (await acme.row())?.op]).toEqual([5, undefined]);
});

test("more seats count once they are paid, fewer at once; each is one change at Stripe", async () => {
  await acme.buy(5);
  expect(await resize({ seats: 9 })).toMatchObject({ seats: { paid: 9, capacity: 9 } });
  expect(await quantity()).toBe(9);
  expect(await resize({ seats: 2 })).toMatchObject({ seats: { paid: 2, capacity: 2 } });
  expect(await quantity()).toBe(2);
  expect((await acme.invoices()).length).toBe(2);
  expect(await typesOf()).toEqual([
    "billing.checkout_started",
    "billing.updated",
    "billing.resize_started",
    "billing.resized",
    "billing.resize_started",
    "billing.resized",
  ]);
  expect((await billing.sweep()).checked).toBe(0);
});

test("fewer seats than are in use or held are refused with the reason", async () => {
  await acme.buy(5);
  await acme.as(() => Sending.send({ invitations: [{ email: "bob@example.com", role: "read" }] }));
  const refused = resize({ seats: 1 });
  await expect(refused).rejects.toMatchObject({
    code: "billing.seats_committed",
    message: expect.stringContaining("2 seats"),
  });
});

test("the price that was shown is charged, even if time has passed", async () => {
  await acme.buy(5);
  billing.world.clock.pass(9 * 86_400);
  const { seats, quote, dueNow: amount, currency } = await acme.as(() => Seats.preview({ seats: 12 }));
  billing.world.clock.pass(1_200);
  await resize({ seats, quote });
  const resized = (await acme.events()).find(({ type }) => type === "billing.resized");
  expect(resized?.data).toMatchObject({ shown: { amount, currency }, charged: { amount, currency } });
  expect((await acme.invoices())[0]?.amount_due).toBe(amount);
  billing.world.clock.pass(86_400);
  const again = await acme.as(() => Seats.preview({ seats: 13 }));
  billing.world.clock.pass(1_801);
  expect(await resultOf(resize({ seats: 13, quote: again.quote }))).toBe("billing.price_changed");
});
