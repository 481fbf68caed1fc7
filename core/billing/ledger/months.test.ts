import { depth } from "@muster/local/testing/random.ts";
import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { daySeconds } from "../../base/duration.ts";
import { stepOf } from "../../money/shape.ts";
import { stripeOver } from "../stripe.ts";
import * as Months from "./months.ts";

// The sums of months against the balance transactions of the stand-in, after any payments, refunds, and disputes.

let billing: BillingWorld;
let acme: Customer;
beforeAll(async () => {
  ({ billing, acme } = await openAcme(5));
});
afterAll(() => billing.stop());

const read = async () => (await acme.as(() => Months.months({}))).items;
const pass = (days: number) => {
  billing.world.clock.pass(days * daySeconds);
  billing.server.catchUp();
};

test("what is refunded or disputed later is in the month in which that happened", async () => {
  const [paid] = await acme.invoices();
  const invoice = paid?.id ?? "";
  const [first] = await read();
  expect(first).toMatchObject({ currency: "usd", paid: 5_000, refunded: 0, disputed: 0, net: 5_000 });
  pass(31);
  await billing.client.creditNotes.create({ invoice, amount: 1_500, refund_amount: 1_000, credit_amount: 500 });
  const { id } = billing.server.dispute(invoice, { amount: 3_000 });
  const renewed = { currency: "usd", paid: 5_000, refunded: 1_000, disputed: 3_000, net: 1_000 };
  expect(await read()).toEqual([{ ...renewed, month: expect.any(String) }, first]);
  pass(31);
  await billing.client.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
  const [third, second] = await read();
  // the balance has paid a part of this one
  expect(third).toMatchObject({ paid: 4_500, refunded: 0, disputed: -3_000, net: 7_500 });
  expect(second).toMatchObject(renewed);
  expect(third && second && third.month > second.month).toBe(true);
});

test("an organization that never bought anything has no months, nor does one whose key may not read them", async () => {
  const other = await billing.createOrganization(await billing.world.person("bob@example.com"));
  expect(await other.as(() => Months.months({}))).toEqual({ items: [] });
  const { client, port, world } = billing;
  const list = async () => {
    throw Object.assign(new Error("No."), { type: "StripePermissionError", statusCode: 403 });
  };
  const charges = Object.assign(Object.create(client.charges) as typeof client.charges, { list });
  const limited = Object.assign(Object.create(client) as typeof client, { charges });
  world.rebind({ stripe: stripeOver(async () => limited) });
  expect(await read()).toEqual([]);
  world.rebind({ stripe: port });
});

test("a charge with more refunds than Stripe puts into it is counted with all of them", async () => {
  const [newest] = await acme.invoices();
  const payment_intent = `pi_${newest?.id.slice(3)}`;
  const before = (await read())[0]?.refunded ?? 0;
  for (let n = 0; n < 12; n++) await billing.client.refunds.create({ payment_intent, amount: 100 });
  expect((await read())[0]?.refunded).toBe(before + 1_200);
});

const currencies = ["usd", "jpy", "kwd", "huf"] as const;
const part = fc.double({ min: 0, max: 1, noNaN: true });
const which = fc.nat({ max: 20 });
const step = fc.oneof(
  fc.record({ do: fc.constant("pass" as const), days: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant("seats" as const), seats: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ do: fc.constantFrom("refund" as const, "dispute" as const, "ask" as const), which, part }),
  fc.record({ do: fc.constant("credit" as const), which, part, toCard: part }),
  fc.record({
    do: fc.constant("decide" as const),
    which,
    how: fc.constantFrom("winning_evidence", "losing_evidence", "escalate_inquiry_evidence"),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const history = fc.record({
  currency: fc.constantFrom(...currencies),
  isTaxed: fc.boolean(),
  percent: fc.constantFrom(0, 15, 50),
  steps: fc.array(step, { minLength: 4, maxLength: 14 }),
});

/** Somebody with a subscription in a currency, who may be taxed and have a discount. */
async function subscribe(currency: (typeof currencies)[number], isTaxed: boolean, percent_off: number) {
  const { client } = billing;
  const { id: customer } = await client.customers.create({ address: { country: "DE" } });
  const method = await client.paymentMethods.attach("pm_card_visa", { customer });
  await client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  const product = await client.products.create({ name: "Seats" });
  // as Stripe counts them: no decimals of yen, and three of dinars, whose last is 0
  const unit_amount = { usd: 999, jpy: 900, kwd: 20_000, huf: 350_000 }[currency];
  const price = await client.prices.create({
    product: product.id,
    currency,
    unit_amount,
    recurring: { interval: "month" },
  });
  const coupon = percent_off > 0 ? await client.coupons.create({ percent_off, duration: "forever" }) : undefined;
  const items = [{ price: price.id, quantity: 3 }];
  const subscription = await client.subscriptions.create({
    customer,
    items,
    automatic_tax: { enabled: isTaxed },
    ...(coupon && { discounts: [{ coupon: coupon.id }] }),
  });
  return { customer, currency, subscription: subscription.id };
}
type Subscribed = Awaited<ReturnType<typeof subscribe>>;

/** A part of an amount that a card in the currency can get. */
function partOf(amount: number, share: number, currency: string): number {
  const unit = stepOf(currency);
  return Math.max(unit, Math.floor((amount * share) / unit) * unit);
}

/** Stripe refuses some steps, such as a second refund of all. Then nothing happens. */
async function run(on: Subscribed, one: Step): Promise<void> {
  const { client, server } = billing;
  if (one.do === "pass") return pass(one.days);
  if (one.do === "seats") {
    const { items } = await client.subscriptions.retrieve(on.subscription);
    const change = { items: [{ id: items.data[0]?.id ?? "", quantity: one.seats }] };
    await client.subscriptions.update(on.subscription, { ...change, proration_behavior: "always_invoice" });
    return;
  }
  const charges = (await client.charges.list({ customer: on.customer, limit: 100 })).data;
  const charge = charges[one.which % Math.max(1, charges.length)];
  if (!charge) return;
  const intent = idOf(charge.payment_intent);
  const invoice = `in_${intent.slice(3)}`;
  if (one.do === "decide") {
    const [dispute] = (await client.disputes.list({ charge: charge.id })).data;
    if (dispute) await client.disputes.update(dispute.id, { evidence: { uncategorized_text: one.how } });
    return;
  }
  const amount = partOf(charge.amount - charge.amount_refunded, one.part, on.currency);
  if (one.do === "refund") await client.refunds.create({ payment_intent: intent, amount });
  else if (one.do === "credit") {
    const card = partOf(amount, one.toCard, on.currency);
    const parts = { refund_amount: card, credit_amount: amount - card };
    await client.creditNotes.create({ invoice, amount, ...parts });
  } else server.dispute(invoice, { amount, isInquiry: one.do === "ask" });
}

const idOf = (named: string | { id: string } | null | undefined) =>
  (typeof named === "object" ? named?.id : named) ?? "";

/** Returns the balance transactions of a customer, by month, in the currency's smallest unit. */
async function balanceOf({ customer }: Subscribed): Promise<Record<string, number>> {
  const { client } = billing;
  const own = new Set<string>();
  for await (const charge of client.charges.list({ customer, limit: 100 })) {
    own.add(charge.id);
    for await (const { id } of client.refunds.list({ charge: charge.id, limit: 100 })) own.add(id);
    for await (const { id } of client.disputes.list({ charge: charge.id, limit: 100 })) own.add(id);
  }
  const sums: Record<string, number> = {};
  for await (const one of client.balanceTransactions.list({ limit: 100 })) {
    if (!own.has(idOf(one.source))) continue;
    const month = new Date(one.created * 1000).toISOString().slice(0, 7);
    sums[month] = (sums[month] ?? 0) + one.net + one.fee;
  }
  return sums;
}

const netOf = ({ cash }: { cash: { paid: number; refunded: number; disputes: { amount: number; state: string }[] } }) =>
  cash.disputes.reduce(
    (sum, { amount, state }) => (state === "open" || state === "lost" ? sum - amount : sum),
    cash.paid - cash.refunded,
  );

test("after any history, months and invoices come to what Stripe's balance has, in every currency", async () => {
  const reached = { refunds: 0, disputes: 0, credits: 0, currencies: new Set<string>() };
  for (const { id } of await acme.subscriptions()) await billing.client.subscriptions.cancel(id);
  const goBack = billing.server.remember();
  await fc.assert(
    fc.asyncProperty(history, async ({ currency, isTaxed, percent, steps }) => {
      goBack();
      const on = await subscribe(currency, isTaxed, percent);
      for (const one of steps) await run(on, one).catch(ignoreRefusal);
      const movements = (await billing.port.movements(on.customer)) ?? [];
      const months = Months.monthsOf(movements);
      expect(Object.fromEntries(months.map(({ month, net }) => [month, net]))).toEqual(await balanceOf(on));
      for (const { paid, refunded, disputed, net } of months) expect(net).toBe(paid - refunded - disputed);
      const { items } = await billing.port.paidInvoices(on.customer);
      const invoiced = items.flatMap(({ cash }) => (cash ? [netOf({ cash })] : []));
      const sum = (all: readonly number[]) => all.reduce((left, right) => left + right, 0);
      expect(sum(invoiced)).toBe(sum(months.map(({ net }) => net)));
      reached.currencies.add(currency);
      for (const { cash } of items) {
        reached.refunds += cash?.refunded ? 1 : 0;
        reached.credits += cash?.credited ? 1 : 0;
        reached.disputes += cash?.disputes.length ?? 0;
      }
      billing.server.forget();
    }),
    { numRuns: depth(16, 300) },
  );
  expect(Math.min(reached.refunds, reached.credits, reached.disputes)).toBeGreaterThan(0);
  expect(reached.currencies.size).toBe(currencies.length);
});

function ignoreRefusal(error: unknown): void {
  const { type = "" } = error as { type?: string };
  const isRefusal = type.startsWith("Stripe") || (error as Error).name === "Refusal";
  if (!isRefusal) throw error;
}
