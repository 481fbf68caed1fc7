import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import * as Billing from "./billing.ts";
import * as Manage from "./manage.ts";

const day = 86_400;
let billing: BillingWorld;
let acme: Customer;

eachAcme(async (opened) => {
  ({ billing, acme } = opened);
  const { client } = billing;
  const customer = (await acme.row())?.customer ?? "";
  const { id } = await client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  const [subscription] = await acme.subscriptions();
  await client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
  await acme.reconcile();
}, 5);

const shown = async () => (await acme.as(() => Billing.get({}))).owed;
async function later(days: number) {
  billing.world.clock.pass(days * day);
  billing.server.catchUp();
  return acme.reconcile();
}
/** Somebody has ended the attempts at Stripe. */
function planNothing() {
  const { port, world } = billing;
  const invoice: typeof port.invoice = async (id) => ({ ...(await port.invoice(id)), retryAt: undefined });
  world.rebind({ stripe: { ...port, invoice } });
}
/** The time Stripe tries again, and 14 days of grace after it. */
async function planned() {
  const next = (await acme.invoices())[0]?.next_payment_attempt ?? 0;
  const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { retryAt: instant(next), worksUntil: instant(next + 14 * day) };
}

describe("a payment that is past due", () => {
  test("says when Stripe tries again, and until when everything else works at least", async () => {
    expect(await shown()).toBeUndefined();
    await later(32);
    const first = await planned();
    expect(await shown()).toEqual(first);
    // the next attempt fails too: that is no repair, and nothing for the log
    const events = (await acme.events()).length;
    expect(await later(4)).toEqual({ result: "equal" });
    const second = await planned();
    expect(second).not.toEqual(first);
    expect([await shown(), (await acme.events()).length]).toEqual([second, events]);
  });

  test("says when Stripe tries again also while a later invoice is a draft, and not for another subscription", async () => {
    await later(32);
    const { port, world } = billing;
    const invoices: typeof port.invoices = async (...all) => {
      const { items, ...page } = await port.invoices(...all);
      const [latest] = items;
      if (!latest) return { ...page, items };
      const lines = latest.lines.map((line) => ({ ...line, subscription: "sub_other" }));
      const others = { ...latest, lines, retryAt: "2026-11-25T00:00:00.000Z" };
      return { ...page, items: [{ ...latest, status: "draft", retryAt: undefined }, others, ...items] };
    };
    world.rebind({ stripe: { ...port, invoices } });
    await acme.reconcile();
    expect(await shown()).toEqual(await planned());
  });

  test("says so when no attempt is planned", async () => {
    await later(32);
    planNothing();
    await acme.reconcile();
    expect(await shown()).toEqual({});
  });

  test("ends with the subscription, if that is to end and no attempt is planned", async () => {
    await later(32);
    planNothing();
    await acme.as(() => Manage.cancel({}));
    const [subscription] = await acme.subscriptions();
    const end = subscription?.cancel_at ?? 0;
    expect(await shown()).toEqual({ worksUntil: new Date((end + 14 * day) * 1000).toISOString() });
  });

  test("is over once it is paid", async () => {
    await later(32);
    const [invoice] = await acme.invoices();
    await billing.client.invoices.pay(invoice?.id ?? "", { payment_method: "pm_card_visa" });
    await acme.reconcile();
    expect([await shown(), (await acme.row())?.owed]).toEqual([undefined, undefined]);
  });
});
