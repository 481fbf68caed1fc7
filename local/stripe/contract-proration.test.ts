import { expect, test } from "vitest";
import { isReal, refusalOf, seconds, type TestStripe } from "./stripe.testing.ts";
import { withContract } from "./with-contract.testing.ts";

const april = "2027-04-01T00:00:00Z";
const day = 86_400;

/** Calculated by hand: unit × quantity × seconds left ÷ seconds of the period, each part rounded separately. */
const cases = [
  {
    unit: 1_000,
    every: "month",
    count: 1,
    before: 5,
    after: 8,
    period: 2_592_000,
    left: 1_296_000,
    back: -2_500,
    again: 4_000,
    due: 1_500,
  },
  {
    unit: 1_000,
    every: "month",
    count: 1,
    before: 5,
    after: 8,
    period: 2_592_000,
    left: 1_728_000,
    back: -3_333,
    again: 5_333,
    due: 2_000,
  },
  { unit: 1_000, every: "month", count: 1, before: 1, after: 2, period: 2_592_000, left: 1, back: 0, again: 0, due: 0 },
  {
    unit: 999,
    every: "month",
    count: 1,
    before: 3,
    after: 4,
    period: 2_592_000,
    left: 864_000,
    back: -999,
    again: 1_332,
    due: 333,
  },
  {
    unit: 1_000,
    every: "month",
    count: 1,
    before: 10,
    after: 3,
    period: 2_592_000,
    left: 1_296_000,
    back: -5_000,
    again: 1_500,
    due: -3_500,
  },
  {
    unit: 799,
    every: "month",
    count: 1,
    before: 7,
    after: 11,
    period: 2_592_000,
    left: 2_492_000,
    back: -5_377,
    again: 8_450,
    due: 3_073,
  },
  {
    unit: 2_700,
    every: "month",
    count: 3,
    before: 4,
    after: 9,
    period: 7_862_400,
    left: 2_678_400,
    back: -3_679,
    again: 8_278,
    due: 4_599,
  },
  {
    unit: 9_600,
    every: "year",
    count: 1,
    before: 2,
    after: 5,
    period: 31_622_400,
    left: 15_811_200,
    back: -9_600,
    again: 24_000,
    due: 14_400,
  },
  {
    unit: 9_600,
    every: "year",
    count: 1,
    before: 5,
    after: 6,
    period: 31_622_400,
    left: 8_640_001,
    back: -13_115,
    again: 15_738,
    due: 2_623,
  },
  {
    unit: 1_025,
    every: "month",
    count: 1,
    before: 1,
    after: 3,
    period: 2_592_000,
    left: 1_296_000,
    back: -513,
    again: 1_538,
    due: 1_025,
  },
] as const;

let stripe: TestStripe;

withContract((opened) => {
  stripe = opened;
});

async function subscribe(price: string, quantity: number, card?: string) {
  const customer = await stripe.customer(april, card);
  const subscription = await stripe.client.subscriptions.create({
    customer: customer.id,
    items: [{ price, quantity }],
  });
  const [item] = subscription.items.data;
  if (!item) throw new Error("no item");
  return { customer, subscription, item };
}

test.each(cases)(
  "$before → $after seats of $unit each $count $every with $left of $period seconds left are $due",
  async ({ unit, every, count, before, after, period, left, back, again, due }) => {
    const { customer, subscription, item } = await subscribe(await stripe.price(unit, every, count), before);
    expect(item.current_period_end - item.current_period_start).toBe(period);
    const change = {
      items: [{ id: item.id, quantity: after }],
      proration_behavior: "always_invoice" as const,
      proration_date: item.current_period_end - left,
    };
    const preview = await stripe.client.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: change,
    });
    const amounts = [back, again];
    expect(preview.lines.data.map(({ amount }) => amount)).toEqual(amounts);
    expect(preview.total).toBe(due);
    expect(preview.amount_due).toBe(Math.max(0, due));
    expect(preview.parent?.subscription_details?.subscription_proration_date).toBe(change.proration_date);

    await stripe.advance(customer.clock, change.proration_date);
    const changed = await stripe.client.subscriptions.update(subscription.id, {
      ...change,
      expand: ["latest_invoice"],
    });
    const invoice = changed.latest_invoice;
    if (typeof invoice !== "object" || !invoice) throw new Error("no invoice");
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual(amounts);
    expect(invoice).toMatchObject({ total: due, amount_due: Math.max(0, due), status: "paid" });
    expect(invoice.parent?.subscription_details?.subscription_proration_date).toBeUndefined();
    expect(changed.items.data[0]?.quantity).toBe(after);
  },
);

test("credits stay with the customer, and pay the next invoice first", async () => {
  const { customer, subscription, item } = await subscribe(await stripe.price(1_000), 10);
  const proration_date = item.current_period_start + 15 * day;
  const items = [{ id: item.id, quantity: 3 }];
  await stripe.advance(customer.clock, proration_date);
  await stripe.client.subscriptions.update(subscription.id, {
    items,
    proration_behavior: "always_invoice",
    proration_date,
  });
  expect(await stripe.client.customers.retrieve(customer.id)).toMatchObject({ balance: -3_500 });

  await stripe.advance(customer.clock, item.current_period_end + 2 * 3_600);
  const [renewal] = (await stripe.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(renewal).toMatchObject({
    billing_reason: "subscription_cycle",
    total: 3_000,
    starting_balance: -3_500,
    amount_due: 0,
    ending_balance: -500,
    status: "paid",
  });
  expect(await stripe.client.customers.retrieve(customer.id)).toMatchObject({ balance: -500 });
});

test("a change that is not invoiced at once is on the next invoice", async () => {
  const { customer, subscription, item } = await subscribe(await stripe.price(1_000), 5);
  const change = {
    items: [{ id: item.id, quantity: 4 }],
    proration_behavior: "create_prorations" as const,
    proration_date: item.current_period_start + 15 * day,
  };
  const preview = await stripe.client.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: change,
  });
  expect(preview.lines.data.map(({ amount }) => amount).sort((one, other) => one - other)).toEqual([
    -2_500, 2_000, 4_000,
  ]);
  await stripe.advance(customer.clock, change.proration_date);
  await stripe.client.subscriptions.update(subscription.id, change);
  expect((await stripe.client.invoices.list({ customer: customer.id })).data).toHaveLength(1);

  await stripe.advance(customer.clock, item.current_period_end + 2 * 3_600);
  const [renewal] = (await stripe.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(renewal).toMatchObject({ total: 3_500, amount_paid: 3_500, status: "paid" });
});

test("with the same proration date the charge is what was shown, however late it is confirmed; without it is not", async () => {
  const price = await stripe.price(1_000);
  const shown = await subscribe(price, 5);
  const other = await subscribe(price, 5);
  const at = seconds(april) + 10 * day;
  const details = ({ item }: typeof shown) => ({
    items: [{ id: item.id, quantity: 8 }],
    proration_behavior: "always_invoice" as const,
  });
  const preview = await stripe.client.invoices.createPreview({
    subscription: shown.subscription.id,
    subscription_details: { ...details(shown), proration_date: at },
  });
  for (const { customer } of [shown, other]) await stripe.advance(customer.clock, at + 3 * day);

  const confirm = (one: typeof shown, pinned: { proration_date?: number }) =>
    stripe.client.subscriptions.update(one.subscription.id, {
      ...details(one),
      ...pinned,
      expand: ["latest_invoice"],
    });
  const pinned = await confirm(shown, { proration_date: at });
  const loose = await confirm(other, {});
  expect(pinned.latest_invoice).toMatchObject({ amount_due: preview.amount_due });
  expect(loose.latest_invoice).not.toMatchObject({ amount_due: preview.amount_due });
});

test("another interval starts over: the rest of the old one is credited, the new one is paid at once", async () => {
  const { subscription, item, customer } = await subscribe(await stripe.price(1_000), 5);
  const year = await stripe.price(9_600, "year");
  await stripe.advance(customer.clock, item.current_period_start + 15 * day);
  const items = [{ id: item.id, price: year, quantity: 5 }];
  const preview = await stripe.client.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: { items },
  });
  const changed = await stripe.client.subscriptions.update(subscription.id, { items, expand: ["latest_invoice"] });
  expect(changed.latest_invoice).toMatchObject({ total: 48_000 - 2_500, status: "paid" });
  expect(preview.total).toBe(48_000 - 2_500);
  expect(changed.billing_cycle_anchor).toBe(item.current_period_start + 15 * day);
  expect(changed.items.data[0]?.current_period_end).toBe(seconds("2028-04-16T00:00:00Z"));
});

test("a price that is changed without a quantity counts once", async () => {
  const { subscription, item } = await subscribe(await stripe.price(1_000), 5);
  const items = [{ id: item.id, price: await stripe.price(1_200) }];
  const changed = await stripe.client.subscriptions.update(subscription.id, { items });
  expect(changed.items.data.map(({ quantity }) => quantity)).toEqual([1]);
});

test("an item without its id is added", async () => {
  const { subscription, item } = await subscribe(await stripe.price(1_000), 5);
  const items = [{ price: await stripe.price(1_200), quantity: 7 }];
  const changed = await stripe.client.subscriptions.update(subscription.id, { items });
  const quantities = Object.fromEntries(changed.items.data.map(({ id, quantity }) => [id, quantity]));
  expect(Object.values(quantities).toSorted((one = 0, other = 0) => one - other)).toEqual([5, 7]);
  expect(quantities[item.id]).toBe(5);
});

test.skipIf(isReal)("a percentage discount applies to every part as well", async () => {
  const coupon = await stripe.client.coupons.create({ percent_off: 20, duration: "forever" });
  const customer = await stripe.customer(april);
  const price = await stripe.price(1_000);
  const created = await stripe.client.subscriptions.create({
    customer: customer.id,
    items: [{ price, quantity: 5 }],
    discounts: [{ coupon: coupon.id }],
    expand: ["latest_invoice"],
  });
  expect(created.latest_invoice).toMatchObject({ subtotal: 5_000, total: 4_000 });
  const id = created.items.data[0]?.id ?? "";
  const preview = await stripe.client.invoices.createPreview({
    subscription: created.id,
    subscription_details: {
      items: [{ id, quantity: 8 }],
      proration_behavior: "always_invoice",
      proration_date: seconds(april) + 15 * day,
    },
  });
  expect(preview.lines.data.map(({ amount }) => amount)).toEqual([-2_000, 3_200]);
});

test("a preview may look ahead within the period, and a change may not", async () => {
  const { customer, subscription, item } = await subscribe(await stripe.price(1_000), 5);
  const change = { items: [{ id: item.id, quantity: 8 }], proration_date: seconds(april) + 1 };
  await stripe.client.invoices.createPreview({ subscription: subscription.id, subscription_details: change });
  const update = () => stripe.client.subscriptions.update(subscription.id, change);
  expect(await refusalOf(update())).toMatchObject({ status: 400, param: "proration_date" });
  await stripe.advance(customer.clock, change.proration_date);
  expect((await update()).items.data[0]?.quantity).toBe(8);
});
