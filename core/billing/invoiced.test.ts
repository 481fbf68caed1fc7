import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { bind, plans } from "../kernel/ports.ts";
import * as Deletion from "../organization/deletion.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Automatic from "./automatic/automatic.ts";
import { queueLooks } from "./automatic/trigger.ts";
import { type Invoiced, withInvoiced } from "./invoiced.testing.ts";
import * as Ledger from "./ledger/ledger.ts";
import * as Manage from "./manage.ts";
import { risk } from "./risk.ts";
import * as Seats from "./seats.ts";

let on: Invoiced;
withInvoiced((opened) => {
  on = opened;
});

const seatsNow = async () => {
  const { seats, billingStatus, change } = await on.info();
  return { paid: seats.paid, capacity: seats.capacity, billingStatus, isWaiting: change?.dueAt !== undefined };
};
const five = { paid: 5, capacity: 5, billingStatus: "active", isWaiting: false };
const eight = { ...five, paid: 8, capacity: 8 };
const waiting = { ...five, isWaiting: true };
/** The amount that the next renewal comes to. */
const renewal = async () => {
  const { id: subscription } = await on.subscription();
  return (await on.billing.client.invoices.createPreview({ subscription })).total;
};
const agrees = async () => {
  expect(await on.acme.reconcile()).toMatchObject({ result: "equal" });
  expect(await on.billing.compare()).toMatchObject({ differ: 0, expected: 0 });
};

describe("a subscription that an operator turns to invoices at Stripe", () => {
  test("is known by it, and the log says so once", async () => {
    expect(await on.info()).toMatchObject({ byInvoice: { daysUntilDue: 30, seats: "paid" }, billingStatus: "active" });
    expect((await on.eventsOf("updated")).at(-1)).toMatchObject({ before: {}, after: { daysUntilDue: 30 } });
    const before = (await on.acme.events()).length;
    await agrees();
    expect((await on.acme.events()).length).toBe(before);
  });

  test("is not past due while its renewal is open, and is once that is overdue", async () => {
    await on.later(31);
    const { items } = await on.acme.as(() => Manage.invoices({}));
    expect(items[0]).toMatchObject({ status: "open", dueAt: expect.any(String), pageUrl: expect.any(String) });
    expect(await seatsNow()).toEqual(five);
    await on.later(30);
    expect(await seatsNow()).toMatchObject({ billingStatus: "past_due" });
    for (const { id, status } of await on.acme.invoices()) if (status === "open") await on.resolve("pay", id);
    expect(await seatsNow()).toEqual(five);
  });

  test("keeps its plan, and gets no automatic seats, since both would count before they are paid", async () => {
    const { acme } = on;
    const refused = "billing.paid_by_invoice";
    expect(await resultOf(acme.as(() => Seats.preview({ seats: 5, plan: "yearly" })))).toBe(refused);
    expect(await resultOf(acme.as(() => Automatic.changeAutomaticSeats({ limit: 9 })))).toBe(refused);
  });
});

describe("more seats", () => {
  beforeEach(async () => {
    await on.later(15);
  });

  test("have a price, and an invoice that is sent at once; they count once it is paid", async () => {
    const price = await on.acme.as(() => Seats.preview({ seats: 8 }));
    expect(price).toMatchObject({ dueNow: expect.any(Number), daysUntilDue: 30 });
    const { change } = await on.resize(8);
    const invoice = await on.newest();
    expect(invoice).toMatchObject({ status: "open", amount_due: price.dueNow, collection_method: "send_invoice" });
    const dueAt = new Date((invoice.due_date ?? 0) * 1_000).toISOString();
    expect(change).toEqual({ from: 5, to: 8, dueAt, invoice: invoice.id });
    expect([await seatsNow(), await on.quantity()]).toEqual([waiting, 8]);
    await on.resolve("pay");
    expect(await seatsNow()).toEqual(eight);
    const charged = { amount: price.dueNow, currency: "usd" };
    expect(await on.eventsOf("resized")).toMatchObject([{ from: 5, to: 8, shown: charged, charged }]);
    expect(await on.changes()).toMatchObject([{ cause: "checkout" }, { from: 5, to: 8, invoice: invoice.id, charged }]);
    await agrees();
  });

  test("are named on their invoice in the ledger, which says before that it waits", async () => {
    await on.resize(8);
    const linesOf = async () => (await on.acme.as(() => Ledger.ledger({}))).items[0]?.lines;
    expect(await linesOf()).toMatchObject([{ outside: "waiting" }, { outside: "waiting" }]);
    await on.resolve("pay");
    const change = { cause: "request", from: 5, to: 8, by: { account: on.acme.owner.account } };
    expect(await linesOf()).toMatchObject([{ change }, { change }]);
  });

  test("are waited for without a look every few minutes, and no comparison finds anything", async () => {
    await on.resize(8);
    await on.receiveAll();
    expect(await on.billing.sweep()).toMatchObject({ checked: 0 });
    expect(await on.billing.compare()).toMatchObject({ differ: 0, expected: 0 });
    expect(await on.changes()).toHaveLength(1);
  });

  test("count at once if the deployment says so", async () => {
    bind({ plans: { ...plans(), invoicedSeats: "at_once" } });
    expect(await on.resize(8)).toMatchObject({ byInvoice: { seats: "at_once" }, seats: { paid: 8, capacity: 8 } });
    expect(await on.newest()).toMatchObject({ status: "open", amount_paid: 0 });
    expect(await seatsNow()).toEqual(eight);
    await agrees();
  });

  test.each(["voidInvoice", "markUncollectible"] as const)(
    "whose invoice is given up by %s are taken away, without a charge or a credit",
    async (how) => {
      const before = await renewal();
      await on.resize(8);
      await on.resolve(how);
      expect([await seatsNow(), await on.quantity(), await renewal()]).toEqual([five, 5, before]);
      // nobody can pay it anymore
      expect(await on.newest()).toMatchObject({ status: "void", billing_reason: "subscription_update" });
      expect(await on.eventsOf("resize_dropped")).toMatchObject([{ from: 5, to: 8, reason: "unpaid" }]);
      expect(await on.acme.row()).not.toHaveProperty("duplicates");
      await agrees();
      await on.resize(6);
      await on.resolve("pay");
      expect(await seatsNow()).toMatchObject({ paid: 6, capacity: 6 });
    },
  );

  test("count once a renewal is paid that includes them", async () => {
    await on.resize(8);
    await on.later(17);
    expect(await seatsNow()).toEqual(waiting);
    expect(await on.newest()).toMatchObject({ billing_reason: "subscription_cycle", total: 8_000, status: "open" });
    await on.resolve("pay");
    expect(await seatsNow()).toEqual(eight);
    // nothing is owed for the days in which they did not count
    expect((await on.acme.invoices()).map(({ status }) => status)).toEqual(["paid", "void", "paid"]);
    expect((await on.eventsOf("resized")).at(-1)).not.toHaveProperty("charged");
  });

  test("whose invoices are not due yet are no risk, and one that is overdue is", async () => {
    const unpaid = async () =>
      (await asSystem("operator", () => risk({}))).items.map(({ risk: kind, amount }) => [kind, amount]);
    await on.later(17);
    expect(await unpaid()).toEqual([]);
    await on.later(31);
    expect((await on.acme.invoices()).map(({ status }) => status)).toEqual(["open", "open", "paid"]);
    expect(await unpaid()).toEqual([["unpaid", 5_000]]);
  });

  test("whose invoice is voided after a renewal are credited from then on", async () => {
    await on.resize(8);
    const { id } = await on.newest();
    await on.later(17);
    await on.resolve("voidInvoice", id);
    expect([await seatsNow(), await on.quantity()]).toEqual([five, 5]);
    const credit = 5_000 - (await renewal());
    // three seats at 10 dollars for a little less than a month
    expect(credit).toBeGreaterThan(2_800);
    expect(credit).toBeLessThan(3_000);
  });

  test("that somebody sets at Stripe while others wait stay when those are given up", async () => {
    await on.resize(8);
    await on.acme.edit(12);
    await on.resolve("voidInvoice");
    expect([await seatsNow(), await on.quantity()]).toEqual([{ ...five, paid: 12, capacity: 12 }, 12]);
  });

  test("hold up other changes while they wait, and no end of the subscription", async () => {
    const { acme } = on;
    await on.resize(8);
    for (const seats of [4, 9]) {
      const refusal = acme.as(() => Seats.preview({ seats }));
      await expect(refusal).rejects.toMatchObject({
        code: "billing.payment_waiting",
        message: expect.stringContaining("void"),
      });
    }
    expect(await acme.as(() => Manage.cancel({}))).toMatchObject({ cancelAt: expect.any(String) });
    await on.later(17);
    expect(await seatsNow()).toMatchObject({ billingStatus: "canceled" });
    expect(await on.eventsOf("resize_dropped")).toMatchObject([{ reason: "ended" }]);
    expect(await on.newest()).toMatchObject({ status: "void" });
  });

  test("are not invoiced anymore once their organization is deleted", async () => {
    await on.resize(8);
    const actor = on.acme.owner.context.actor as { via: { authenticatedAt: string } };
    actor.via.authenticatedAt = new Date(on.billing.world.clock.at).toISOString();
    await on.acme.as(() => Deletion.deleteByName({ name: "Acme" }));
    await on.billing.sweep();
    expect(await on.subscription()).toMatchObject({ status: "canceled" });
    expect(await on.newest()).toMatchObject({ status: "void" });
    expect(await on.acme.row()).not.toHaveProperty("duplicates");
    expect(await on.eventsOf("resize_dropped")).toMatchObject([{ reason: "ended" }]);
  });

  test("wait for a draft that Stripe does not make final yet, and the next sweep does", async () => {
    on.billing.server.faults.inject({ fault: "error_before", call: "invoices.finalizeInvoice", times: 9 });
    expect(await on.resize(8)).toMatchObject({ change: { dueAt: expect.any(String) } });
    expect([await seatsNow(), (await on.newest()).status]).toEqual([waiting, "draft"]);
    on.billing.server.faults.clear();
    await on.billing.sweep();
    expect([await seatsNow(), (await on.newest()).status]).toEqual([waiting, "open"]);
  });

  test("are not added automatically where that was turned on before", async () => {
    const { acme, billing } = on;
    const { id } = await on.subscription();
    const automatic = { subscription: id, limit: 12, spare: 2 };
    const key = organizationKeys.organization(acme.organization);
    await billing.world.table.write(update(key, { set: { automatic, free: 0 } }));
    await queueLooks([acme.organization]);
    await billing.work();
    expect([await on.quantity(), (await on.info()).automaticSeats?.room]).toEqual([5, 0]);
  });

  test("that cost nothing count at once", async () => {
    await on.resize(2);
    expect(await on.resize(3)).toMatchObject({ seats: { paid: 3 } });
    expect(await on.newest()).toMatchObject({ status: "paid", amount_paid: 0 });
  });

  test("fewer are made at once", async () => {
    expect(await on.resize(3)).toMatchObject({ seats: { paid: 3, capacity: 3 } });
  });
});
