import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { update } from "../table/table.ts";
import { attention as attentionOf } from "./attention.ts";
import * as Billing from "./billing.ts";
import * as ContactSync from "./contact-sync.ts";
import { billingKeys } from "./keys.ts";
import * as Ledger from "./ledger/ledger.ts";
import * as Manage from "./manage.ts";
import * as Report from "./report.ts";
import * as Seats from "./seats.ts";

// What somebody changes at Stripe who does not know Muster.

const day = 86_400;

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

async function setCard(card: string) {
  const customer = (await acme.row())?.customer ?? "";
  const { id: default_payment_method } = await billing.client.paymentMethods.attach(card, { customer });
  await billing.client.subscriptions.update((await subscription()).id, { default_payment_method });
  await billing.client.customers.update(customer, { invoice_settings: { default_payment_method } });
}

const get = () => acme.as(() => Billing.get({}));
const subscription = async () => {
  const [newest] = await acme.subscriptions();
  if (!newest) throw new Error("Acme has no subscription.");
  return newest;
};
const sidesOf = async () => (await acme.events()).findLast(({ type }) => type === "billing.updated")?.data;

test("a subscription for another organization is in the attention of both, until it has ended", async () => {
  const other = await billing.createOrganization(acme.owner);
  await other.buy(3);
  const customer = (await acme.row())?.customer ?? "";
  const { id: card } = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
  await billing.catchUp();
  billing.world.clock.pass(day);
  await billing.work();
  const { id } = await billing.client.subscriptions.create({
    customer,
    default_payment_method: card,
    metadata: { organizationId: other.organization },
    items: [{ price: billing.prices.monthly, quantity: 4 }],
  });
  const why = "labeled_for_other";
  const waiting = async () => (await asSystem("operator", () => attentionOf({}))).items;
  // nothing else has a reason to look at the customer
  await billing.sweep();
  expect(await waiting()).toEqual([]);
  await billing.catchUp();
  await billing.work();
  const both = [acme.organization, other.organization].map((organization) => ({ organization, why }));
  expect(await waiting()).toMatchObject(both);
  await billing.sweep();
  expect(await waiting()).toMatchObject(both);
  expect([(await get()).seats.paid, (await other.organizationRow()).capacity]).toEqual([5, 3]);
  await billing.client.subscriptions.cancel(id);
  await billing.sweep();
  expect(await waiting()).toEqual([]);
});

describe("an item that is not for seats", () => {
  async function addSupport() {
    const { prices, products, subscriptions } = billing.client;
    const { id: product } = await products.create({ name: "Support" });
    const recurring = { interval: "month" as const };
    const { id: price } = await prices.create({ product, currency: "usd", unit_amount: 9_900, recurring });
    const { id, items } = await subscription();
    await subscriptions.update(id, { items: [{ price, quantity: 1 }], proration_behavior: "none" });
    // Stripe promises no order
    const { data } = billing.server.state.subscriptions.get(id)?.items ?? { data: [] };
    if (data[0]?.price.id !== price) data.reverse();
    expect((await subscription()).items.data.map((item) => item.price.id)).toEqual([price, items.data[0]?.price.id]);
    return price;
  }
  const quantities = async () =>
    Object.fromEntries((await subscription()).items.data.map(({ price, quantity }) => [price.id, quantity]));

  test("is left alone, wherever it stands, and is reported", async () => {
    const support = await addSupport();
    await acme.reconcile();
    expect(await sidesOf()).toMatchObject({ after: { quantity: 5, otherItems: 1 } });
    expect(await acme.as(() => Seats.resize({ seats: 8 }))).toMatchObject({ plan: "monthly", seats: { paid: 8 } });
    expect(await quantities()).toEqual({ [support]: 1, [billing.prices.monthly]: 8 });
  });

  test("that was recorded as the seats is not taken for them anymore", async () => {
    const price = await addSupport();
    const item = (await subscription()).items.data.find((one) => one.price.id === price)?.id;
    const key = billingKeys.billing(acme.organization);
    await billing.world.table.write(update(key, { set: { item, price, quantity: 1 } }));
    await acme.reconcile();
    expect(await get()).toMatchObject({ plan: "monthly", seats: { paid: 5, capacity: 5 } });
  });

  test("is not taken for seats when it is all that is left", async () => {
    const price = await addSupport();
    const { id, items } = await subscription();
    const seats = items.data.find((item) => item.price.id !== price)?.id ?? "";
    await billing.client.subscriptions.update(id, { items: [{ id: seats, deleted: true }] });
    expect(await acme.reconcile()).toEqual({ result: "attention", why: "seat_item_missing", isUnread: true });
    expect(await resultOf(acme.as(() => Seats.resize({ seats: 8 })))).not.toBe("done");
    expect(await acme.reconcile()).toEqual({ result: "attention", why: "seat_item_missing", isUnread: true });
    expect(await quantities()).toEqual({ [price]: 1 });
  });

  test("is not taken for seats where there are none anymore: that needs attention", async () => {
    await addSupport();
    const { id, items } = await subscription();
    const [, seats] = items.data;
    const { id: product } = await billing.client.products.create({ name: "Training" });
    const recurring = { interval: "month" as const };
    const training = await billing.client.prices.create({ product, currency: "usd", unit_amount: 100, recurring });
    await billing.client.subscriptions.update(id, {
      items: [
        { id: seats?.id ?? "", deleted: true },
        { price: training.id, quantity: 3 },
      ],
    });
    expect(await acme.reconcile()).toEqual({ result: "attention", why: "seat_item_missing", isUnread: true });
    expect(await get()).toMatchObject({ seats: { paid: 5 } });
  });
});

describe("a subscription whose label is lost, or another organization's,", () => {
  const labelOf = async () => (await subscription()).metadata.organizationId;

  test.each(["", "org_01KANOTHERNOTHERNOTHERNOTH"])("stays that of the recorded organization: %s", async (label) => {
    await billing.client.subscriptions.update((await subscription()).id, { metadata: { organizationId: label } });
    await billing.client.subscriptions.cancel((await subscription()).id);
    await acme.reconcile();
    expect(await get()).toMatchObject({ billingStatus: "canceled", seats: { capacity: 3 } });
  });

  test("is found by a comparison, reported, and labeled again", async () => {
    await billing.client.subscriptions.update((await subscription()).id, { metadata: { organizationId: "" } });
    expect(await billing.compare()).toMatchObject({ checked: 1, differ: 1 });
    expect(await acme.reconcile()).toMatchObject({ result: "repaired", before: { labeledFor: "nobody" } });
    expect(await labelOf()).toBe(acme.organization);
    expect(await acme.reconcile()).toEqual({ result: "equal" });
    expect(await billing.compare()).toMatchObject({ checked: 1, differ: 0 });
  });
});

describe("an end that was chosen at Stripe", () => {
  const endsAt = async (days: number) => {
    const at = Math.floor(billing.world.clock.at / 1_000) + days * day;
    await billing.client.subscriptions.update((await subscription()).id, { cancel_at: at });
    await acme.reconcile();
    return new Date(at * 1_000).toISOString();
  };

  test.each([10, 30])("in %d days is shown, and removed by resuming", async (days) => {
    const at = await endsAt(days);
    expect(await get()).toMatchObject({ cancelAt: at });
    expect(await acme.as(() => Manage.resume({}))).not.toHaveProperty("cancelAt");
    expect(await subscription()).toMatchObject({ cancel_at: null, cancel_at_period_end: false });
  });

  test("is not put off by canceling, unless it is later than the period's", async () => {
    const at = await endsAt(10);
    expect(await acme.as(() => Manage.cancel({}))).toMatchObject({ cancelAt: at });
    await endsAt(90);
    const { periodEnd } = await get();
    expect(await acme.as(() => Manage.cancel({}))).toMatchObject({ cancelAt: periodEnd });
  });
});

describe("a customer who was deleted at Stripe", () => {
  const remove = async () => billing.client.customers.del((await acme.row())?.customer ?? "");
  const sync = () => asSystem("work", () => ContactSync.sync({ organization: acme.organization }));
  const attention = async () => (await asSystem("operator", () => attentionOf({}))).items;

  test("is reported once, and the next purchase makes another", async () => {
    const before = (await acme.row())?.customer;
    await remove();
    expect(await sync()).toEqual({ synced: false });
    expect(await attention()).toMatchObject([{ organization: acme.organization, why: "customer_missing" }]);
    expect(await billing.sweep()).toMatchObject({ attention: 1 });
    expect(await billing.sweep()).toMatchObject({ checked: 0 });
    expect(await attention()).toEqual([]);
    const [newest] = (await asSystem("operator", () => Report.reports({}))).items;
    const report = await asSystem("operator", () => Report.report({ report: newest?.id ?? "" }));
    expect(report.differences).toMatchObject([{ organization: acme.organization, result: "customer_missing" }]);
    expect(await get()).toMatchObject({ billingStatus: "canceled" });
    await acme.buy(4);
    expect(await get()).toMatchObject({ billingStatus: "active", seats: { paid: 4 } });
    expect(await acme.row()).toMatchObject({ former: [before] });
    expect((await acme.row())?.customer).not.toBe(before);
    expect(await sync()).toEqual({ synced: true });
  });

  test("keeps the invoices in the list and in the ledger, after those of the next customer", async () => {
    const [first] = await acme.invoices();
    await remove();
    await acme.reconcile();
    await acme.buy(4);
    const [second] = await acme.invoices();
    const globex = await billing.createOrganization(acme.owner);
    await globex.buy(1);
    const { customer: foreign = "" } = (await globex.row()) ?? {};
    type Read = (input: { cursor?: string }) => Promise<{ items: { id: string }[]; next?: string | undefined }>;
    const reads: Read[] = [Manage.invoices, Ledger.ledger];
    for (const read of reads) {
      const page = await acme.as(() => read({}));
      expect(page.items.map(({ id }) => id)).toEqual([second?.id]);
      const { next = "" } = page;
      expect((await acme.as(() => read({ cursor: next }))).items.map(({ id }) => id)).toEqual([first?.id]);
      expect(await acme.as(() => read({ cursor: `${next}.${first?.id}` }))).toEqual({ items: [] });
      expect(await acme.as(() => read({ cursor: foreign }))).toEqual({ items: [] });
    }
    const [cursor] = (await acme.row())?.former ?? [];
    const [oldest] = (await acme.as(() => Ledger.ledger({ cursor }))).items;
    expect(oldest?.lines[0]?.change).toMatchObject({ cause: "checkout", to: 5 });
  });
});

test("a paid subscription is never canceled for an unpaid one", async () => {
  await setCard("pm_card_chargeCustomerFail");
  billing.world.clock.pass(31 * day);
  billing.server.catchUp();
  await acme.reconcile();
  expect(await get()).toMatchObject({ billingStatus: "past_due" });
  const { id: unpaid, customer } = await subscription();
  await setCard("pm_card_visa");
  const paid = await billing.client.subscriptions.create({
    customer: typeof customer === "string" ? customer : customer.id,
    items: [{ price: billing.prices.monthly, quantity: 6 }],
    metadata: { organizationId: acme.organization },
  });
  expect(paid.status).toBe("active");
  await acme.reconcile();
  expect(await acme.row()).toMatchObject({ mirror: { subscription: paid.id, quantity: 6 } });
  expect(await billing.client.subscriptions.retrieve(unpaid)).toMatchObject({ status: "canceled" });
});

test("what an increase cost is read from its invoice, whatever it says about the change", async () => {
  await acme.as(() => Seats.resize({ seats: 8 }));
  const [invoice] = await acme.invoices();
  expect(invoice?.parent?.subscription_details).not.toHaveProperty("subscription_proration_date");
  const resized = async () => (await acme.events()).findLast(({ type }) => type === "billing.resized")?.data;
  expect(await resized()).toMatchObject({ charged: { amount: 3 * perSeat.monthly, currency: "usd" } });

  // the invoice of an increase has the credit of an earlier decrease, too
  billing.world.clock.pass(15 * day);
  await acme.as(() => Seats.resize({ seats: 6 }));
  billing.world.clock.pass(day);
  const { dueNow } = await acme.as(() => Seats.preview({ seats: 9 }));
  await acme.as(() => Seats.resize({ seats: 9 }));
  expect(await resized()).toMatchObject({ charged: { amount: dueNow, currency: "usd" } });
});
