import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { bind } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { update } from "../table/table.ts";
import { attention as attentionOf } from "./attention.ts";
import * as Billing from "./billing.ts";
import { crashEverywhere, is } from "./crashes.testing.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import * as Refund from "./refund.ts";
import type { RefundTarget } from "./shape.ts";

const paid = { amount: 2 * perSeat.monthly, currency: "usd" };

let billing: BillingWorld;
let acme: Customer;
const begin = eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

/** Subscribes a second time at Stripe, and pays at once. Returns the invoice. */
async function payTwice(more: object = {}) {
  const { latest_invoice } = await subscribeAgain(billing, acme, 2, more);
  return typeof latest_invoice === "string" ? latest_invoice : (latest_invoice?.id ?? "");
}

const attention = async () => (await asSystem("operator", () => attentionOf({}))).items;
const refund = (invoice: string, to?: RefundTarget) =>
  asSystem("operator", () =>
    Refund.refund({ organization: acme.organization, invoice, ...(to !== undefined && { to }) }),
  );
const notesOf = async (invoice: string) =>
  (await billing.client.creditNotes.list({ invoice })).data.map(({ amount, reason, refunds }) => ({
    amount,
    reason,
    refunded: refunds.reduce((sum, one) => sum + one.amount_refunded, 0),
  }));
const eventsOf = async (type: string) =>
  (await acme.events()).filter((one) => one.type === `billing.${type}`).map(({ data }) => data);
const live = async () => (await acme.subscriptions()).filter(({ status }) => status !== "canceled");
const balance = async () => {
  const customer = await billing.client.customers.retrieve((await acme.row())?.customer ?? "");
  return "balance" in customer ? customer.balance : undefined;
};

test("a refund is recorded once, as what it was, although the row changes while Stripe makes it", async () => {
  const invoice = await payTwice();
  await acme.reconcile();
  const { port } = billing;
  const slow: typeof port.refund = async (...parts) => {
    await port.refund(...parts);
    await acme.reconcile();
  };
  bind({ stripe: { ...port, refund: slow } });
  expect(await refund(invoice, "balance")).toEqual({ ...paid, to: "balance" });
  bind({ stripe: port });
  expect(await eventsOf("duplicate_refunded")).toEqual([{ invoice, ...paid, to: "balance" }]);
  expect((await acme.row())?.duplicates).toBeUndefined();
});

test("a refund is made once the outage is over, although Stripe keeps its errors", async () => {
  const invoice = await payTwice();
  await acme.reconcile();
  billing.server.faults.inject({ fault: "error_saved", call: "creditNotes.create", times: Infinity });
  for (let tries = 1; tries <= 4; tries++) expect(await resultOf(refund(invoice))).toBe("billing.unavailable");
  billing.server.faults.clear();
  billing.world.clock.pass(60);
  expect(await refund(invoice)).toEqual({ ...paid, to: "card" });
  expect(await notesOf(invoice)).toHaveLength(1);
});

test("a payment that is returned at Stripe has its event", async () => {
  const invoice = await payTwice();
  await acme.reconcile();
  await billing.client.creditNotes.create({ invoice, amount: paid.amount, refund_amount: paid.amount });
  await acme.reconcile();
  expect(await eventsOf("duplicate_refunded")).toEqual([{ invoice, ...paid, to: "elsewhere" }]);
});

describe("a second subscription that was paid", () => {
  test("that has renewed before anybody noticed is recorded with each payment, and each is refunded by itself", async () => {
    const first = await payTwice();
    billing.world.clock.pass(32 * 86_400);
    billing.server.catchUp();
    await acme.reconcile();
    const { duplicates = [] } = (await acme.row()) ?? {};
    const amounts = duplicates.map(({ amount }) => amount);
    expect([duplicates[0]?.invoice, amounts]).toEqual([first, [paid.amount, paid.amount]]);
    await refund(first);
    expect((await acme.row())?.duplicates).toEqual(duplicates.slice(1));
  });

  test("is canceled, told with its payment, and needs attention until that is refunded", async () => {
    const known = (await acme.row())?.mirror?.subscription;
    const invoice = await payTwice();
    // the oldest would stay if none were recorded
    for (const one of billing.server.state.subscriptions.values()) if (one.id !== known) one.created -= 60;
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "duplicate_paid" });
    expect((await live()).map(({ id }) => id)).toEqual([known]);
    expect(await eventsOf("duplicate_canceled")).toEqual([
      {
        kept: (await acme.row())?.mirror?.subscription,
        canceled: [expect.any(String)],
        paid: [{ invoice, ...paid }],
      },
    ]);
    const waiting = { organization: acme.organization, result: "refused", why: "duplicate_paid" };
    expect(await attention()).toEqual([{ ...waiting, since: expect.any(String), payments: [{ invoice, ...paid }] }]);
    await acme.reconcile();
    expect(await eventsOf("duplicate_canceled")).toHaveLength(1);

    expect(await refund(invoice)).toEqual({ ...paid, to: "card" });
    expect(await notesOf(invoice)).toEqual([{ amount: paid.amount, reason: "duplicate", refunded: paid.amount }]);
    expect(await eventsOf("duplicate_refunded")).toEqual([{ invoice, ...paid, to: "card" }]);
    expect(await attention()).toEqual([]);
    expect(await resultOf(refund(invoice))).toBe("billing.duplicate_missing");
    expect((await acme.reconcile()).result).toBe("equal");
  });

  test("can be refunded to the balance, which the next invoice uses", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    expect(await refund(invoice, "balance")).toEqual({ ...paid, to: "balance" });
    expect(await balance()).toBe(-paid.amount);
    expect(await notesOf(invoice)).toEqual([{ amount: paid.amount, reason: "duplicate", refunded: 0 }]);
  });

  test("is refunded once, however often it is asked for, and whatever fails", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    const answers = await times(4, () => resultOf(refund(invoice)));
    expect(answers).toContain("done");
    expect(await notesOf(invoice)).toHaveLength(1);
    expect(await eventsOf("duplicate_refunded")).toHaveLength(1);
  });

  test("is refunded once, although Stripe failed after it, and the other way is asked for then", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    const refundAndFail = async (...all: Parameters<typeof billing.port.refund>) => {
      await billing.port.refund(...all);
      throw new StripeError("lost", "Cut off.", {});
    };
    billing.world.rebind({ stripe: { ...billing.port, refund: refundAndFail } });
    expect(await resultOf(refund(invoice, "balance"))).toBe("billing.unavailable");
    billing.world.rebind({ stripe: billing.port });
    expect(await refund(invoice, "card")).toEqual({ ...paid, to: "balance" });
    expect([await notesOf(invoice), await balance()]).toEqual([[expect.anything()], -paid.amount]);
  });

  test("is refunded with another key when Stripe stored an error under the first", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    const keys: string[] = [];
    const failFirst = async (...all: Parameters<typeof billing.port.refund>) => {
      keys.push(all[2]);
      if (keys[0] === all[2]) throw new StripeError("failed", "Internal error.", {});
      return billing.port.refund(...all);
    };
    billing.world.rebind({ stripe: { ...billing.port, refund: failFirst } });
    expect(await resultOf(refund(invoice))).toBe("done");
    expect([new Set(keys).size, (await notesOf(invoice)).length]).toEqual([2, 1]);
    billing.world.rebind({ stripe: billing.port });
  });

  test("that the balance has paid in part is refunded to the card for its part only", async () => {
    const customer = (await acme.row())?.customer ?? "";
    const kept = billing.server.state.customers.get(customer);
    if (kept) kept.balance = -500;
    const invoice = await payTwice();
    await acme.reconcile();
    expect(await refund(invoice)).toEqual({ ...paid, to: "card" });
    expect(await notesOf(invoice)).toEqual([{ amount: paid.amount, reason: "duplicate", refunded: paid.amount - 500 }]);
    expect(await balance()).toBe(-500);
  });

  test("of whose part by card some was refunded already is refunded to the card for the rest of that part", async () => {
    const kept = billing.server.state.customers.get((await acme.row())?.customer ?? "");
    if (kept) kept.balance = -500;
    const invoice = await payTwice();
    await acme.reconcile();
    await billing.client.refunds.create({ payment_intent: `pi_${invoice.slice(3)}`, amount: 1_000 });
    expect(await refund(invoice)).toEqual({ ...paid, amount: 1_000, to: "card" });
    expect(await notesOf(invoice)).toEqual([{ amount: 1_000, reason: "duplicate", refunded: 500 }]);
    expect(await balance()).toBe(-500);
  });

  test("with a debt of the customer is refunded without the debt, which stays paid", async () => {
    const kept = billing.server.state.customers.get((await acme.row())?.customer ?? "");
    if (kept) kept.balance = 500;
    const invoice = await payTwice();
    expect(await billing.client.invoices.retrieve(invoice)).toMatchObject({ amount_paid: paid.amount + 500 });
    await acme.reconcile();
    expect((await acme.row())?.duplicates).toMatchObject([{ amount: paid.amount, byCard: paid.amount }]);
    expect(await refund(invoice)).toEqual({ ...paid, to: "card" });
    expect([await balance(), (await acme.reconcile()).result, await attention()]).toEqual([0, "equal", []]);
  });

  test("with a debt of the customer is none to return once all but the debt was returned at Stripe", async () => {
    const kept = billing.server.state.customers.get((await acme.row())?.customer ?? "");
    if (kept) kept.balance = 500;
    const invoice = await payTwice();
    await billing.client.creditNotes.create({ invoice, amount: paid.amount, refund_amount: paid.amount });
    await acme.reconcile();
    expect([await attention(), (await acme.row())?.duplicates]).toEqual([[], undefined]);
    expect((await eventsOf("duplicate_canceled")).map((data) => (data as { paid?: object }).paid)).toEqual([undefined]);
  });

  test("that was refunded elsewhere is only recorded", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    expect(await refund(invoice, "elsewhere")).toEqual({ ...paid, to: "elsewhere" });
    expect([await notesOf(invoice), await attention()]).toEqual([[], []]);
  });

  test("is told once, however often its cancellation fails", async () => {
    await payTwice();
    const cancel = async () => {
      throw new StripeError("busy", "Try again later.", {});
    };
    billing.world.rebind({ stripe: { ...billing.port, cancel } });
    for (let times = 0; times < 3; times++) expect((await acme.reconcile()).result).toBe("waiting");
    billing.world.rebind({ stripe: billing.port });
    expect(await eventsOf("duplicate_canceled")).toEqual([]);
    for (let times = 0; times < 2; times++) await acme.reconcile();
    expect(await eventsOf("duplicate_canceled")).toHaveLength(1);
    expect(await live()).toHaveLength(1);
  });

  test("is no payment to refund anymore if it is refunded before it can be canceled", async () => {
    const invoice = await payTwice();
    const cancel = () => Promise.reject(new StripeError("busy", "Try again later.", {}));
    billing.world.rebind({ stripe: { ...billing.port, cancel } });
    await acme.reconcile();
    await refund(invoice);
    billing.world.rebind({ stripe: billing.port });
    await acme.reconcile();
    expect([await attention(), await resultOf(refund(invoice))]).toEqual([[], "billing.duplicate_missing"]);
  });

  test("stays known to the operator when another reconciliation began before", async () => {
    const invoice = await payTwice();
    await billing.world.table.write(Dirty.mark(acme.organization));
    const marker = await billing.world.table.get(billingKeys.dirty(acme.organization));
    await acme.reconcile();
    await Dirty.clear(acme.organization, marker);
    expect(await attention()).toMatchObject([{ payments: [{ invoice }] }]);
  });

  test("that was partly refunded at Stripe is refunded to the rest", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    await billing.client.creditNotes.create({ invoice, amount: 500, refund_amount: 500 });
    await refund(invoice);
    expect((await notesOf(invoice)).reduce((sum, { amount }) => sum + amount, 0)).toBe(paid.amount);
  });

  test("whose invoice a credit note had lowered before is refunded to all that was paid", async () => {
    const customer = (await acme.row())?.customer ?? "";
    const { id: failing } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    const invoice = await payTwice({ default_payment_method: failing });
    await billing.client.creditNotes.create({ invoice, amount: 500 });
    await billing.client.invoices.pay(invoice, { payment_method: "pm_card_visa" });
    await acme.reconcile();
    expect(await refund(invoice)).toEqual({ ...paid, amount: paid.amount - 500, to: "card" });
    const { refunded } = (await notesOf(invoice)).find(({ reason }) => reason === "duplicate") ?? {};
    expect(refunded).toBe(paid.amount - 500);
  });

  test("is refunded whole beside a credit note that was voided", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    const { id } = await billing.client.creditNotes.create({ invoice, amount: 500, credit_amount: 500 });
    const note = billing.server.state.creditNotes.get(id);
    if (note) note.status = "void";
    await refund(invoice);
    const whole = { amount: paid.amount, reason: "duplicate", refunded: paid.amount };
    expect(await notesOf(invoice)).toContainEqual(whole);
  });

  test("is known and canceled wherever a process stops", async () => {
    const { found, calls } = await crashEverywhere(async (at, when) => {
      await begin();
      const invoice = await payTwice();
      const process = crashAt(billing.world, at, when, billing.port);
      bind(process.ports);
      await resultOf(acme.reconcile());
      billing.world.rebind({ stripe: billing.port });
      await acme.reconcile();
      const [one] = await attention();
      const told = await eventsOf("duplicate_canceled");
      const wrong = [
        ...is("payment", one?.payments?.[0]?.invoice, invoice),
        ...is("subscriptions", (await live()).length, 1),
        ...is("reports", told.filter((data) => (data as { paid?: object }).paid).length, 1),
      ];
      return { process, wrong };
    });
    expect(found).toEqual([]);
    expect(calls).toBeGreaterThan(4);
  });
});

describe("a second subscription that was not paid", () => {
  test("is canceled without a payment to refund: a trial, and one whose first payment is missing", async () => {
    await payTwice({ trial_period_days: 30 });
    expect((await acme.reconcile()).result).not.toBe("attention");
    const customer = (await acme.row())?.customer ?? "";
    const { id: card } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await payTwice({ default_payment_method: card, payment_behavior: "default_incomplete" });
    await acme.reconcile();
    expect(await attention()).toEqual([]);
    expect(await live()).toHaveLength(1);
  });

  test("never wins as incomplete over one that is past due", async () => {
    const customer = (await acme.row())?.customer ?? "";
    const { id: card } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    const [known] = await acme.subscriptions();
    await billing.client.subscriptions.update(known?.id ?? "", { default_payment_method: card });
    billing.world.clock.pass(33 * 86_400);
    billing.server.catchUp();
    await payTwice({ default_payment_method: card, payment_behavior: "default_incomplete" });
    const found = billing.server.state.subscriptions;
    expect(found.get(known?.id ?? "")?.status).toBe("past_due");
    // none is recorded, and the oldest would stay if both were as good
    for (const one of found.values()) if (one.id !== known?.id) one.created -= 90 * 86_400;
    await billing.world.table.write(
      update(billingKeys.billing(acme.organization), { set: { subscription: "sub_gone" } }),
    );
    await acme.reconcile();
    expect((await live()).map(({ id }) => id)).toEqual([known?.id]);
  });
});

test("nothing is refunded that was not paid for a second subscription", async () => {
  const [own] = await acme.invoices();
  await payTwice();
  await acme.reconcile();
  expect(await resultOf(refund(own?.id ?? ""))).toBe("billing.duplicate_missing");
  expect(await resultOf(refund("in_"))).toBe("input.invalid");
});

describe("a payment for a second subscription", () => {
  const own = (invoice: string) => resultOf(acme.as(() => Refund.refundPayment({ invoice, to: "card" })));
  const unused = async () => (await acme.as(() => Billing.get({}))).unusedPayments;

  test.each(["busy", "refused"] as const)(
    "whose cancellation is %s is not refunded while it is active",
    async (why) => {
      const first = (await acme.row())?.mirror?.subscription ?? "";
      const invoice = await payTwice();
      const cancel = () => Promise.reject(new StripeError(why, "Not now.", {}));
      billing.world.rebind({ stripe: { ...billing.port, cancel } });
      await acme.reconcile();
      expect([await unused(), await own(invoice)]).toEqual([undefined, "billing.duplicate_active"]);
      await billing.client.subscriptions.cancel(first);
      billing.world.rebind({ stripe: billing.port });
      await acme.reconcile();
      expect(await acme.as(() => Billing.get({}))).toMatchObject({ seats: { paid: 2 }, billingStatus: "active" });
      expect([await unused(), await attention(), await own(invoice)]).toEqual([
        undefined,
        [],
        "billing.duplicate_missing",
      ]);
    },
  );

  test.each([0, 5])(
    "that is made %i seconds before its cancellation, after the look, is to be returned",
    async (before) => {
      const customer = (await acme.row())?.customer ?? "";
      const { id: failing } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
      const { latest_invoice: latest } = await subscribeAgain(billing, acme, 2, { default_payment_method: failing });
      const invoice = typeof latest === "string" ? latest : (latest?.id ?? "");
      const { port } = billing;
      const cancel: typeof port.cancel = async (id) => {
        await billing.client.invoices.pay(invoice, { payment_method: "pm_card_visa" });
        billing.world.clock.pass(before);
        return port.cancel(id);
      };
      billing.world.rebind({ stripe: { ...port, cancel } });
      await acme.reconcile();
      billing.world.rebind({ stripe: port });
      await acme.reconcile();
      expect(await unused()).toEqual([{ invoice, ...paid, reason: "second" }]);
      expect(await eventsOf("duplicate_canceled")).toHaveLength(1);
    },
  );

  describe("which another one replaces after its renewal", () => {
    const month = async () => {
      billing.world.clock.pass(32 * 86_400);
      billing.server.catchUp();
      await acme.reconcile();
    };
    const refuseToCancel = () => {
      const cancel = () => Promise.reject(new StripeError("refused", "Not now.", {}));
      billing.world.rebind({ stripe: { ...billing.port, cancel } });
    };
    const failToPay = async (subscription: string) => {
      const customer = (await acme.row())?.customer ?? "";
      const { id } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
      await billing.client.customers.update(customer, { invoice_settings: { default_payment_method: id } });
      await billing.client.subscriptions.update(subscription, { default_payment_method: id });
    };
    /** Both renew, since Stripe does not cancel the second one. Returns the first one. */
    const renewBoth = async () => {
      const first = (await acme.row())?.mirror?.subscription ?? "";
      await payTwice();
      refuseToCancel();
      await month();
      expect((await acme.row())?.mirror?.subscription).toBe(first);
      return first;
    };

    test("because it is canceled at Stripe, has bought seats", async () => {
      const first = await renewBoth();
      await billing.client.subscriptions.cancel(first);
      billing.world.rebind({ stripe: billing.port });
      for (let looks = 0; looks < 2; looks++) await acme.reconcile();
      expect((await acme.row())?.mirror?.subscription).not.toBe(first);
      expect([await unused(), await attention(), await eventsOf("duplicate_canceled")]).toEqual([undefined, [], []]);
    });

    test.each([true, false])("because it is past due, has bought seats (canceled at once: %s)", async (isAtOnce) => {
      const first = await renewBoth();
      await failToPay(first);
      if (isAtOnce) billing.world.rebind({ stripe: billing.port });
      await month();
      await acme.reconcile();
      billing.world.rebind({ stripe: billing.port });
      await acme.reconcile();
      expect([(await live()).length, (await acme.row())?.mirror?.subscription === first]).toEqual([1, false]);
      expect([await unused(), await attention()]).toEqual([undefined, []]);
      expect((await eventsOf("duplicate_canceled")).filter((data) => (data as { paid?: object }).paid)).toEqual([]);
    });

    test("and that is paid while it is canceled for it, is to be returned", async () => {
      await failToPay(await renewBoth());
      billing.world.clock.pass(32 * 86_400);
      billing.server.catchUp();
      const due = (await acme.invoices()).find(({ status }) => status === "open")?.id ?? "";
      const { port } = billing;
      const cancel: typeof port.cancel = async (id) => {
        billing.world.clock.pass(5);
        await billing.client.invoices.pay(due, { payment_method: "pm_card_visa" });
        return port.cancel(id);
      };
      billing.world.rebind({ stripe: { ...port, cancel } });
      await acme.reconcile();
      billing.world.rebind({ stripe: port });
      await acme.reconcile();
      expect((await unused())?.map(({ invoice, reason }) => [invoice, reason])).toEqual([[due, "second"]]);
    });
  });

  test("that was refunded at Stripe without a credit note is not returned again", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    await billing.client.refunds.create({ payment_intent: `pi_${invoice.slice(3)}` });
    const keep = () => acme.as(() => Refund.refundPayment({ invoice, to: "balance" }));
    expect(await keep()).toEqual({ ...paid, to: "card" });
    expect([await balance(), await notesOf(invoice), await unused()]).toEqual([0, [], undefined]);
  });

  test("of which a part was refunded without a credit note returns for the rest", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    await billing.client.refunds.create({ payment_intent: `pi_${invoice.slice(3)}`, amount: 500 });
    const refunded = await acme.as(() => Refund.refundPayment({ invoice, to: "card" }));
    expect(refunded).toEqual({ ...paid, amount: paid.amount - 500, to: "card" });
  });

  test.each([
    { ends: "winning_evidence", to: "card", left: paid.amount },
    { ends: "losing_evidence", to: "balance", left: 0 },
    { ends: "losing_evidence", amount: 500, to: "balance", left: paid.amount - 500 },
    // an inquiry takes nothing
    { ends: undefined, isInquiry: true, to: "card", left: paid.amount },
  ] as const)("with a dispute ($ends) is returned for $left", async ({ ends, to, left, ...dispute }) => {
    const invoice = await payTwice();
    await acme.reconcile();
    const { id } = billing.server.dispute(invoice, dispute);
    if (ends) await billing.client.disputes.update(id, { evidence: { uncategorized_text: ends } });
    const refunded = await acme.as(() => Refund.refundPayment({ invoice, to }));
    expect(refunded).toEqual({ ...paid, amount: left || paid.amount, to: left ? to : "card" });
    expect((await notesOf(invoice)).map((note) => note.amount)).toEqual(left ? [left] : []);
  });

  test("with a dispute that is lost returns nothing more if a part was refunded, and the rest was disputed", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    await billing.client.refunds.create({ payment_intent: `pi_${invoice.slice(3)}`, amount: 500 });
    const { id } = billing.server.dispute(invoice);
    await billing.client.disputes.close(id);
    expect(await refund(invoice)).toEqual({ ...paid, to: "card" });
    expect(await notesOf(invoice)).toEqual([]);
  });

  test("with a dispute that is open is returned once the bank has decided, and stays known until then", async () => {
    const invoice = await payTwice();
    await acme.reconcile();
    const { id } = billing.server.dispute(invoice);
    const give = () => acme.as(() => Refund.refundPayment({ invoice, to: "card" }));
    await expect(give()).rejects.toMatchObject({ code: "billing.duplicate_processing" });
    expect(await unused()).toHaveLength(1);
    await billing.client.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    expect(await give()).toEqual({ ...paid, to: "card" });
    expect((await notesOf(invoice)).map((note) => note.amount)).toEqual([paid.amount]);
  });

  test("stays told to the operator when Stripe refuses to be read", async () => {
    await payTwice();
    await acme.reconcile();
    const subscriptionsOf = () => Promise.reject(new StripeError("refused", "No.", { code: "account_invalid" }));
    billing.world.rebind({ stripe: { ...billing.port, subscriptionsOf } });
    await acme.reconcile();
    expect((await attention()).map(({ why }) => why)).toEqual(["account_invalid", "duplicate_paid"]);
    billing.world.rebind({ stripe: billing.port });
    await acme.reconcile();
    expect((await attention()).map(({ why }) => why)).toEqual(["duplicate_paid"]);
  });

  test("that an earlier release told is told", async () => {
    await payTwice();
    await acme.reconcile();
    const key = billingKeys.dirty(acme.organization);
    const [first] = (await billing.world.table.get(key))?.attentions ?? [];
    await billing.world.table.write(update(key, { set: { attention: first }, unset: ["attentions"] }));
    expect((await attention()).map(({ why }) => why)).toEqual(["duplicate_paid"]);
  });

  test("that the balance made returns there", async () => {
    const kept = billing.server.state.customers.get((await acme.row())?.customer ?? "");
    if (kept) kept.balance = -9_000;
    const invoice = await payTwice();
    await acme.reconcile();
    expect(await acme.as(() => Refund.refundPayment({ invoice, to: "card" }))).toMatchObject({ to: "balance" });
    expect(await balance()).toBe(-9_000);
  });
});
