import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import type Stripe from "stripe";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { attention } from "./attention.ts";
import * as Ledger from "./ledger/ledger.ts";
import * as Report from "./report.ts";

// Somebody changes a subscription at Stripe, and no event of it arrives: the daily comparison says what it was.

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
  billing.world.clock.pass(daySeconds);
}, 5);

type Place = { client: Stripe; subscription: Stripe.Subscription; item: string; customer: string };
type Drift = {
  change: (place: Place) => Promise<unknown>;
  result?: string;
  before?: object;
  after: object;
  /** The organization afterwards. */
  is?: object;
  /** The reason an operator must attend to it. */
  why?: string;
};

const other = ID.derive("organization", "another");
const inTenDays = Date.parse("2026-12-05T09:00:00.000Z") / 1_000;

async function priceOf({ client }: Place) {
  const { id: product } = await client.products.create({ name: "Support" });
  const recurring = { interval: "month" as const };
  return (await client.prices.create({ product, currency: "usd", unit_amount: 9_900, recurring })).id;
}
const update = ({ client, subscription }: Place, params: Stripe.SubscriptionUpdateParams) =>
  client.subscriptions.update(subscription.id, params);

const drifts: Record<string, Drift> = {
  "more seats": {
    change: (place) => update(place, { items: [{ id: place.item, quantity: 9 }] }),
    before: { quantity: 5 },
    after: { quantity: 9 },
    is: { capacity: 9, billingStatus: "active" },
  },
  "fewer seats": {
    change: (place) => update(place, { items: [{ id: place.item, quantity: 2 }] }),
    before: { quantity: 5 },
    after: { quantity: 2 },
    is: { capacity: 2, billingStatus: "active" },
  },
  "another price": {
    change: (place) => update(place, { items: [{ id: place.item, price: billing.prices.yearly, quantity: 5 }] }),
    before: { price: "monthly" },
    after: { price: "yearly" },
    is: { capacity: 5, plan: "yearly" },
  },
  "a price that is not sold": {
    change: async (place) => update(place, { items: [{ id: place.item, price: await priceOf(place), quantity: 5 }] }),
    after: { price: expect.stringMatching(/^price_/) },
    is: { capacity: 5 },
  },
  "an item beside the seats": {
    change: async (place) => update(place, { items: [{ price: await priceOf(place), quantity: 1 }] }),
    after: { otherItems: 1 },
    is: { capacity: 5 },
  },
  "an item instead of the seats": {
    change: async (place) =>
      update(place, {
        items: [
          { id: place.item, deleted: true },
          { price: await priceOf(place), quantity: 5 },
        ],
      }),
    result: "seat_item_missing",
    after: { status: "active" },
    is: { capacity: 5 },
    why: "seat_item_missing",
  },
  "the end of it": {
    change: ({ client, subscription }) => client.subscriptions.cancel(subscription.id),
    before: { status: "active", quantity: 5 },
    after: { status: "canceled", quantity: 0 },
    is: { capacity: 3, billingStatus: "canceled", growth: false },
  },
  "an end that was chosen": {
    change: (place) => update(place, { cancel_at: inTenDays }),
    after: { cancelAt: "2026-12-05T09:00:00.000Z" },
    is: { capacity: 5 },
  },
  "an end with its period": {
    change: (place) => update(place, { cancel_at_period_end: true }),
    after: { endsWithPeriod: true },
    is: { capacity: 5 },
  },
  "a payment that fails": {
    change: async ({ client, subscription, customer }) => {
      const { id } = await client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
      await client.subscriptions.update(subscription.id, { default_payment_method: id });
      const items = [{ id: subscription.items.data[0]?.id ?? "", quantity: 8 }];
      await client.subscriptions.update(subscription.id, { items, proration_behavior: "always_invoice" });
    },
    before: { status: "active" },
    after: { status: "past_due" },
    is: { billingStatus: "past_due", growth: false },
  },
  "a discount": {
    change: async (place) => {
      const coupon = await place.client.coupons.create({ percent_off: 50, duration: "forever", name: "Friends" });
      await update(place, { discounts: [{ coupon: coupon.id }] });
    },
    after: { discounts: [expect.objectContaining({ percent: 50 })] },
    is: { capacity: 5 },
  },
  "a lost label": {
    change: (place) => update(place, { metadata: { organizationId: "" } }),
    result: "labeled for another",
    after: { labeledFor: "nobody" },
    is: { capacity: 5 },
  },
  "another organization's label": {
    change: (place) => update(place, { metadata: { organizationId: other } }),
    result: "labeled for another",
    after: { labeledFor: other },
    is: { capacity: 5 },
  },
  "a second subscription": {
    change: async ({ client, subscription, customer }) => {
      await client.subscriptions.create({
        customer,
        items: [{ price: billing.prices.monthly, quantity: 2 }],
        metadata: subscription.metadata,
        default_payment_method: (await client.paymentMethods.attach("pm_card_visa", { customer })).id,
      });
    },
    result: "not the known subscription",
    after: { status: "active", quantity: 2 },
    is: { capacity: 5 },
    why: "duplicate_paid",
  },
  "a deleted customer": {
    change: ({ client, customer }) => client.customers.del(customer),
    result: "customer_missing",
    before: { status: "active" },
    after: { status: "canceled", quantity: 0 },
    is: { capacity: 3, billingStatus: "canceled" },
    why: "customer_missing",
  },
};

async function place(): Promise<Place> {
  const [subscription] = await acme.subscriptions();
  if (!subscription) throw new Error("Acme has no subscription.");
  const { customer = "" } = (await acme.row()) ?? {};
  return { client: billing.client, subscription, item: subscription.items.data[0]?.id ?? "", customer };
}
const named = (object: object) => {
  const { monthly, yearly } = billing.prices;
  const text = JSON.stringify(object).replaceAll(monthly, "monthly").replaceAll(yearly, "yearly");
  return JSON.parse(text) as object;
};
const reported = async () => {
  const [newest] = (await asSystem("operator", () => Report.reports({}))).items;
  const { differences } = await asSystem("operator", () => Report.report({ report: newest?.id ?? "" }));
  return differences.map(named);
};
const waiting = async () => (await asSystem("operator", () => attention({}))).items.map(({ why }) => why);

test.each(Object.entries(drifts))("%s", async (_, { change, result = "differs", before, after, is, why }) => {
  await change(await place());
  billing.inbox.splice(0);
  await billing.compare();
  const wanted = { organization: acme.organization, result, after, ...(before && { before }) };
  expect(await reported()).toMatchObject([wanted]);
  await billing.work();
  expect(await acme.organizationRow()).toMatchObject(is ?? {});
  expect(await waiting()).toEqual(why === undefined ? [] : [why]);
  await billing.sweep();
  const { differ } = await billing.compare();
  expect(differ).toBe(why === "seat_item_missing" ? 1 : 0);
});

test("lines of what was changed there name nobody, and their sum is that of the invoices", async () => {
  const { client, subscription, item } = await place();
  const items = [{ id: item, quantity: 9 }];
  await client.subscriptions.update(subscription.id, { items, proration_behavior: "always_invoice" });
  await billing.compare();
  await billing.work();
  const { items: found } = await acme.as(() => Ledger.ledger({}));
  const outside = found.flatMap(({ lines }) => lines.filter(({ change }) => !change?.by));
  expect(outside.map(({ quantity }) => quantity)).toEqual([5, 9]);
  const sum = (totals: readonly number[]) => totals.reduce((all, total) => all + total, 0);
  const invoices = await acme.invoices();
  expect(sum(found.map(({ total }) => total))).toBe(sum(invoices.map(({ total }) => total)));
});
