import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isReal, openContract, type TestStripe } from "./stripe.testing.ts";

// Payments that are disputed: the same tests for the stand-in and for Stripe.

const patience = isReal ? 60_000 : 10_000;
const at = "2026-03-01T12:00:00Z";
let on: TestStripe;

beforeAll(async () => {
  on = await openContract();
});
afterAll(() => on.stop());

/** Pays with a card whose holder disputes each payment. */
async function disputed(card = "pm_card_createDispute") {
  const { id: customer } = await on.customer(at, card);
  const price = await on.price(1_000);
  await on.client.subscriptions.create({ customer, items: [{ price, quantity: 5 }] });
  const { data } = await on.client.charges.list({ customer, expand: ["data.balance_transaction"] });
  const [charge] = data;
  const { data: disputes } = await on.client.disputes.list({ charge: charge?.id ?? "" });
  const [dispute] = disputes;
  if (!charge || !dispute) throw new Error("Nothing is disputed.");
  return { customer, charge, dispute };
}

const idOf = (named: string | { id: string } | null | undefined) =>
  (typeof named === "object" ? named?.id : named) ?? "";

const amountsOf = ({ balance_transactions: all }: { balance_transactions: { amount: number }[] }) =>
  all.map(({ amount }) => amount);

describe("a disputed payment", { timeout: patience }, () => {
  test("is reversed, stays paid, and cannot be refunded", async () => {
    const { customer, charge, dispute } = await disputed();
    expect(charge).toMatchObject({ amount: 5_000, disputed: true, amount_refunded: 0, customer });
    expect(dispute).toMatchObject({ amount: 5_000, status: "needs_response", charge: charge.id });
    expect(amountsOf(dispute)).toEqual([-5_000]);
    const { data: invoices } = await on.client.invoices.list({ customer, expand: ["data.payments"] });
    expect(invoices).toMatchObject([{ status: "paid", amount_paid: 5_000 }]);
    expect(invoices[0]?.payments?.data[0]?.payment.payment_intent).toBe(charge.payment_intent);
    const { data: subscriptions } = await on.client.subscriptions.list({ customer });
    expect(subscriptions).toMatchObject([{ status: "active" }]);
    const intent = idOf(charge.payment_intent);
    await expect(on.client.refunds.create({ payment_intent: intent })).rejects.toMatchObject({
      code: "charge_disputed",
    });
  });

  test.each([
    ["won", "winning_evidence", [-5_000, 5_000]],
    ["lost", "losing_evidence", [-5_000]],
  ])("that is %s says so", async (status, uncategorized_text, amounts) => {
    const { charge, dispute } = await disputed();
    await on.client.disputes.update(dispute.id, { evidence: { uncategorized_text } });
    const ended = await on.client.disputes.retrieve(dispute.id, { expand: ["charge"] });
    expect(ended).toMatchObject({ status, charge: { id: charge.id, disputed: true } });
    expect(amountsOf(ended)).toEqual(amounts);
  });

  test("is lost where it is accepted, and is closed once", async () => {
    const { dispute } = await disputed();
    expect(await on.client.disputes.close(dispute.id)).toMatchObject({ status: "lost" });
    await expect(on.client.disputes.close(dispute.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test("that a bank only asks about is not reversed before it is escalated", async () => {
    const { dispute } = await disputed("pm_card_createDisputeInquiry");
    expect(dispute).toMatchObject({ status: "warning_needs_response", balance_transactions: [] });
    const evidence = { uncategorized_text: "escalate_inquiry_evidence" };
    await on.client.disputes.update(dispute.id, { evidence });
    const escalated = await on.client.disputes.retrieve(dispute.id);
    expect([escalated.status, amountsOf(escalated)]).toEqual(["needs_response", [-5_000]]);
  });
});

test("the balance is what was paid, without what was refunded", { timeout: patience }, async () => {
  const { id: customer } = await on.customer(at);
  const price = await on.price(1_000);
  await on.client.subscriptions.create({ customer, items: [{ price, quantity: 5 }] });
  const read = () => on.client.charges.list({ customer, expand: ["data.refunds.data.balance_transaction"] });
  const intent = idOf((await read()).data[0]?.payment_intent);
  await on.client.refunds.create({ payment_intent: intent, amount: 1_500 });
  const [charge] = (await read()).data;
  expect(charge).toMatchObject({ amount: 5_000, amount_refunded: 1_500, refunded: false, disputed: false });
  expect(charge?.refunds?.data).toMatchObject([
    { amount: 1_500, balance_transaction: { amount: -1_500, type: "refund" } },
  ]);
  const source = charge?.id ?? "";
  const { data } = await on.client.balanceTransactions.list({ source });
  expect(data).toMatchObject([{ amount: 5_000, type: "charge", source }]);
  expect(data[0]?.net).toBe(5_000 - (data[0]?.fee ?? 0));
});

test("at most 20 types of events are listed at once", { timeout: patience }, async () => {
  const types = Array.from({ length: 21 }, (_, n) => (n === 0 ? "charge.refunded" : "customer.updated"));
  await expect(on.client.events.list({ types })).rejects.toMatchObject({ statusCode: 400 });
  const { data } = await on.client.events.list({ types: ["charge.dispute.created"], limit: 1 });
  expect(data).toMatchObject([{ type: "charge.dispute.created", data: { object: { object: "dispute" } } }]);
});
