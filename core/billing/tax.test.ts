import { type BillingWorld, type Customer, card, openBilling, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { plans } from "../kernel/ports.ts";
import * as Setting from "../setting/setting.ts";
import * as Checkout from "./checkout.ts";
import * as ContactSync from "./contact-sync.ts";
import * as Manage from "./manage.ts";
import * as Report from "./report.ts";
import * as Seats from "./seats.ts";
import { upcoming } from "./upcoming.ts";

// Stripe Tax: in Germany 19 percent is added.

let billing: BillingWorld;
let acme: Customer;
afterEach(async () => {
  billing.server.verify();
  await billing.stop();
});

/** A deployment where Acme has bought five seats on Stripe's page. */
async function open({ tax, ...typed }: { tax: boolean; country?: string; tax_id?: string }) {
  billing = await openBilling({ more: { tax } });
  acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  const { url } = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
  const form = new URLSearchParams({ ...card, ...typed });
  const answer = await fetch(url, { method: "POST", body: form, redirect: "manual" });
  const checkout = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
  return acme.as(() => Checkout.confirm({ checkout }));
}
const withTax = (amount: number) => amount * 1.19;
const invoices = async () => (await acme.as(() => Manage.invoices({}))).items;
const customer = async () => {
  const found = await billing.client.customers.retrieve((await acme.row())?.customer ?? "");
  return found.deleted ? undefined : found;
};
const address = async () => (await customer())?.address?.country;
const sync = () => asSystem("work", () => ContactSync.sync({ organization: acme.organization }));

test("is in the first invoice, the upcoming one, and the list", async () => {
  expect(await open({ tax: true, country: "DE" })).toMatchObject({ billingStatus: "active" });
  const total = withTax(5 * perSeat.monthly);
  expect(await invoices()).toMatchObject([{ total, tax: total - 5 * perSeat.monthly }]);
  const { invoice } = await acme.as(() => upcoming({}));
  expect(invoice).toMatchObject({ subtotal: 5 * perSeat.monthly, tax: total - 5 * perSeat.monthly, total, due: total });
});

test("is in the price of a change, which its invoice charges", async () => {
  await open({ tax: true, country: "DE" });
  const more = await acme.as(() => Seats.preview({ seats: 8 }));
  const due = withTax(3 * perSeat.monthly);
  expect(more).toMatchObject({ dueNow: due, taxNow: due - 3 * perSeat.monthly });
  await acme.as(() => Seats.resize({ seats: 8, quote: more.quote }));
  const [event] = (await acme.events()).filter(({ type }) => type === "billing.resized");
  const amount = { amount: due, currency: "usd" };
  expect(event?.data).toMatchObject({ shown: amount, charged: amount });
  expect(await invoices()).toMatchObject([{ total: due }, {}]);
  const fewer = await acme.as(() => Seats.preview({ seats: 6 }));
  const next = 6 * perSeat.monthly - 2 * perSeat.monthly;
  expect(fewer).toMatchObject({ dueNow: 0, nextInvoice: withTax(next), nextTax: withTax(next) - next });
});

test("is in no price of which the balance pays a part", async () => {
  await open({ tax: true, country: "DE" });
  const total = withTax(3 * perSeat.monthly);
  const credit = billing.server.state.customers.get((await acme.row())?.customer ?? "");
  for (const balance of [-total, -1_000]) {
    Object.assign(credit ?? {}, { balance });
    const price = await acme.as(() => Seats.preview({ seats: 8 }));
    expect(price).toMatchObject({ dueNow: total + balance });
    expect(Object.keys(price)).not.toContain("taxNow");
  }
});

test("is reversed for a business with a tax id, and is not added elsewhere", async () => {
  await open({ tax: true, country: "DE", tax_id: "DE123456789" });
  expect(await invoices()).toMatchObject([{ total: 5 * perSeat.monthly }]);
  await billing.stop();
  await open({ tax: true, country: "US" });
  const [invoice] = await invoices();
  expect([invoice?.total, invoice?.tax]).toEqual([5 * perSeat.monthly, undefined]);
});

test("is nowhere where it is turned off", async () => {
  await open({ tax: false, country: "DE" });
  const [session] = billing.server.state.sessions.values();
  expect(session?.automatic_tax.enabled).toBe(false);
  const price = await acme.as(() => Seats.preview({ seats: 8 }));
  expect(price).toMatchObject({ dueNow: 3 * perSeat.monthly });
  expect(Object.keys(price)).not.toContain("taxNow");
  expect(Object.keys((await invoices())[0] ?? {})).not.toContain("tax");
});

test("is computed by the address of the checkout until the settings have one", async () => {
  await open({ tax: true, country: "DE" });
  await sync();
  expect(await address()).toBe("DE");
  await acme.as(() => Setting.saveGeneral({ address: { country: "FR" }, revision: 0 }));
  await sync();
  expect(await address()).toBe("FR");
});

test("keeps the last address that Stripe can locate, and a new email address and phone arrive", async () => {
  await open({ tax: true, country: "DE" });
  const contact = { email: "grace@example.com", phone: "+49 30 1234567" };
  await acme.as(() => Setting.saveGeneral({ address: { country: "US" }, contact, revision: 0 }));
  expect(await sync()).toEqual({ synced: false });
  expect(await customer()).toMatchObject({ ...contact, address: { country: "DE" } });
  await billing.sweep();
  await billing.sweep();
  const { items } = await asSystem("operator", () => Report.reports({}));
  const { differences } = await asSystem("operator", () => Report.report({ report: items[0]?.id ?? "" }));
  expect(items).toHaveLength(1);
  expect(differences).toMatchObject([{ organization: acme.organization, result: "address_refused" }]);
  await acme.as(() => Setting.saveGeneral({ address: { postalCode: "94105" }, revision: 1 }));
  expect([await sync(), await address()]).toEqual([{ synced: true }, "US"]);
});

test("is asked for by a new checkout once it is turned on, and a new one has the ways to pay of now", async () => {
  billing = await openBilling();
  acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  const sessions = async () => {
    const { url } = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    const again = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    expect(again.url).toBe(url);
    const all = [...billing.server.state.sessions.values()];
    return all.map(({ status, automatic_tax: { enabled }, payment_method_types: types }) => [
      status,
      enabled,
      ...types,
    ]);
  };
  const first = ["open", false, "card"];
  expect(await sessions()).toEqual([first]);
  billing.world.rebind({ plans: { ...plans(), tax: true } });
  expect(await sessions()).toEqual([
    ["expired", false, "card"],
    ["open", true, "card"],
  ]);
  billing.world.rebind({ plans: { ...plans(), methodTypes: ["card", "sepa_debit"] } });
  expect((await sessions()).slice(1)).toEqual([
    ["expired", true, "card"],
    ["open", true, "card", "sepa_debit"],
  ]);
});
