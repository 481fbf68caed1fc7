import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import * as Trust from "../seat/trust.ts";
import { update } from "../table/table.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import { billingKeys } from "./keys.ts";
import * as Seats from "./seats.ts";

const day = 86_400;

let billing: BillingWorld;
let acme: Customer;
eachAcme(
  (opened) => {
    ({ billing, acme } = opened);
  },
  0,
  { trialDays: 14 },
);

const get = () => acme.as(() => Billing.get({}));
const resize = (seats: number) => acme.as(() => Seats.resize({ seats }));
const isTrusted = async () => Trust.isTrusted((await acme.organizationRow()) as OrganizationRow);
/** Lets time pass, and Stripe's events about it arrive. */
async function later(days: number) {
  billing.world.clock.pass(days * day);
  billing.server.catchUp();
  await acme.reconcile();
}

describe("the seats of a trial", () => {
  test("are limited, as plans and the billing page say", async () => {
    const { items } = await acme.as(() => Plan.list({}));
    expect(items[1]).toMatchObject({ id: "monthly", trialDays: 14, trialSeats: 25 });
    expect(await get()).toMatchObject({ trialDays: 14, trialSeats: 25 });
  });

  test("are at most so many at checkout: with more, it is paid at once", async () => {
    await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 25 }));
    const order = async () => {
      const customer = (await acme.row())?.customer ?? "";
      const [session] = (await billing.client.checkout.sessions.list({ customer, status: "open" })).data;
      const { data } = await billing.client.checkout.sessions.listLineItems(session?.id ?? "");
      return { total: session?.amount_total, most: data[0]?.adjustable_quantity?.maximum };
    };
    expect(await order()).toEqual({ total: 0, most: 25 });
    await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 26 }));
    expect(await order()).toEqual({ total: 26_000, most: 10_000 });
    await acme.buy(26);
    expect(await get()).toMatchObject({ billingStatus: "active", seats: { paid: 26 } });
  });

  test("can be changed within the limit, and beyond it once it is paid", async () => {
    await acme.buy(5);
    expect((await resize(25)).seats).toMatchObject({ paid: 25 });
    expect(await resultOf(resize(26))).toBe("billing.trial_limit");
    await expect(resize(26)).rejects.toThrow("A trial has at most 25 seats. Add more when it ends, on 2026-12-08.");
    await later(15);
    expect((await resize(26)).seats).toMatchObject({ paid: 26 });
  });

  test("that somebody raised at Stripe can be fewer, and not more", async () => {
    await acme.buy(5);
    await acme.edit(60);
    await acme.reconcile();
    expect(await resultOf(resize(61))).toBe("billing.trial_limit");
    expect((await resize(40)).seats).toMatchObject({ paid: 40 });
  });
});

describe("a trial", () => {
  const end = async () => {
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.cancel(subscription?.id ?? "");
    await acme.reconcile();
  };
  const erase = async () => {
    await billing.client.customers.del((await acme.row())?.customer ?? "");
    await acme.reconcile();
  };

  test.each([
    ["its subscription was canceled", end],
    ["its customer was deleted at Stripe", erase],
  ])("is not had again after %s", async (_, run) => {
    await acme.buy(5);
    expect((await get()).billingStatus).toBe("trialing");
    await run();
    expect(await get()).not.toHaveProperty("trialDays");
    await acme.buy(5);
    expect(await get()).toMatchObject({ billingStatus: "active", seats: { paid: 5 } });
    expect((await acme.invoices())[0]).toMatchObject({ amount_paid: 5_000 });
  });

  test("is not longer with another plan, nor with seats that come and go", async () => {
    await acme.buy(5);
    const { trialEnd } = await get();
    billing.world.clock.pass(5 * day);
    await acme.as(() => Seats.resize({ seats: 5, plan: "yearly" }));
    for (const seats of [25, 1]) await resize(seats);
    expect(await get()).toMatchObject({ billingStatus: "trialing", trialEnd });
    await later(10);
    expect((await acme.invoices())[0]).toMatchObject({ amount_due: 9_600 });
  });
});

describe("an organization is trusted", () => {
  test("once its trial is paid, and not before", async () => {
    await acme.buy(5);
    expect([(await get()).billingStatus, await isTrusted()]).toEqual(["trialing", false]);
    await later(15);
    expect([(await get()).billingStatus, await isTrusted()]).toEqual(["active", true]);
  });

  test("never because of a trial that was not paid when it ended", async () => {
    await acme.buy(5);
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
    await later(15);
    expect([(await get()).billingStatus, await isTrusted()]).toEqual(["past_due", false]);
  });

  test("not while a discount pays everything, but with the first invoice of more than nothing", async () => {
    const coupon = await billing.client.coupons.create({ percent_off: 100, duration: "once" });
    const other = await billing.createOrganization(acme.owner);
    await other.as(() => Checkout.checkout({ plan: "monthly", seats: 26 }));
    const customer = (await other.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
    await billing.client.subscriptions.create({
      customer,
      default_payment_method: id,
      metadata: { organizationId: other.organization },
      discounts: [{ coupon: coupon.id }],
      items: [{ price: billing.prices.monthly, quantity: 26 }],
    });
    await other.reconcile();
    const isOtherTrusted = async () => Trust.isTrusted((await other.organizationRow()) as OrganizationRow);
    expect(await other.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 26 });
    expect(await isOtherTrusted()).toBe(false);
    await later(32);
    await other.reconcile();
    expect(await isOtherTrusted()).toBe(true);
    expect(await billing.compare()).toMatchObject({ differ: 0 });
  });

  test("in silence, when a release learns of a payment that it did not record", async () => {
    await acme.buy(26);
    const unset = ["hasPaid"] as const;
    await billing.world.table.write(
      update(organizationKeys.organization(acme.organization), { unset }),
      update(billingKeys.billing(acme.organization), { unset }),
    );
    const events = (await acme.events()).length;
    expect(await acme.reconcile()).toEqual({ result: "equal" });
    expect([await isTrusted(), (await acme.events()).length]).toEqual([true, events]);
  });

  test("no longer, on the free plan", async () => {
    await acme.buy(26);
    expect(await isTrusted()).toBe(true);
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.cancel(subscription?.id ?? "");
    await later(15);
    expect([(await acme.organizationRow()).plan, await isTrusted()]).toEqual(["free", false]);
  });
});
