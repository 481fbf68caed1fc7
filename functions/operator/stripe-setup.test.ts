import * as Manage from "@muster/core/billing/manage.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { openBilling } from "@muster/local/testing/worlds/billing.ts";
import { openStripe } from "@muster/local-stripe/stripe.testing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readWish, setup, type Wish } from "./stripe-setup.ts";

const wish: Wish = { currency: "eur", name: "Seats", amounts: { monthly: 1_000, quarterly: 2_700, yearly: 9_600 } };

let server: Awaited<ReturnType<typeof openStripe>>;
beforeEach(async () => {
  server = await openStripe();
});
afterEach(async () => {
  server.verify();
  await server.stop();
});

const run = (amounts: Wish["amounts"] = wish.amounts, check = false) =>
  setup(server.stripe, { ...wish, amounts }, check);
const changing = () => server.requests().filter(({ call }) => !/list|retrieve/i.test(call)).length;

describe("the setup of Stripe", () => {
  test("creates a product, a price for each plan, and the portal's configuration", async () => {
    const { plans, made } = await run();
    expect(made).toHaveLength(5);
    expect(plans.map(({ id, amount, currency }) => [id, amount, currency])).toEqual([
      ["monthly", 1_000, "eur"],
      ["quarterly", 2_700, "eur"],
      ["yearly", 9_600, "eur"],
    ]);
    const prices = await Promise.all(plans.map(({ price }) => server.stripe.prices.retrieve(price)));
    expect(
      prices.map(({ recurring, lookup_key }) => [recurring?.interval, recurring?.interval_count, lookup_key]),
    ).toEqual([
      ["month", 1, "muster_seats_monthly"],
      ["month", 3, "muster_seats_quarterly"],
      ["year", 1, "muster_seats_yearly"],
    ]);
    expect(prices.map(({ product, unit_amount }) => [product, unit_amount])).toEqual([
      ["muster_seats", 1_000],
      ["muster_seats", 2_700],
      ["muster_seats", 9_600],
    ]);
    const [portal] = (await server.stripe.billingPortal.configurations.list()).data;
    expect(portal?.features).toMatchObject({
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: false },
      subscription_update: { enabled: false },
    });
  });

  test("creates nothing when it runs again", async () => {
    const first = await run();
    const changes = changing();
    const again = await run();
    expect(again).toEqual({ plans: first.plans, made: [] });
    expect(changing()).toBe(changes);
  });

  test("creates a new price for a changed amount, which takes over the key; the old one stays active", async () => {
    const before = (await run()).plans.find(({ id }) => id === "monthly");
    const { plans, made } = await run({ ...wish.amounts, monthly: 1_200 });
    expect(made).toEqual(["price of monthly: €12.00"]);
    const after = plans.find(({ id }) => id === "monthly");
    expect(after?.price).not.toBe(before?.price);
    const { data } = await server.stripe.prices.list({ lookup_keys: ["muster_seats_monthly"] });
    expect(data.map(({ id }) => id)).toEqual([after?.price]);
    expect(await server.stripe.prices.retrieve(before?.price ?? "")).toMatchObject({ active: true, lookup_key: null });

    // the previous amount already has its price
    const back = await run();
    expect(back.made).toEqual([`the key of monthly moved to ${before?.price}`]);
    expect(back.plans.find(({ id }) => id === "monthly")).toEqual(before);
  });

  test("adds a plan that was not for sale before", async () => {
    await run({ monthly: 1_000 });
    expect((await run({ monthly: 1_000, yearly: 9_600 })).made).toEqual(["price of yearly: €96.00"]);
  });

  test("with --check only says what it would create", async () => {
    const { plans, made } = await run(wish.amounts, true);
    expect([plans, made.length, changing()]).toEqual([[], 5, 0]);
  });

  test("continues where it was interrupted", async () => {
    server.faults.inject({ fault: "cut_after", call: "prices.create", times: 2 });
    await expect(run()).rejects.toThrow(/./);
    const { plans } = await run();
    const { data } = await server.stripe.prices.list({ product: "muster_seats" });
    expect(plans.map(({ id }) => id)).toEqual(["monthly", "quarterly", "yearly"]);
    expect(data).toHaveLength(3);
  });
});

test("the portal is the one that the setup created", async () => {
  const billing = await openBilling();
  await billing.client.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } });
  await setup(billing.client, wish);
  bind({ stripe: billing.port });
  const acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  await acme.buy(5);
  const { url } = await acme.as(() => Manage.portal({}));
  const session = [...billing.server.state.portalSessions.values()].find((one) => one.url === url);
  const { data } = await billing.client.billingPortal.configurations.list();
  expect(data.find(({ id }) => id === session?.configuration)?.metadata).toEqual({ muster: "portal" });
  await billing.stop();
});

describe("the options", () => {
  test("are read from the command line", () => {
    expect(readWish(["--currency", "eur", "--monthly", "1000", "--check"])).toEqual({
      currency: "eur",
      name: "Seats",
      amounts: { monthly: 1e3 },
      check: true,
    });
  });

  test.each([
    [["--monthly", "1000"], "--currency"],
    [["--currency", "EUR", "--monthly", "1000"], "--currency"],
    [["--currency", "eur"], "Name the amount"],
    [["--currency", "eur", "--monthly", "10.00"], "--monthly is a whole number"],
    [["--currency", "eur", "--weekly", "5"], "--weekly"],
    [["--currency", "isk", "--monthly", "1050"], "Stripe charges isk in steps of 100: --monthly 1050 is not one."],
  ])("are refused with a sentence (%s)", (words, sentence) => {
    expect(() => readWish(words)).toThrow(sentence);
  });
});
