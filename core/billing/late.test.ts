import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Deletion from "../organization/deletion.ts";
import { attention } from "./attention.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import { observe } from "./observe.ts";
import * as Refund from "./refund.ts";
import * as Seats from "./seats.ts";

// Money that arrives for a subscription that has ended: it buys nothing, and must not stay where nobody looks.

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const renewal = 5 * perSeat.monthly;
const eventsOf = async (type: string) => (await acme.events()).filter((one) => one.type === `billing.${type}`);
const told = async () => (await asSystem("operator", () => attention({}))).items;
const get = () => acme.as(() => Billing.get({}));
const customer = async () => (await acme.row())?.customer ?? "";
const refund = (invoice: string, to: "card" | "balance") => acme.as(() => Refund.refundPayment({ invoice, to }));

async function setCard(card: string) {
  const { id } = await billing.client.paymentMethods.attach(card, { customer: await customer() });
  const subscription = (await acme.row())?.mirror?.subscription ?? "";
  await billing.client.subscriptions.update(subscription, { default_payment_method: id });
  await acme.reconcile();
}
async function later(days: number) {
  billing.world.clock.pass(days * daySeconds);
  billing.server.catchUp();
  return acme.reconcile();
}
/** The customer pays an open invoice on Stripe's page, and Stripe says so. */
async function pay() {
  billing.world.clock.pass(60);
  const { data } = await billing.client.invoices.list({ customer: await customer(), status: "open" });
  const [open] = data;
  const id = open?.id ?? "";
  await billing.client.invoices.pay(id, { payment_method: "pm_card_visa" });
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.work();
  return { id, amount: open?.amount_due ?? 0 };
}
/** A renewal fails until Stripe gives up. */
async function failToRenew() {
  await setCard("pm_card_chargeCustomerFail");
  for (let days = 0; days < 60 && (await get()).billingStatus !== "canceled"; days += 4) await later(4);
  expect(await get()).toMatchObject({ billingStatus: "canceled" });
}

test("an invoice that the row names is read, although it is not among the newest", async () => {
  const row = await acme.row();
  if (!row) throw new Error("Nothing was bought.");
  const { port } = billing;
  billing.world.rebind({ stripe: { ...billing.port, invoices: async () => ({ items: [], next: undefined }) } });
  const [bought] = await acme.invoices();
  const duplicates = [
    {
      subscription: "sub_2",
      invoice: bought?.id ?? "",
      amount: 1,
      byCard: 1,
      currency: "usd",
      isProcessing: true as const,
    },
  ];
  const { invoices } = await observe({ ...row, duplicates }, false);
  expect(invoices).toEqual([await port.invoice(bought?.id ?? "")]);
});

describe("an invoice that is paid after its subscription has ended", () => {
  test("and that the operator wrote off is no payment", async () => {
    await failToRenew();
    billing.world.clock.pass(60);
    const { data } = await billing.client.invoices.list({ customer: await customer(), status: "open" });
    const [open] = data;
    const { id: invoice = "", amount_remaining: amount = 0 } = open ?? {};
    await billing.client.creditNotes.create({ invoice, amount });
    expect((await billing.client.invoices.retrieve(invoice)).status).toBe("paid");
    await acme.reconcile();
    expect([(await get()).unusedPayments, await eventsOf("payment_unused")]).toEqual([undefined, []]);
  });

  test("and of which a part was returned at Stripe is refunded for the rest", async () => {
    await failToRenew();
    const { id: invoice } = await pay();
    await billing.client.creditNotes.create({ invoice, amount: 2_000, refund_amount: 2_000 });
    const rest = { amount: renewal - 2_000, currency: "usd", to: "card" };
    expect(await refund(invoice, "card")).toEqual(rest);
    expect((await eventsOf("duplicate_refunded")).map(({ data }) => data)).toEqual([{ invoice, ...rest }]);
  });

  test("and was returned at Stripe since is offered no longer", async () => {
    await failToRenew();
    const { id: invoice } = await pay();
    await billing.client.creditNotes.create({ invoice, amount: renewal, refund_amount: renewal });
    await acme.reconcile();
    expect([await told(), (await get()).unusedPayments]).toEqual([[], undefined]);
    expect(await acme.row()).toMatchObject({ refunded: [invoice] });
  });

  test("because its renewal failed is told to owners and the operator, once", async () => {
    await failToRenew();
    const { id: invoice, amount } = await pay();
    const paid = { invoice, amount, currency: "usd" };
    expect(amount).toBe(renewal);
    expect((await eventsOf("payment_unused")).map(({ data }) => data)).toEqual([{ paid: [paid] }]);
    expect(await get()).toMatchObject({ billingStatus: "canceled", unusedPayments: [{ ...paid, reason: "ended" }] });
    expect(await told()).toMatchObject([{ organization: acme.organization, why: "paid_after_end", payments: [paid] }]);
    await billing.sweep();
    await billing.compare();
    await acme.reconcile();
    expect(await eventsOf("payment_unused")).toHaveLength(1);
  });

  test("is refunded by an owner to the card, once", async () => {
    await failToRenew();
    const { id: invoice, amount } = await pay();
    expect(await refund(invoice, "card")).toEqual({ amount, currency: "usd", to: "card" });
    expect(await resultOf(refund(invoice, "card"))).toBe("billing.duplicate_missing");
    const { data } = await billing.client.creditNotes.list({ invoice });
    expect(data.map((note) => note.amount)).toEqual([amount]);
    await acme.reconcile();
    expect([await told(), (await get()).unusedPayments]).toEqual([[], undefined]);
  });

  test("is kept for a new subscription, which it pays", async () => {
    await failToRenew();
    const { id: invoice } = await pay();
    expect(await refund(invoice, "balance")).toMatchObject({ to: "balance" });
    await acme.buy(5);
    expect(await get()).toMatchObject({ billingStatus: "active", seats: { paid: 5 } });
    const [latest] = await acme.invoices();
    expect([latest?.total, latest?.amount_due]).toEqual([renewal, 0]);
    expect([await told(), (await get()).unusedPayments]).toEqual([[], undefined]);
  });

  describe.each(["deleted", "canceled"])("for a change that waits while the organization is %s", (how) => {
    const end = async () => {
      if (how === "deleted") return acme.as(() => Deletion.deleteByName({ name: "Acme" }));
      return billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    };
    const wait = async () => {
      await setCard("pm_card_authenticationRequired");
      expect(await acme.as(() => Seats.resize({ seats: 9 }))).toMatchObject({ change: { to: 9 } });
    };

    test("cannot be paid: its invoice is voided", async () => {
      await wait();
      await end();
      await acme.reconcile();
      const [invoice] = await acme.invoices();
      expect([invoice?.status, (await acme.row())?.dropped?.reason]).toEqual(["void", "ended"]);
      const { id = "" } = invoice ?? {};
      const late = billing.client.invoices.pay(id, { payment_method: "pm_card_visa" });
      await expect(late).rejects.toThrow("void");
    });

    test("and is paid before it is voided is told, and can be refunded", async () => {
      await wait();
      const { port } = billing;
      const paidFirst = async (...all: Parameters<typeof port.voidInvoice>) => {
        await billing.client.invoices.pay(all[0], { payment_method: "pm_card_visa" });
        return port.voidInvoice(...all);
      };
      billing.world.rebind({ stripe: { ...port, voidInvoice: paidFirst } });
      await end();
      await acme.reconcile();
      billing.world.rebind({ stripe: port });
      const { organization } = acme;
      const [first] = await acme.invoices();
      const { id: invoice, amount_paid: amount } = first ?? { id: "", amount_paid: 0 };
      const payments = [{ invoice, amount, currency: "usd" }];
      expect(await told()).toMatchObject([{ organization, why: "change_dropped", payments }]);
      expect(await eventsOf("duplicate_canceled")).toHaveLength(1);
      await asSystem("operator", () => Refund.refund({ organization, invoice }));
      expect(await told()).toEqual([]);
    });
  });

  test("in the very second of that end is told", async () => {
    await setCard("pm_card_chargeCustomerFail");
    await later(31);
    const { id: invoice = "" } = (await acme.invoices())[0] ?? {};
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await billing.client.invoices.pay(invoice, { payment_method: "pm_card_visa" });
    await acme.reconcile();
    expect(await told()).toMatchObject([{ organization: acme.organization, why: "paid_after_end" }]);
  });

  test("for seats that it had until then is due, and nothing to refund", async () => {
    const { subscription = "" } = (await acme.row())?.mirror ?? {};
    billing.world.clock.pass(10 * daySeconds);
    const { items } = await billing.client.subscriptions.retrieve(subscription);
    const changed = items.data.map(({ id }) => ({ id, quantity: 8 }));
    await billing.client.subscriptions.update(subscription, {
      items: changed,
      proration_behavior: "create_prorations",
      cancel_at_period_end: true,
    });
    await later(25);
    const [last] = await acme.invoices();
    expect(last).toMatchObject({ status: "paid", lines: { data: [{}, {}] } });
    expect(await get()).toMatchObject({ billingStatus: "canceled" });
    expect([await told(), (await get()).unusedPayments, await eventsOf("payment_unused")]).toEqual([[], undefined, []]);
  });
});

test("a checkout that is paid while its organization is deleted is told, and can be refunded", async () => {
  const other = await billing.createOrganization(acme.owner);
  const { url } = await other.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
  const { port } = billing;
  const down = () => Promise.reject(new StripeError("lost", "Cut off.", {}));
  billing.world.rebind({ stripe: { ...port, openCheckouts: down } });
  await other.as(() => Deletion.deleteByName({ name: "Acme" }));
  await billing.work();
  billing.world.clock.pass(60);
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(card), redirect: "manual" });
  expect(answer.status).toBeLessThan(400);
  billing.world.rebind({ stripe: port });
  await other.reconcile();
  const [invoice] = await other.invoices();
  expect((await other.subscriptions()).map(({ status }) => status)).toEqual(["canceled"]);
  const payment = { invoice: invoice?.id, amount: renewal, currency: "usd" };
  expect(await told()).toMatchObject([
    { organization: other.organization, why: "paid_after_end", payments: [payment] },
  ]);
});
