import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../../base/duration.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
import { asSystem } from "../../kernel/context.ts";
import { rowsOf } from "../../kernel/rows.ts";
import { keyOf } from "../../table/table.ts";
import { attention } from "../attention.ts";
import { billingKeys } from "../keys.ts";
import * as Manage from "../manage.ts";
import * as Report from "../report.ts";
import * as Seats from "../seats.ts";
import { stripeOver } from "../stripe.ts";
import * as Export from "./export.ts";
import * as Ledger from "./ledger.ts";

let billing: BillingWorld;
let acme: Customer;
let bob: Person;
eachAcme(async (opened) => {
  ({ billing, acme } = opened);
  bob = await billing.world.person("bob@example.com");
}, 4);

const read = async () => (await acme.as(() => Ledger.ledger({}))).items;
const asBob = <T>(run: () => Promise<T>) => billing.world.as(bob, run, { id: acme.organization, role: "admin" });
const changes = () => rowsOf({ ...billingKeys.changes(acme.organization), consistent: true });

test("the first invoice names the buyer, and later lines name who changed the seats", async () => {
  billing.world.clock.pass(15 * daySeconds);
  const { quote, dueNow } = await asBob(() => Seats.preview({ seats: 8 }));
  await asBob(() => Seats.resize({ seats: 8, quote, purpose: "import" }));
  const [second, first] = await read();
  expect(first?.lines).toMatchObject([
    { amount: 4_000, change: { cause: "checkout", by: { account: acme.owner.account }, from: 0, to: 4 } },
  ]);
  const change = {
    cause: "request",
    purpose: "import",
    by: { account: bob.account },
    from: 4,
    to: 8,
    shown: { amount: dueNow, currency: "usd" },
    charged: { amount: dueNow, currency: "usd" },
  };
  expect(second?.lines).toMatchObject([
    { amount: -2_000, isProration: true, change },
    { amount: 4_000, isProration: true, change },
  ]);
  expect(second).toMatchObject({ total: dueNow });
});

test("a line for a whole period names the last change before it", async () => {
  await asBob(() => Seats.resize({ seats: 3 }));
  billing.world.clock.pass(31 * daySeconds);
  await acme.reconcile();
  const [renewal] = await read();
  expect(renewal?.lines.filter(({ isProration }) => !isProration)).toMatchObject([
    { quantity: 3, change: { by: { account: bob.account }, from: 4, to: 3 } },
  ]);
});

test("what waits for its payment is not said to be changed at Stripe", async () => {
  const customer = (await acme.row())?.customer ?? "";
  const method = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  const [subscription] = await acme.subscriptions();
  await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: method.id });
  billing.world.clock.pass(daySeconds);
  await asBob(() => Seats.resize({ seats: 8 }));
  const [open] = await read();
  expect(open?.status).toBe("open");
  expect(open?.lines.map(({ outside }) => outside)).toEqual(["waiting", "waiting"]);
  const { csv } = await acme.as(() => Export.exportPart({}));
  expect(csv).toContain(",waiting,");
});

test("what was changed at Stripe is said to be so, once it is noticed and before", async () => {
  const [subscription] = await acme.subscriptions();
  const items = [{ id: subscription?.items.data[0]?.id ?? "", quantity: 6 }];
  billing.world.clock.pass(daySeconds);
  await billing.client.subscriptions.update(subscription?.id ?? "", { items, proration_behavior: "always_invoice" });
  const outside = { outside: "stripe" };
  expect((await read())[0]?.lines).toMatchObject([outside, outside]);
  billing.world.clock.pass(60);
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.sweep();
  expect((await changes()).at(-1)).toMatchObject({ cause: "stripe", from: 4, to: 6 });
  expect((await read())[0]?.lines).toMatchObject([outside, outside]);
});

test("what was changed before changes were recorded is not said to be changed at Stripe", async () => {
  const [row] = await changes();
  await billing.world.table.project([{ remove: keyOf(row ?? {}) }]);
  expect((await read())[0]?.lines).toMatchObject([{ outside: "earlier" }]);
});

test("what was dropped before the first change that was made says nothing of when changes were recorded", async () => {
  const [row] = await changes();
  await billing.world.table.project([{ remove: keyOf(row ?? {}) }]);
  const subscription = await dropChange();
  if (subscription) subscription.default_payment_method = null;
  billing.world.clock.pass(31 * daySeconds);
  const [renewal] = await read();
  expect(renewal?.lines.filter(({ isProration }) => !isProration)).toMatchObject([{ outside: "earlier" }]);
});

test("changes of one second are told apart", async () => {
  await acme.as(() => Seats.resize({ seats: 9 }));
  await asBob(() => Seats.resize({ seats: 4 }));
  await acme.as(() => Seats.resize({ seats: 9 }));
  const [newest, older] = await read();
  const behind = (invoice: typeof newest) =>
    invoice?.lines.map(({ quantity, change }) => [quantity, change?.by?.account, change?.from, change?.to]);
  const ada = acme.owner.account;
  expect(behind(older)).toEqual([
    [4, ada, 4, 9],
    [9, ada, 4, 9],
  ]);
  expect(behind(newest)).toEqual([
    [9, bob.account, 9, 4],
    [4, bob.account, 9, 4],
    [4, ada, 4, 9],
    [9, ada, 4, 9],
  ]);
  expect(new Set([...(newest?.lines ?? []), ...(older?.lines ?? [])].map(({ change }) => change?.operation)).size).toBe(
    3,
  );
});

test("an invoice of more lines than Stripe puts into it is whole, and what it charged is known", async () => {
  for (const seats of [9, 8, 7, 6, 5, 4]) {
    await acme.as(() => Seats.resize({ seats }));
    billing.world.clock.pass(3_600);
  }
  const { quote, dueNow } = await acme.as(() => Seats.preview({ seats: 12 }));
  const { client } = billing;
  const invoices = Object.assign(Object.create(client.invoices) as typeof client.invoices, {
    // there are more of them than it returns at once
    listLineItems: (id: string, params: object) => client.invoices.listLineItems(id, { ...params, limit: 5 }),
  });
  const other = Object.assign(Object.create(client) as typeof client, { invoices });
  billing.world.rebind({ stripe: stripeOver(async () => other) });
  await acme.as(() => Seats.resize({ seats: 12, quote }));
  const [newest] = await read();
  expect(newest?.lines).toHaveLength(12);
  expect(newest?.unexplained).toBeUndefined();
  expect(newest?.lines.every(({ change }) => change !== undefined)).toBe(true);
  expect(newest?.lines.at(-1)?.change?.charged).toEqual({ amount: dueNow, currency: "usd" });
});

test("a change that was not paid is named on the void invoice, and said to be dropped", async () => {
  await dropChange();
  const [invoice] = await read();
  expect(invoice).toMatchObject({ status: "void" });
  expect(invoice?.lines).toMatchObject([
    { change: { by: { account: bob.account }, dropped: "unpaid" } },
    { change: { by: { account: bob.account }, dropped: "unpaid" } },
  ]);
});

/** Bob is shown the price of 500 seats, and Stripe charges 400. Returns both amounts. */
async function mischarge() {
  const { quote, dueNow } = await asBob(() => Seats.preview({ seats: 500 }));
  billing.world.clock.pass(1_500);
  const { client } = billing;
  const subscriptions = Object.assign(Object.create(client.subscriptions) as typeof client.subscriptions, {
    update: (id: string, params: object, options: object) =>
      client.subscriptions.update(id, { ...params, items: [{ ...itemOf(params), quantity: 400 }] }, options),
  });
  const other = Object.assign(Object.create(client) as typeof client, { subscriptions });
  billing.world.rebind({ stripe: stripeOver(async () => other) });
  await asBob(() => Seats.resize({ seats: 500, quote }));
  billing.world.rebind({ stripe: billing.port });
  const charged = (await acme.invoices())[0]?.amount_due;
  expect(charged).not.toBe(dueNow);
  return { shown: { amount: dueNow, currency: "usd" }, charged: { amount: charged, currency: "usd" } };
}

test("a change that costs something else than it was shown needs attention although no event of Stripe arrives", async () => {
  const mischarged = await mischarge();
  await billing.sweep();
  const { items } = await asSystem("operator", () => attention({}));
  expect(items).toMatchObject([{ organization: acme.organization, why: "charge_differs", mischarged }]);
});

test("a change that costs something else than it was shown is reported to the operator, with both amounts", async () => {
  const amounts = await mischarge();
  // webhooks come before the sweep, and their job notes first what needs attention
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.work();
  await billing.sweep();
  const { items } = await asSystem("operator", () => attention({}));
  expect(items).toMatchObject([{ organization: acme.organization, why: "charge_differs", mischarged: amounts }]);
  const [report] = (await asSystem("operator", () => Report.reports({}))).items;
  const { differences } = await asSystem("operator", () => Report.report({ report: report?.id as never }));
  expect(differences).toMatchObject([
    { organization: acme.organization, result: "charge_differs", before: amounts.shown, after: amounts.charged },
  ]);
  await billing.sweep();
  expect((await asSystem("operator", () => Report.reports({}))).items).toHaveLength(1);
  await changeAtStripe(450);
  billing.world.clock.pass(60);
  const { repaired } = await billing.sweep();
  expect(repaired).toBe(1);
  billing.world.clock.pass(8 * daySeconds);
  await billing.sweep();
  expect((await asSystem("operator", () => attention({}))).items).toEqual([]);
});

async function changeAtStripe(quantity: number) {
  const [subscription] = await acme.subscriptions();
  const items = [{ id: subscription?.items.data[0]?.id ?? "", quantity }];
  await billing.client.subscriptions.update(subscription?.id ?? "", { items, proration_behavior: "none" });
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
}

/** Bob asks for 8 seats, which the card refuses until the change is dropped; returns the subscription at Stripe. */
async function dropChange() {
  const { customer = "" } = (await acme.row()) ?? {};
  const bad = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  const subscription = billing.server.state.subscriptions.get((await acme.row())?.mirror?.subscription ?? "");
  if (subscription) subscription.default_payment_method = bad.id;
  await asBob(() => Seats.resize({ seats: 8 }));
  billing.world.clock.pass(daySeconds);
  await acme.reconcile();
  return subscription;
}

const itemOf = (params: object) => (params as { items: object[] }).items[0];

test("the file has a line for each line of an invoice, and one for its payment, in the currency's own decimals", async () => {
  billing.world.clock.pass(15 * daySeconds);
  await acme.as(() => Seats.resize({ seats: 8 }));
  const { csv } = await acme.as(() => Export.exportPart({}));
  const lines = csv.trim().split("\r\n");
  expect(lines).toHaveLength(6);
  expect(lines[1]).toContain(",-20.00,0.00,0.00,usd,");
  expect(lines[2]).toContain(",40.00,0.00,0.00,usd,");
  expect(csv).not.toContain("'");
});

test("what a credit note returned is on its invoice, in the list, and in the file", async () => {
  const [paid] = await acme.invoices();
  const invoice = paid?.id ?? "";
  await billing.client.creditNotes.create({ invoice, amount: 1_500, refund_amount: 1_000, credit_amount: 500 });
  const [listed] = (await acme.as(() => Manage.invoices({}))).items;
  expect([(await read())[0]?.returned, listed?.returned]).toEqual([1_500, 1_500]);
  const { csv } = await acme.as(() => Export.exportPart({}));
  expect(csv).toMatch(/,Returned by credit notes,[^\n]*-15\.00/);
});

describe("what was paid and went back", () => {
  const shown = async () => {
    const [listed] = (await acme.as(() => Manage.invoices({}))).items;
    const [inLedger] = await read();
    const cashOf = ({ paid, refunded, credited, disputes }: NonNullable<typeof listed>) =>
      withoutUndefined({ paid, refunded, credited, disputes: disputes?.map(({ amount, state }) => [amount, state]) });
    expect(inLedger && cashOf(inLedger)).toEqual(listed && cashOf(listed));
    return listed && cashOf(listed);
  };
  const records = async () => (await acme.as(() => Export.exportPart({}))).csv.trim().split("\r\n");

  test("is by where it went, in the list, the ledger, and the file", async () => {
    expect(await shown()).toEqual({ paid: 4_000 });
    const [paid] = await acme.invoices();
    const invoice = paid?.id ?? "";
    await billing.client.refunds.create({ payment_intent: `pi_${invoice.slice(3)}`, amount: 700 });
    await billing.client.creditNotes.create({ invoice, amount: 1_500, refund_amount: 1_000, credit_amount: 500 });
    expect(await shown()).toEqual({ paid: 4_000, refunded: 1_700, credited: 500 });
    expect((await records()).at(-1)).toMatch(/,Payment,[^\n]*,40\.00,17\.00,5\.00,,$/);
  });

  test("is disputed, and lost or won", async () => {
    const [paid] = await acme.invoices();
    const { id } = billing.server.dispute(paid?.id ?? "", { amount: 3_000 });
    expect(await shown()).toEqual({ paid: 4_000, disputes: [[3_000, "open"]] });
    expect((await records()).at(-1)).toMatch(/,Dispute,[^\n]*,30\.00,open$/);
    await billing.client.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    expect(await shown()).toEqual({ paid: 4_000, disputes: [[3_000, "won"]] });
    const again = billing.server.dispute(paid?.id ?? "");
    await billing.client.disputes.close(again.id);
    expect((await shown())?.disputes).toContainEqual([4_000, "lost"]);
    billing.server.dispute(paid?.id ?? "", { isInquiry: true, amount: 10 });
    expect((await shown())?.disputes).toContainEqual([10, "asked"]);
  });

  test("is read for all invoices at once, whatever paid them, and wherever the page begins", async () => {
    for (const n of [1, 2, 3]) {
      billing.world.clock.pass(31 * daySeconds + n);
      billing.server.catchUp();
    }
    const all = await acme.invoices();
    await billing.client.refunds.create({ payment_intent: `pi_${all[2]?.id.slice(3)}`, amount: 100 });
    const mark = billing.server.requests().length;
    const { items } = await acme.as(() => Manage.invoices({}));
    expect(items.map(({ paid, refunded }) => [paid, refunded])).toEqual(
      [undefined, undefined, 100, undefined].map((refunded) => [4_000, refunded]),
    );
    const calls = billing.server.requests().slice(mark);
    expect(calls.map(({ call }) => call)).toEqual(["invoices.list", "charges.list"]);
    const older = await billing.port.paidInvoices((await acme.row())?.customer ?? "", all[1]?.id, 1);
    expect(older.items).toMatchObject([{ id: all[2]?.id, cash: { paid: 4_000, refunded: 100 } }]);
  });

  test("is left out where the key of an earlier release may not read it, and an outage is told", async () => {
    const denied = (statusCode: number) => async () => {
      throw Object.assign(new Error("No."), { type: "StripePermissionError", statusCode });
    };
    const withCharges = (list: () => Promise<never>) => {
      const { client } = billing;
      const charges = Object.assign(Object.create(client.charges) as typeof client.charges, { list });
      const other = Object.assign(Object.create(client) as typeof client, { charges });
      billing.world.rebind({ stripe: stripeOver(async () => other) });
    };
    withCharges(denied(403));
    expect(await shown()).toEqual({});
    withCharges(denied(500));
    expect(await resultOf(acme.as(() => Manage.invoices({})))).toBe("billing.unavailable");
  });
});

test("an organization that never bought anything has no ledger", async () => {
  const other = await billing.createOrganization(bob);
  expect(await other.as(() => Ledger.ledger({}))).toEqual({ items: [] });
});
