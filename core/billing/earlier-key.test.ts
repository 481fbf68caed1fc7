import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import type Stripe from "stripe";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Checkout from "./checkout.ts";
import * as Refund from "./refund.ts";
import * as Seats from "./seats.ts";
import { stripeOver } from "./stripe.ts";

// A restricted key that is not permitted to read payment intents and disputes, as keys for earlier releases are.

let billing: BillingWorld;
let acme: Customer;
let asked: string[];
const more = { methodTypes: ["card", "us_bank_account"] };
eachAcme(
  (opened) => {
    ({ billing, acme } = opened);
    asked = [];
    const { client } = billing;
    const retrieve: Stripe["invoices"]["retrieve"] = async (id, params, ...more) => {
      const { expand = [] } = params ?? {};
      if (!expand.some((part) => part.includes("payment_intent"))) return client.invoices.retrieve(id, params, ...more);
      asked.push(id);
      throw notPermitted();
    };
    const list = () => Promise.reject(notPermitted());
    const limited = Object.assign(Object.create(client) as Stripe, {
      invoices: Object.assign(Object.create(client.invoices) as Stripe["invoices"], { retrieve }),
      disputes: { list },
    });
    billing.world.rebind({ stripe: stripeOver(async () => limited) });
  },
  0,
  { more },
);

const notPermitted = () =>
  Object.assign(new Error("Not permitted."), { type: "StripePermissionError", statusCode: 403 });

test("returns nothing of a payment that is disputed, however the dispute ended", async () => {
  await acme.buy(5);
  const { latest_invoice: latest } = await subscribeAgain(billing, acme, 2);
  const invoice = typeof latest === "string" ? latest : (latest?.id ?? "");
  await acme.reconcile();
  const { id } = billing.server.dispute(invoice, { amount: 1 });
  await billing.client.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
  const refunded = await acme.as(() => Refund.refundPayment({ invoice, to: "card" }));
  expect(refunded).toEqual({ amount: 2 * perSeat.monthly, currency: "usd", to: "card" });
  expect((await billing.client.creditNotes.list({ invoice })).data).toEqual([]);
});

test("changes seats, and knows what was charged", async () => {
  await acme.buy(5);
  const { quote } = await acme.as(() => Seats.preview({ seats: 8 }));
  await acme.as(() => Seats.resize({ seats: 8, quote }));
  const [event] = (await acme.events()).filter(({ type }) => type === "billing.resized");
  expect(event?.data).toMatchObject({ charged: { amount: 3 * perSeat.monthly, currency: "usd" } });
  expect([await acme.reconcile(), asked]).toEqual([{ result: "equal" }, []]);
});

test("buys with a bank account, which counts as a card does", async () => {
  const { url } = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
  const body = new URLSearchParams({ account_us_bank_account: "000123456789" });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  const checkout = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
  expect(await acme.as(() => Checkout.confirm({ checkout }))).toMatchObject({ seats: { capacity: 5 } });
  expect(asked).not.toEqual([]);
  billing.world.clock.pass(4 * daySeconds);
  billing.server.catchUp();
  await acme.reconcile();
  expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 5, hasPaid: true });
});
