import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { update } from "../table/table.ts";
import * as Attention from "./attention.ts";
import * as Breaker from "./breaker.ts";
import * as Compare from "./compare.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import * as Report from "./report.ts";
import * as Seats from "./seats.ts";
import * as Sweep from "./sweep.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

/** A sweep by the clock stops at the first difference. */
async function stop() {
  await acme.edit(8);
  expect(await asSystem("operator", () => Compare.compare({ max: 0 }))).toMatchObject({ tripped: true });
}
const release = (by = "Ada") => asSystem("operator", () => Breaker.resetBreaker({ by }));
const breaker = async () => (await asSystem("operator", () => Attention.attention({}))).breaker;
const reports = async () => (await asSystem("operator", () => Report.reports({}))).items;
const quantity = async () => (await acme.row())?.mirror?.quantity;
const mark = () => billing.world.table.write(Dirty.mark(acme.organization));

describe("a change that waits for its payment", () => {
  const differ = async () => {
    const found = await billing.compare();
    return found.differ + found.expected;
  };
  beforeEach(async () => {
    const { paymentMethods, subscriptions } = billing.client;
    const row = await acme.row();
    const { id } = await paymentMethods.attach("pm_card_chargeCustomerFail", { customer: row?.customer ?? "" });
    await subscriptions.update(row?.mirror?.subscription ?? "", { default_payment_method: id });
    await acme.reconcile();
    await acme.as(() => Seats.resize({ seats: 9 }));
  });

  test("is no difference, however many there are, until Stripe knows it no longer", async () => {
    expect(await differ()).toBe(0);
    const [invoice] = await acme.invoices();
    await billing.client.invoices.voidInvoice(invoice?.id ?? "");
    expect(await differ()).toBe(1);
  });

  test("is one until Stripe's answer is stored", async () => {
    const row = await acme.row();
    if (!row?.op) throw new Error("Nothing waits.");
    const { waitsUntil: _, ...op } = row.op;
    await billing.world.table.write(update(billingKeys.billing(acme.organization), { set: { op } }));
    expect(await differ()).toBe(1);
  });
});

test("a comparison that Stripe interrupts fails, and the clock continues it where it was", async () => {
  const resume = () => resultOf(asSystem("clock.billing", () => Compare.compare({ onlyResume: true })));
  const down = () => Promise.reject(new StripeError("failed", "Down.", {}));
  billing.world.rebind({ stripe: { ...billing.port, subscriptions: down } });
  await acme.edit(8);
  const failed = await resultOf(billing.compare());
  expect(failed).toContain("Down.");
  expect(await resume()).toBe(failed);
  billing.world.rebind({ stripe: billing.port });
  expect([await resume(), await resume()]).toEqual(["done", "done"]);
  expect(await reports()).toHaveLength(1);
});

describe("a sweep that stopped", () => {
  test("stops all others, the next day too, until somebody resets the breaker", async () => {
    await stop();
    for (const seconds of [300, 3_600, 86_400]) {
      billing.world.clock.pass(seconds);
      await mark();
      expect(await billing.sweep()).toMatchObject({ checked: 0, tripped: true });
      const nothing = { checked: 0, differ: 0, expected: 0, isComplete: false, tripped: true };
      expect(await billing.compare()).toEqual(nothing);
      expect(await billing.catchUp()).toEqual({ events: 0, organizations: 0, tripped: true });
    }
    expect([await quantity(), billing.world.queued.work, (await Dirty.marked()).length]).toEqual([5, [], 1]);
    expect(await release()).toEqual({ released: true });
    expect(await billing.sweep()).toMatchObject({ repaired: 1, tripped: false });
    expect(await billing.compare()).toMatchObject({ checked: 1, tripped: false });
    expect(await quantity()).toBe(8);
  });

  test("pauses a comparison that was under way, which later continues where it was", async () => {
    const resume = () => asSystem("clock.billing", () => Compare.compare({ onlyResume: true }));
    const pass = { day: "2026-11-26", checked: 7, differ: [] };
    await billing.world.table.write(update(kernelKeys.watermark("billing.compare"), { set: { pass } }));
    await acme.edit(8);
    await mark();
    expect(await asSystem("operator", () => Sweep.sweep({ max: 0 }))).toMatchObject({ tripped: true });
    expect(await resume()).toMatchObject({ isComplete: false, tripped: true });
    await release();
    expect(await resume()).toMatchObject({ checked: 8, isComplete: true, tripped: false });
  });

  test("does not stop a single organization from reconciling, or from changing its seats", async () => {
    await stop();
    const [event] = billing.inbox.splice(0);
    if (event) await billing.receive(event);
    await billing.work();
    expect(await quantity()).toBe(8);
    await acme.edit(9);
    expect(await acme.reconcile()).toMatchObject({ result: "repaired" });
    expect(await resultOf(acme.as(() => Seats.resize({ seats: 12 })))).toBe("done");
    expect(await quantity()).toBe(12);
    expect(await breaker()).toBeDefined();
  });

  test("lets as many differences pass as an operator allows, and still stops the clock's", async () => {
    await stop();
    await mark();
    expect(await asSystem("operator", () => Sweep.sweep({ max: 1 }))).toMatchObject({ repaired: 1, tripped: false });
    await mark();
    expect(await billing.sweep()).toMatchObject({ checked: 0, tripped: true });
  });

  test("is shown to the operator with its report", async () => {
    expect(await breaker()).toBeUndefined();
    await stop();
    const [report] = await reports();
    expect(await breaker()).toEqual({ report: report?.id, at: new Date(billing.world.clock.at).toISOString() });
  });
});

describe("resetting the breaker", () => {
  test("is recorded with who and when", async () => {
    await stop();
    billing.world.clock.pass(60);
    await release(" Ada Lovelace ");
    const [released, stopped] = await reports();
    expect(released).toMatchObject({
      kind: "reset",
      at: new Date(billing.world.clock.at).toISOString(),
      by: "Ada Lovelace",
    });
    expect(stopped).toMatchObject({ kind: "full", tripped: true });
    expect(await breaker()).toBeUndefined();
  });

  test("changes nothing, and is not recorded, if it was not tripped or was already reset", async () => {
    expect(await release()).toEqual({ released: false });
    await stop();
    await release();
    expect(await release("Bob")).toEqual({ released: false });
    expect((await reports()).map(({ by }) => by)).toEqual(["Ada", undefined]);
  });

  test("is refused if another sweep stops at that moment, whose report nobody has seen", async () => {
    await stop();
    const interleaving = openInterleaving(billing.world.table);
    billing.world.rebind({ table: interleaving.table });
    const [answer] = await interleaving.overtake(
      () => resultOf(release()),
      () => asSystem("operator", () => Compare.compare({ max: 0 })),
      (steps) => steps.some(({ key }) => key.sk === billingKeys.breaker().sk),
    );
    billing.world.rebind();
    expect(answer).toBe("billing.breaker_tripped");
    expect(await breaker()).toMatchObject({ report: (await reports())[0]?.id });
  });
});
