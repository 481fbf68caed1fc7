import { resultOf } from "@muster/local/testing/result.ts";
import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { plans } from "../kernel/ports.ts";
import * as Grant from "../organization/grant.ts";
import * as Plan from "../plan/plan.ts";
import * as AutomaticSeats from "./automatic/automatic.ts";
import { followSeats } from "./automatic/follow.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import { approveSeatRequest } from "./requests/approve.ts";
import * as Requests from "./requests/requests.ts";
import * as Seats from "./seats.ts";

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
});

const refused = "billing.seat_limit";
const sell = (maxSeats: number, more: Partial<ReturnType<typeof plans>> = {}) =>
  billing.world.rebind({ stripe: billing.port, plans: { ...plans(), ...more, maxSeats } });
const checkout = (seats: number) => acme.as(() => Checkout.checkout({ plan: "monthly", seats }));
const preview = (seats: number) => acme.as(() => Seats.preview({ seats }));
const resize = (wish: Parameters<typeof Seats.resize>[0]) => acme.as(() => Seats.resize(wish));
const request = (seats: number) => acme.as(() => Requests.requestSeats({ seats, note: "For support." }));
const automatic = (limit: number) => acme.as(() => AutomaticSeats.changeAutomaticSeats({ limit }));
const follow = () => asSystem("work", () => followSeats({ job: "followSeats", organization: acme.organization }));
const invite = (...emails: string[]) =>
  acme.as(() => Sending.send({ invitations: emails.map((email) => ({ email: `${email}@example.com` })) }));
const grant = (seats: number) => asSystem("operator", () => Grant.grant({ organization: acme.organization, seats }));
const paid = async () => (await acme.as(() => Billing.get({}))).seats.paid;
const edit = async (seats: number) => {
  await acme.edit(seats);
  await acme.reconcile();
};

/** Approves a request for as many seats, for a price from before the deployment sold fewer. */
async function approve(seats: number): Promise<unknown> {
  const { maxSeats = 0 } = plans();
  const more = seats - ((await paid()) ?? 0);
  sell(seats);
  const { account, requestedAt } = await request(more);
  const { quote } = await preview(seats);
  sell(maxSeats);
  return acme.as(() => approveSeatRequest({ account, requestedAt, quote }));
}

/** The ways to more seats without the operator, each to a number of seats. */
const doors: Record<"free" | "paid", Record<string, (seats: number) => Promise<unknown>>> = {
  free: { checkout, request },
  paid: {
    preview,
    "preview of another plan": (seats) => acme.as(() => Seats.preview({ seats, plan: "yearly" })),
    resize: (seats) => resize({ seats }),
    "resize for a quote": async (seats) => {
      const { maxSeats = 0 } = plans();
      sell(seats);
      const { quote } = await preview(seats);
      sell(maxSeats);
      return resize({ seats, quote });
    },
    "resize and another plan": (seats) => resize({ seats, plan: "yearly" }),
    "resize for an import": (seats) => resize({ seats, purpose: "import" }),
    request,
    approval: approve,
    "automatic seats": automatic,
  },
};
const limits = [7, 250, 10_000];

for (const [state, ways] of Object.entries(doors)) {
  const cases = Object.keys(ways).flatMap((door) => limits.map((limit) => ({ door, limit })));
  test.each(cases)(`${state}: $door leads up to $limit seats, and not beyond`, async ({ door, limit }) => {
    const through = (seats: number) => resultOf(ways[door]?.(seats) ?? Promise.resolve());
    if (state === "paid") await acme.buy(5);
    sell(limit);
    const before = await acme.row();
    expect(await through(limit + 1)).toBe(refused);
    expect(await acme.row()).toEqual(before);
    await acme.as(() => resultOf(Requests.revokeSeatRequest({})));
    billing.world.clock.pass(60);
    expect(await through(limit)).toBe("done");
  });
}

test("the limit, the preset one where none is set, is told with the plans, with billing, and by the failure", async () => {
  const told = async () => [
    (await acme.as(() => Billing.get({}))).maxSeats,
    (await acme.as(() => Plan.list({}))).items.map((plan) => plan.maxSeats),
  ];
  expect(await told()).toEqual([10_000, [undefined, 10_000, 10_000, 10_000]]);
  const sentence = (most: string) =>
    `Up to ${most} seats can be bought here. Contact the operator of this service for more.`;
  await expect(checkout(10_001)).rejects.toThrow(sentence("10,000"));
  sell(2_500);
  expect(await told()).toEqual([2_500, [undefined, 2_500, 2_500, 2_500]]);
  await expect(checkout(2_501)).rejects.toThrow(sentence("2,500"));
});

describe("a checkout", () => {
  const openPages = async () => (await billing.client.checkout.sessions.list({ status: "open" })).data;
  const maximumOf = async (session = "") =>
    (await billing.client.checkout.sessions.listLineItems(session)).data[0]?.adjustable_quantity?.maximum;

  test("sells no more on Stripe's page, also if fewer are sold since it was opened", async () => {
    sell(50);
    const { url } = await checkout(8);
    expect((await checkout(8)).url).toBe(url);
    expect(await Promise.all((await openPages()).map(({ id }) => maximumOf(id)))).toEqual([50]);
    sell(10);
    expect((await checkout(8)).url).not.toBe(url);
    expect(await Promise.all((await openPages()).map(({ id }) => maximumOf(id)))).toEqual([10]);
  });

  test("is opened as it was stored, if the limit changes while Stripe does not answer", async () => {
    sell(50);
    const openCheckout = () => Promise.reject(new Error("The process was killed."));
    billing.world.rebind({ stripe: { ...billing.port, openCheckout }, plans: plans() });
    await expect(checkout(8)).rejects.toThrow("The process was killed.");
    expect((await acme.row())?.checkout).toMatchObject({ seats: 8, maximum: 50 });
    sell(10);
    expect(await resultOf(checkout(8))).toBe("done");
    expect(await Promise.all((await openPages()).map(({ id }) => maximumOf(id)))).toEqual([10]);
  });

  test("of a trial, and that trial, have no more either", async () => {
    sell(10, { trialDays: 14 });
    expect(await acme.as(() => Billing.get({}))).toMatchObject({ trialSeats: 10, maxSeats: 10 });
    expect((await acme.as(() => Plan.list({}))).items[1]).toMatchObject({ trialSeats: 10, maxSeats: 10 });
    await checkout(8);
    expect(await Promise.all((await openPages()).map(({ id }) => maximumOf(id)))).toEqual([10]);
    await acme.buy(8);
    expect(await acme.as(() => Billing.get({}))).toMatchObject({ billingStatus: "trialing", trialSeats: 10 });
    await expect(preview(11)).rejects.toThrow("A trial has at most 10 seats.");
    expect(await automatic(10)).toMatchObject({ automaticSeats: { room: 2 } });
  });
});

describe("beyond the limit, by the operator", () => {
  beforeEach(async () => {
    await acme.buy(5);
    sell(8);
  });

  test("seats that Stripe was told stay and are shown, can be fewer or on another plan, and never more", async () => {
    await edit(12);
    expect(await acme.as(() => Billing.get({}))).toMatchObject({ seats: { paid: 12, capacity: 12 }, maxSeats: 8 });
    expect(await resultOf(resize({ seats: 13 }))).toBe(refused);
    expect(await resultOf(preview(13))).toBe(refused);
    expect(await resultOf(automatic(13))).toBe(refused);
    expect(await automatic(12)).toMatchObject({ automaticSeats: { room: 0 } });
    billing.world.clock.pass(daySeconds);
    expect(await resize({ seats: 12, plan: "yearly" })).toMatchObject({ plan: "yearly", seats: { paid: 12 } });
    billing.world.clock.pass(daySeconds);
    expect(await resize({ seats: 10 })).toMatchObject({ seats: { paid: 10 } });
    expect(await resultOf(resize({ seats: 11 }))).toBe(refused);
  });

  test("granted seats do not count", async () => {
    await grant(100);
    expect(await resize({ seats: 8 })).toMatchObject({ seats: { paid: 8, granted: 100, capacity: 108 } });
    expect(await resultOf(resize({ seats: 9 }))).toBe(refused);
  });
});

test("automatic seats stop where fewer are sold than their owner allows, for people and for requests", async () => {
  await acme.buy(5);
  await automatic(12);
  sell(6);
  await invite("p1", "p2", "p3", "p4");
  await follow();
  expect(await paid()).toBe(6);
  await request(1);
  await follow();
  expect(await paid()).toBe(6);
  expect(await acme.as(() => Billing.get({}))).toMatchObject({ automaticSeats: { limit: 12, room: 0 } });
});
