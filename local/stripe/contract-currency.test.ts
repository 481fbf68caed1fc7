import { expect, test } from "vitest";
import type { TestStripe } from "./stripe.testing.ts";
import { isReal, refusalOf } from "./stripe.testing.ts";
import { withContract } from "./with-contract.testing.ts";

// How Stripe counts currencies, and which amounts it charges: https://docs.stripe.com/currencies#special-cases

const april = "2027-04-01T00:00:00Z";
const day = 86_400;
const fraction = {
  type: "StripeInvalidRequestError",
  code: "invalid_charge_amount_no_decimal_compatible",
  status: 400,
};

let on: TestStripe;

withContract((opened) => {
  on = opened;
});

async function priceIn(currency: string, unit_amount: number) {
  const { id: product } = await on.client.products.create({ name: "Seats" });
  const recurring = { interval: "month" as const };
  return (await on.client.prices.create({ product, currency, unit_amount, recurring })).id;
}

async function subscribe(currency: string, amount: number, quantity = 1) {
  const { id: customer, clock } = await on.customer(april);
  const items = [{ price: await priceIn(currency, amount), quantity }];
  const made = await on.client.subscriptions.create({ customer, items, expand: ["latest_invoice"] });
  const [item] = made.items.data;
  const grow = async (to: number, days: number) => {
    const proration_date = (item?.current_period_start ?? 0) + days * day;
    await on.advance(clock, proration_date);
    return on.client.subscriptions.update(made.id, {
      items: [{ id: item?.id ?? "", quantity: to }],
      proration_behavior: "always_invoice",
      proration_date,
    });
  };
  const newest = async () => (await on.client.invoices.list({ customer, limit: 1 })).data[0];
  return { customer, clock, made, grow, newest };
}

test.each([
  { currency: "jpy", amount: 1_001 },
  { currency: "krw", amount: 10_001 },
])("$currency has no decimals: it is checked out and charged as it is", async ({ currency, amount }) => {
  const { made } = await subscribe(currency, amount);
  expect(made.latest_invoice).toMatchObject({ currency, amount_paid: amount, status: "paid" });
  const session = await on.client.checkout.sessions.create({
    mode: "subscription",
    success_url: "https://muster.example/done",
    line_items: [{ price: await priceIn(currency, amount), quantity: 3 }],
  });
  expect(session).toMatchObject({ currency, amount_total: 3 * amount });
});

test("whole crowns of Iceland are charged, and fractions are not", async () => {
  const { made, grow, newest } = await subscribe("isk", 100_000);
  expect(made.latest_invoice).toMatchObject({ amount_paid: 100_000, status: "paid" });
  expect(await refusalOf(grow(2, 11))).toMatchObject(fraction);
  expect((await on.client.subscriptions.retrieve(made.id)).items.data[0]).toMatchObject({ quantity: 1 });
  await grow(2, 15);
  expect(await newest()).toMatchObject({ amount_paid: 50_000, status: "paid" });
});

test("an invoice in shillings of Uganda is rounded, and the balance has the rest", async () => {
  const { customer, grow, newest } = await subscribe("ugx", 1_000_000);
  await grow(2, 11);
  // 19 of 30 days, each part rounded: 1,266,667 − 633,333
  expect(await newest()).toMatchObject({ total: 633_334, amount_due: 633_300, ending_balance: 34, status: "paid" });
  expect(await on.client.customers.retrieve(customer)).toMatchObject({ balance: 34 });
});

// only accounts in some countries charge these
test.skipIf(isReal)("three decimals are charged only if the last one is 0, and refunded so", async () => {
  const { made, grow, newest } = await subscribe("bhd", 10_000);
  expect(made.latest_invoice).toMatchObject({ amount_paid: 10_000, status: "paid" });
  expect(await refusalOf(grow(2, 11))).toMatchObject(fraction);
  await grow(2, 15);
  const paid = await newest();
  expect(paid).toMatchObject({ amount_paid: 5_000, status: "paid" });
  const refund = (amount: number) =>
    on.client.creditNotes.create({ invoice: paid?.id ?? "", amount, refund_amount: amount });
  expect(await refusalOf(refund(1_005))).toMatchObject(fraction);
  expect(await refund(1_000)).toMatchObject({ amount: 1_000, status: "issued" });
});

test.skipIf(isReal)("a price of three decimals is made, and cannot be paid if the last one is not 0", async () => {
  const { id: customer } = await on.customer(april);
  const items = [{ price: await priceIn("kwd", 5_124), quantity: 1 }];
  const wanted = { customer, items, payment_behavior: "error_if_incomplete" as const };
  expect(await refusalOf(on.client.subscriptions.create(wanted))).toMatchObject(fraction);
  await on.client.subscriptions.create({ ...wanted, items: [{ price: await priceIn("kwd", 5_120), quantity: 1 }] });
});
