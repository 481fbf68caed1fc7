import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStripe } from "./stripe.testing.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "muster-stripe-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("everything is restored after a restart, including the clock and the keys", async () => {
  let clock = Date.parse("2027-04-01T00:00:00Z");
  const options = { file: join(folder, "stripe.json"), now: () => clock };
  const first = await openStripe(options);
  const { customers, products, prices, subscriptions, paymentMethods } = first.stripe;
  const customer = await customers.create({ name: "Ada" }, { idempotencyKey: "one" });
  const method = await paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  const product = await products.create({ name: "Seats" });
  const recurring = { interval: "month" } as const;
  const price = await prices.create({ product: product.id, currency: "usd", unit_amount: 1_000, recurring });
  const items = [{ price: price.id, quantity: 5 }];
  const subscription = await subscriptions.create({ customer: customer.id, items, trial_period_days: 3 });
  await subscriptions.update(subscription.id, { default_payment_method: method.id });
  first.webhooks.endpoint("https://muster.example/webhook", "whsec_test");
  first.advance(3_600);
  await first.stop();

  const second = await openStripe(options);
  expect(second.time()).toBe(clock / 1_000 + 3_600);
  expect(await second.stripe.customers.create({ name: "Ada" }, { idempotencyKey: "one" })).toMatchObject({
    id: customer.id,
  });
  expect(await second.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: "trialing" });
  clock += 4 * 86_400_000;
  expect(await second.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: "past_due" });
  expect(second.state.secrets.size).toBe(1);
  expect(second.violations()).toEqual([]);
  await second.stop();
});

test("each change is on disk before it is answered", async () => {
  const file = join(folder, "stripe.json");
  const server = await openStripe({ file });
  const { id } = await server.stripe.customers.create({});
  expect(readFileSync(file, "utf8")).toContain(id);
  await server.stop();
});
