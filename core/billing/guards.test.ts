import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import * as Compare from "./compare.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import * as Seats from "./seats.ts";
import { stripeOf } from "./stripe.ts";
import * as Sweep from "./sweep.ts";

// Tests each guard of billing separately; converge.test.ts shows that together they suffice.

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const resize = (seats: number) => resultOf(acme.as(() => Seats.resize({ seats })));
const quantity = async () => (await acme.subscriptions())[0]?.items.data[0]?.quantity;
const subscription = async () => (await acme.row())?.mirror?.subscription ?? "";
const live = async () => (await acme.subscriptions()).filter(({ status }) => status !== "canceled");
const updates = () => billing.server.requests().filter(({ call }) => call === "subscriptions.update").length;
const typesOf = async () => (await acme.events()).map(({ type }) => type);

/** Another subscription of the same customer at Stripe, for this organization or for none. */
async function subscribeBesides(metadata: Record<string, string>) {
  const customer = (await acme.row())?.customer ?? "";
  const items = [{ price: billing.prices.monthly, quantity: 2 }];
  return (await billing.client.subscriptions.create({ customer, metadata, items, trial_period_days: 100 })).id;
}

/** While this runs, requests for a change of seats are lost. Returns their keys. */
async function whileLost(run: () => Promise<unknown>): Promise<string[]> {
  const keys: string[] = [];
  const changeSeats = async (_change: unknown, _op: string, key: string) => {
    keys.push(key);
    throw new StripeError("lost", "Cut off.", {});
  };
  billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  await run();
  billing.world.rebind({ stripe: billing.port });
  return keys;
}

describe("a change of seats", () => {
  test("excludes another one until it is done", async () => {
    const answers = await Promise.all([resize(7), resize(9)]);
    expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
    await whileLost(() => resize(12));
    expect(await resize(3)).toBe("billing.busy");
    await acme.reconcile();
    expect(await quantity()).toBe(12);
  });

  test("is repeated with the same key", async () => {
    const keys = await whileLost(async () => {
      await resize(9);
      await acme.reconcile();
    });
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test("is repeated with the next key if an error is stored under its own", async () => {
    billing.server.faults.inject({ fault: "error_saved", call: "subscriptions.update" });
    expect(await resize(9)).toBe("done");
    expect([await quantity(), updates()]).toEqual([9, 2]);
  });

  test("to fewer seats counts from the new period if a renewal comes before Stripe can be told", async () => {
    await whileLost(async () => {
      await resize(2);
      billing.world.clock.pass(32 * daySeconds);
      billing.server.catchUp();
      await acme.reconcile();
    });
    await acme.reconcile();
    expect([await quantity(), (await acme.row())?.dropped]).toEqual([2, undefined]);
    const { total } = await billing.client.invoices.createPreview({ subscription: await subscription() });
    // the renewal paid 5 seats, of which 3 are credited
    expect(total).toBe((2 - 3) * perSeat.monthly);
    expect(await billing.compare()).toMatchObject({ differ: 0, expected: 0 });
  });

  test("that Stripe applied and answered with an error is not repeated", async () => {
    billing.server.faults.inject({ fault: "error_after", call: "subscriptions.update" });
    expect(await resize(9)).toBe("done");
    expect([await quantity(), updates()]).toEqual([9, 1]);
  });

  test("that Stripe has made is under way while Stripe cannot be read, and then completed", async () => {
    const subscriptionsOf = () => Promise.reject(new StripeError("lost", "Cut off.", {}));
    billing.world.rebind({ stripe: { ...billing.port, subscriptionsOf } });
    expect(await resize(9)).toBe("done");
    expect((await acme.row())?.op).toMatchObject({ to: 9 });
    billing.world.rebind({ stripe: billing.port });
    await billing.work();
    expect([await acme.organizationRow(), updates()]).toEqual([expect.objectContaining({ capacity: 9 }), 1]);
  });

  test("removes seats before Stripe does, and adds none before Stripe does", async () => {
    await whileLost(() => resize(2));
    expect(await acme.organizationRow()).toMatchObject({ capacity: 2, free: 1 });
    await acme.reconcile();
    await whileLost(async () => {
      await resize(9);
      await acme.reconcile();
    });
    expect(await acme.organizationRow()).toMatchObject({ capacity: 2, free: 1 });
  });

  test("leaves everybody a seat who was invited while it began", async () => {
    const interleaving = openInterleaving(billing.world.table);
    billing.world.rebind({ table: interleaving.table });
    const invite = () => acme.as(() => Sending.send({ invitations: [{ email: "bob@example.com", role: "read" }] }));
    const [answer] = await interleaving.overtake(
      () => resize(1),
      invite,
      (steps) => steps.some(({ key }) => key.sk === "#billing"),
    );
    billing.world.rebind();
    expect(answer).toBe("billing.seats_committed");
    expect(await acme.organizationRow()).toMatchObject({ capacity: 5, free: 3 });
  });

  async function failPayments() {
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
  }

  test("that waits for its payment adds nothing until then", async () => {
    await failPayments();
    await resize(9);
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ capacity: 5 });
    expect((await acme.row())?.op).toMatchObject({ to: 9, waitsUntil: expect.any(String) });
  });

  test("that waits for its payment is not taken for paid because a later invoice is", async () => {
    const [paid] = await acme.invoices();
    await failPayments();
    await resize(9);
    const subscriptionsOf = async (customer: string) =>
      (await billing.port.subscriptionsOf(customer)).map((one) => ({ ...one, latestInvoice: paid?.id }));
    billing.world.rebind({ stripe: { ...billing.port, subscriptionsOf } });
    await acme.reconcile();
    billing.world.rebind({ stripe: billing.port });
    billing.world.clock.pass(86_400);
    billing.server.catchUp();
    await acme.reconcile();
    expect(await typesOf()).toContain("billing.resize_dropped");
    expect((await acme.row())?.duplicates).toBeUndefined();
  });
});

describe("reconciliation", () => {
  test("cancels a second subscription, and keeps the known one", async () => {
    const known = (await acme.row())?.mirror?.subscription;
    const other = await subscribeBesides({ organizationId: acme.organization });
    // the oldest would stay if none were known
    const beside = billing.server.state.subscriptions.get(other);
    if (beside) beside.created -= 60;
    await acme.reconcile();
    expect((await live()).map(({ id }) => id)).toEqual([known]);
    expect(await typesOf()).toContain("billing.duplicate_canceled");
  });

  test("leaves alone what the customer has for something else", async () => {
    await subscribeBesides({});
    await acme.reconcile();
    expect(await live()).toHaveLength(2);
    expect(await acme.organizationRow()).toMatchObject({ capacity: 5 });
  });

  test("ends everything that Stripe has of a deleted organization, open checkouts included", async () => {
    const customer = (await acme.row())?.customer ?? "";
    await billing.client.checkout.sessions.create({
      customer,
      mode: "subscription",
      success_url: "https://muster.example/done",
      line_items: [
        {
          price: billing.prices.monthly,
          quantity: 1,
        },
      ],
    });
    await billing.world.table.write(
      update(organizationKeys.organization(acme.organization), { set: { state: "deleted" } }),
    );
    await acme.reconcile();
    const open = [...billing.server.state.sessions.values()].filter(({ status }) => status === "open");
    expect([await live(), open]).toEqual([[], []]);
  });

  test("removes no marker that is newer than itself", async () => {
    const { world } = billing;
    await world.table.write(Dirty.mark(acme.organization));
    const older = await world.table.get(billingKeys.dirty(acme.organization));
    await world.table.write(Dirty.mark(acme.organization));
    await Dirty.clear(acme.organization, older);
    expect(await Dirty.marked()).toHaveLength(1);
  });

  test("does not accept Stripe's refusal of a wrong key", async () => {
    const { host, port, protocol } = billing.server.client;
    billing.world.rebind({ stripe: stripeOf("sk_live_wrong", { host, port, protocol, maxNetworkRetries: 0 }) });
    expect(await acme.reconcile()).toEqual({ result: "waiting" });
    expect(await resize(9)).toBe("done");
    expect((await acme.row())?.op).toMatchObject({ to: 9 });
    billing.world.rebind({ stripe: billing.port });
    await acme.reconcile();
    expect(await quantity()).toBe(9);
  });

  test("announces the end of a trial once", async () => {
    const paid = [{ id: "monthly" as const, price: billing.prices.monthly, amount: perSeat.monthly, currency: "usd" }];
    billing.world.rebind({ plans: { trialDays: 14, trialSeats: 25, graceDays: 14, paid } });
    const other = await billing.createOrganization(acme.owner);
    await other.buy(3);
    for (const days of [10, 2, 0, 1]) {
      billing.world.clock.pass(days * 86_400);
      await other.reconcile();
    }
    const types = (await other.events()).map(({ type }) => type);
    expect(types.filter((type) => type === "billing.trial_ending")).toHaveLength(1);
  });
});

describe("a sweep", () => {
  test("stops if too much differs, and so does a comparison", async () => {
    await acme.edit(8);
    await billing.world.table.write(Dirty.mark(acme.organization));
    expect(await asSystem("clock", () => Compare.compare({ max: 0 }))).toMatchObject({ tripped: true });
    expect(await asSystem("clock", () => Sweep.sweep({ max: 0 }))).toMatchObject({ tripped: true });
  });

  test("of events starts a little before the end of the last one, for events that were recorded late", async () => {
    await acme.edit(8);
    billing.world.clock.pass(60);
    expect(await billing.catchUp()).toMatchObject({ organizations: 1 });
    billing.world.clock.pass(60);
    expect(await billing.catchUp()).toMatchObject({ organizations: 1 });
  });

  test("of events that fails is made up for by the next", async () => {
    await acme.edit(8);
    billing.server.faults.inject({ fault: "error_before", call: "events.list" });
    expect(await resultOf(billing.catchUp())).not.toBe("done");
    expect(await billing.world.table.get(kernelKeys.watermark("billing.events"))).toBeUndefined();
  });
});

test("nobody confirms somebody else's checkout", async () => {
  const other = await billing.createOrganization(acme.owner);
  await other.buy(3);
  const [theirs] = [...billing.server.state.sessions.keys()];
  expect(await resultOf(other.as(() => Checkout.confirm({ checkout: theirs ?? "" })))).toBe("billing.checkout_missing");
  expect(await other.as(() => Billing.get({}))).toMatchObject({ seats: { paid: 3 } });
});

test("no second checkout is opened while Stripe refuses to expire the first", async () => {
  const bob = await billing.createOrganization(await billing.world.person("bob@example.com"));
  const open = async () => {
    const customer = (await bob.row())?.customer ?? "";
    const { data } = await billing.client.checkout.sessions.list({ customer, status: "open" });
    return data.length;
  };
  const checkout = (seats: number) => resultOf(bob.as(() => Checkout.checkout({ plan: "monthly", seats })));
  expect(await checkout(4)).toBe("done");
  const expireCheckout = () => Promise.reject(new StripeError("refused", "Not now.", {}));
  billing.world.rebind({ stripe: { ...billing.port, expireCheckout } });
  expect(await checkout(6)).toBe("billing.unavailable");
  expect([await open(), (await bob.row())?.checkout?.seats]).toEqual([1, 4]);
  billing.world.rebind({ stripe: billing.port });
  expect([await checkout(6), await open(), (await bob.row())?.checkout?.seats]).toEqual(["done", 1, 6]);
});
