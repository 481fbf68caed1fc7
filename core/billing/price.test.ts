import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openAcme, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme, eachFrom } from "@muster/local/testing/worlds/remember.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Billing from "./billing.ts";
import { maxSeats } from "./limits.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";

const minute = 60;
const day = 86_400;

let billing: BillingWorld;
let acme: Customer;
let globex: Customer;
eachFrom(
  async () => {
    const opened = await openAcme(0, { more: { maxSeats } });
    const other = await opened.billing.createOrganization(await opened.billing.world.person("hank@example.com"));
    return { ...opened, globex: other };
  },
  (opened) => {
    ({ billing, acme, globex } = opened);
  },
);

type Wish = Parameters<typeof Seats.preview>[0];
const preview = (wish: Wish, of = acme) => of.as(() => Seats.preview(wish));
const resize = (wish: Parameters<typeof Seats.resize>[0]) => acme.as(() => Seats.resize(wish));
const paid = async () => (await acme.as(() => Billing.get({}))).seats.paid;

describe("a price", () => {
  test("says what is charged now and with the next invoice, each by itself", async () => {
    await acme.buy(5);
    billing.world.clock.pass(15 * day);
    const more = await preview({ seats: 8 });
    expect(more).toMatchObject({ dueNow: 1_500 });
    expect(more).not.toHaveProperty("nextInvoice");
    expect(await preview({ seats: 5 })).toMatchObject({ dueNow: 0, nextInvoice: 5 * perSeat.monthly });
    expect(await preview({ seats: 3 })).toMatchObject({ dueNow: 0, nextInvoice: 2 * perSeat.monthly });
    expect(await preview({ seats: 5, plan: "yearly" })).toMatchObject({ dueNow: 5 * perSeat.yearly - 2_500 });
  });

  test("of a subscription that ends has no next invoice, and its plan cannot be changed", async () => {
    await acme.buy(5);
    await acme.as(() => Manage.cancel({}));
    const same = await preview({ seats: 5 });
    expect(same).toMatchObject({ dueNow: 0, currency: "usd" });
    expect(same).not.toHaveProperty("nextInvoice");
    expect(await resultOf(preview({ seats: 5, plan: "yearly" }))).toBe("billing.subscription_ending");
    const more = await preview({ seats: 7 });
    expect(more.dueNow).toBe(2 * perSeat.monthly);
    expect(await resize({ seats: 7, quote: more.quote })).toMatchObject({ seats: { paid: 7 } });
  });
});

describe("in a trial, where everything costs nothing,", () => {
  eachAcme(
    (opened) => {
      ({ billing, acme } = opened);
    },
    5,
    { trialDays: 14 },
  );

  test("seats are changed, also once it was canceled", async () => {
    await acme.as(() => Manage.cancel({}));
    for (const seats of [8, 3]) {
      const shown = await preview({ seats });
      expect(shown).toMatchObject({ dueNow: 0, currency: "usd" });
      expect(await resize({ seats, quote: shown.quote })).toMatchObject({ seats: { paid: seats } });
    }
  });

  test("a quote is for its own change, and from after the last one", async () => {
    const { quote } = await preview({ seats: 8 });
    expect(await resultOf(resize({ seats: 9, quote }))).toBe("billing.price_changed");
    for (const seats of [6, 5]) {
      billing.world.clock.pass(minute);
      await resize({ seats });
    }
    expect(await resultOf(resize({ seats: 8, quote }))).toBe("billing.price_changed");
    expect(await paid()).toBe(5);
  });
});

describe("a quote", () => {
  beforeEach(() => acme.buy(5));

  /** The same quote with other terms, and the signature that it had. */
  function edited(quote: string, more: object) {
    const [body = "", tag] = quote.replace("mst_quo_", "").split(".");
    const terms = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    return `mst_quo_${Buffer.from(JSON.stringify({ ...terms, ...more })).toString("base64url")}.${tag}`;
  }

  test("is for what it was made for: edited, another organization's, another change's or an old one is refused", async () => {
    await globex.buy(5);
    billing.world.clock.pass(10 * day);
    const { quote } = await preview({ seats: 8 });
    const { quote: foreign } = await preview({ seats: 8 }, globex);
    const { quote: cheaper } = await preview({ seats: 6 });
    const refused = [
      edited(quote, { at: new Date(billing.world.clock.at - 9 * day * 1000).toISOString() }),
      edited(quote, { due: { amount: 0, currency: "usd" } }),
      edited(quote, { expiresAt: "2099-01-01T00:00:00.000Z" }),
      foreign,
      cheaper,
      "mst_quo_x.y",
      quote.slice(0, -1),
    ];
    for (const one of refused) expect(await resultOf(resize({ seats: 8, quote: one }))).toBe("billing.price_changed");
    billing.world.clock.pass(30 * minute);
    expect(await resultOf(resize({ seats: 8, quote }))).toBe("billing.price_changed");
    expect(await paid()).toBe(5);
    expect(await acme.invoices()).toHaveLength(1);
  });

  test("is refused when Stripe computes another price now", async () => {
    const { quote } = await preview({ seats: 8 });
    const coupon = await billing.client.coupons.create({ percent_off: 50, duration: "forever" });
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.update(subscription?.id ?? "", { discounts: [{ coupon: coupon.id }] });
    expect(await resultOf(resize({ seats: 8, quote }))).toBe("billing.price_changed");
    expect(await paid()).toBe(5);
  });

  test("for fewer seats credits nothing of the time before the change but what clocks may differ by", async () => {
    billing.world.clock.pass(10 * day);
    await resize({ seats: 100_005 });
    const { quote } = await preview({ seats: 5 });
    billing.world.clock.pass(29 * minute);
    await resize({ seats: 5, quote });
    const { lines } = await billing.client.invoices.createPreview({
      subscription: (await acme.subscriptions())[0]?.id ?? "",
    });
    const credits = lines.data.filter(({ amount }) => amount < 0);
    expect(credits.map(({ period }) => period.start)).toEqual([Math.floor(billing.world.clock.at / 1_000) - 10]);
  });

  test("from before the last change is refused, also if it fits again", async () => {
    billing.world.clock.pass(10 * day);
    const { quote } = await preview({ seats: 5, plan: "yearly" });
    billing.world.clock.pass(minute);
    await resize({ seats: 50_000 });
    billing.world.clock.pass(minute);
    await resize({ seats: 5 });
    expect(await resultOf(resize({ seats: 5, plan: "yearly", quote }))).toBe("billing.price_changed");
  });

  test("is used once: the same change again has another price", async () => {
    billing.world.clock.pass(10 * day);
    const { quote } = await preview({ seats: 8 });
    await resize({ seats: 8, quote });
    expect(await resize({ seats: 8, quote })).toMatchObject({ seats: { paid: 8 } });
    billing.world.clock.pass(minute);
    await resize({ seats: 5 });
    expect(await resultOf(resize({ seats: 8, quote }))).toBe("billing.price_changed");
    expect(await acme.invoices()).toHaveLength(2);
  });

  test("for another plan is short, because its credit is for the time since", async () => {
    billing.world.clock.pass(10 * day);
    const { quote, expiresAt } = await preview({ seats: 5, plan: "yearly" });
    expect(Date.parse(expiresAt) - billing.world.clock.at).toBe(5 * minute * 1_000);
    billing.world.clock.pass(5 * minute);
    expect(await resultOf(resize({ seats: 5, plan: "yearly", quote }))).toBe("billing.price_changed");
  });

  test("from before a renewal is refused", async () => {
    billing.world.clock.pass(30 * day - 5 * minute);
    const { quote } = await preview({ seats: 8 });
    billing.world.clock.pass(10 * minute);
    billing.server.catchUp();
    expect(await resultOf(resize({ seats: 8, quote }))).toBe("billing.price_changed");
    expect(await paid()).toBe(5);
  });
});

describe("a change that Stripe declines", () => {
  beforeEach(async () => {
    await acme.buy(5);
    const changeSeats = () => Promise.reject(new StripeError("refused", "Stripe: no such price", {}));
    billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  });

  test("is never answered as done, and changes nothing", async () => {
    expect(await resultOf(resize({ seats: 8 }))).toBe("billing.refused");
    expect(await resultOf(resize({ seats: 3 }))).toBe("billing.refused");
    expect(await acme.as(() => Billing.get({}))).toMatchObject({ seats: { paid: 5, capacity: 5 } });
  });

  test("is not the answer to the same change that is under way again", async () => {
    expect(await resultOf(resize({ seats: 8 }))).toBe("billing.refused");
    const changeSeats = () => Promise.reject(new StripeError("lost", "Stripe: no answer", {}));
    billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
    expect(await resize({ seats: 8 })).toMatchObject({ change: { from: 5, to: 8 } });
    expect((await acme.row())?.dropped).toBeUndefined();
  });

  test("is forgotten with the next one", async () => {
    expect(await resultOf(resize({ seats: 8 }))).toBe("billing.refused");
    billing.world.rebind({ stripe: billing.port });
    expect(await resize({ seats: 8 })).toMatchObject({ seats: { paid: 8, capacity: 8 } });
  });
});
