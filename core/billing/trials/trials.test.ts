import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { eachFrom } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../../account/account.ts";
import { accountKeys } from "../../account/keys.ts";
import { daySeconds, hourSeconds } from "../../base/duration.ts";
import * as ID from "../../base/id.ts";
import { asSystem } from "../../kernel/context.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { organizationKeys } from "../../organization/keys.ts";
import { remove, update } from "../../table/table.ts";
import * as Billing from "../billing.ts";
import * as Checkout from "../checkout.ts";
import * as Close from "../close.ts";
import { billingKeys } from "../keys.ts";
import { checkoutHours, trialKeptDays } from "../limits.ts";
import { allowTrial } from "./allow.ts";

let billing: BillingWorld;
let ada: Person;
let acme: Customer;
let globex: Customer;
eachFrom(
  async () => {
    const opened = await openAcme(0, { trialDays: 14 });
    return { ...opened, globex: await opened.billing.createOrganization(opened.acme.owner) };
  },
  (opened) => {
    ({ billing, acme, globex } = opened);
    ada = acme.owner;
  },
);

const get = (one: Customer) => one.as(() => Billing.get({}));
const statusOf = async (one: Customer) => (await get(one)).billingStatus;
const start = (one: Customer, seats = 5) => one.as(() => Checkout.checkout({ plan: "monthly", seats }));
const trialDaysOf = async (one: Customer) => (await one.row())?.checkout?.trialDays;
const trialRow = (email = ada.email) => billing.world.table.get(billingKeys.trial(addressOf(email)));
/** Somebody pays on Stripe's page, and nothing says so to Muster. */
async function payUnnoticed(one: Customer) {
  const { url } = await start(one);
  await fetch(url, { method: "POST", body: new URLSearchParams(card), redirect: "manual" });
}
/** Everything that Stripe has of an organization ends, and its customer. */
async function purge({ organization, reconcile }: Customer) {
  const key = organizationKeys.organization(organization);
  await billing.world.table.write(update(key, { set: { state: "deleted", growth: false } }));
  await reconcile();
  await billing.world.table.write(update(key, { set: { purgingAt: "2026-12-24T09:00:00.000Z" } }));
  expect(await asSystem("work", () => Close.close({ organization }))).toEqual({ closed: true });
}

describe("a person has one trial", () => {
  test("whatever organizations they create, which the page says", async () => {
    expect(await get(globex)).toMatchObject({ trialDays: 14 });
    await acme.buy(5);
    expect(await statusOf(acme)).toBe("trialing");
    expect(await get(globex)).toMatchObject({ noTrial: "used" });
    expect(await get(globex)).not.toHaveProperty("trialDays");
    await globex.buy(25);
    expect(await statusOf(globex)).toBe("active");
    expect((await globex.invoices())[0]).toMatchObject({ amount_paid: 25_000 });
    const third = await billing.createOrganization(ada);
    await third.buy(1);
    expect(await statusOf(third)).toBe("active");
  });

  test("of two checkouts at once", async () => {
    const { table } = billing.world;
    let reads = 0;
    const get: typeof table.get = async (key) => {
      const found = await table.get(key);
      // the other checkout begins between the last look and the write
      if (key.sk === "#trial" && ++reads === 2) await start(acme);
      return found;
    };
    billing.world.rebind({ table: { ...table, get } });
    expect(await resultOf(start(globex))).toBe("billing.moved");
    billing.world.rebind({ table });
    expect(await trialDaysOf(acme)).toBe(14);
    await start(globex);
    expect(await trialDaysOf(globex)).toBe(0);
  });

  test("also of a checkout that another takes over at the moment when it turns out to have begun one", async () => {
    await start(acme);
    billing.world.clock.pass(checkoutHours * hourSeconds + 1);
    const { table, overtake } = openInterleaving(billing.world.table);
    billing.world.rebind({ table });
    const use = () =>
      table.write(update(billingKeys.trial(addressOf(ada.email)), { set: { usedAt: "2026-11-25T09:00:00.000Z" } }));
    const [result] = await overtake(
      () => resultOf(start(globex)),
      use,
      (steps) => steps.some(({ key }) => key.sk === "#trial"),
    );
    billing.world.rebind();
    expect([result, (await trialRow())?.usedAt]).toEqual(["billing.moved", "2026-11-25T09:00:00.000Z"]);
  });

  test("also when the first organization is purged", async () => {
    await acme.buy(5);
    await purge(acme);
    await globex.buy(5);
    expect(await statusOf(globex)).toBe("active");
  });

  test("also with a new account of the same address", async () => {
    await acme.buy(5);
    await billing.world.table.write(remove(accountKeys.claim(addressOf(ada.email))));
    const again = await billing.world.person(ada.email);
    expect(again.account).not.toBe(ada.account);
    const other = await billing.createOrganization(again);
    await other.buy(5);
    expect(await statusOf(other)).toBe("active");
  });

  test("also when Stripe's events about the first were lost until its checkout had ended", async () => {
    await payUnnoticed(acme);
    billing.world.clock.pass(checkoutHours * hourSeconds + 1);
    await start(globex);
    expect(await trialDaysOf(globex)).toBe(0);
    expect(await get(globex)).toMatchObject({ noTrial: "used" });
  });

  test("until it was so long ago that nobody remembers it", async () => {
    await acme.buy(5);
    billing.world.clock.pass(trialKeptDays * daySeconds - 1);
    expect(await get(globex)).toMatchObject({ noTrial: "used" });
    billing.world.clock.pass(1);
    await globex.buy(5);
    expect(await statusOf(globex)).toBe("trialing");
  });

  test("and another one if the operator allows it, which ends none that a checkout holds", async () => {
    const allow = () => asSystem("operator", () => allowTrial({ email: "Ada@example.com" }));
    await start(acme);
    expect(await allow()).toEqual({});
    await acme.buy(5);
    expect(await allow()).toMatchObject({ was: { organization: acme.organization } });
    await globex.buy(5);
    expect(await statusOf(globex)).toBe("trialing");
  });

  test("while another owner of their organization has one, too", async () => {
    await acme.buy(5);
    const bob = await billing.world.person("bob@example.com");
    const owns = { id: globex.organization, role: "owner" as const };
    const asBob = <R>(run: () => Promise<R>) => billing.world.as(bob, run, owns);
    expect(await asBob(() => Billing.get({}))).toMatchObject({ trialDays: 14 });
    await start(globex);
    expect(await trialDaysOf(globex)).toBe(0);
    await asBob(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    expect(await trialDaysOf(globex)).toBe(14);
    expect([(await trialRow())?.organization, (await trialRow(bob.email))?.organization]).toEqual([
      acme.organization,
      globex.organization,
    ]);
  });
});

describe("a checkout holds a trial", () => {
  test("until it expires", async () => {
    await start(acme);
    expect(await get(globex)).toMatchObject({ noTrial: "held" });
    expect(await get(acme)).toMatchObject({ trialDays: 14 });
    await start(globex);
    expect(await trialDaysOf(globex)).toBe(0);
    billing.world.clock.pass(checkoutHours * hourSeconds + 1);
    expect(await get(globex)).toMatchObject({ trialDays: 14 });
    await acme.reconcile();
    expect(await trialRow()).toBeUndefined();
    await globex.buy(5);
    expect(await statusOf(globex)).toBe("trialing");
  });

  test("until a larger one replaces it", async () => {
    await start(acme);
    await start(acme, 26);
    expect(await trialRow()).toBeUndefined();
    await start(globex);
    expect(await trialDaysOf(globex)).toBe(14);
  });

  test.each([
    ["lost", "billing.unavailable"],
    ["busy", "billing.unavailable"],
    ["refused", "billing.refused"],
  ] as const)(
    "that began with it, where Stripe's answer about that is %s when other seats are wanted",
    async (outcome, failure) => {
      await payUnnoticed(acme);
      const subscriptionsOf = () => Promise.reject(new StripeError(outcome, "Not now.", {}));
      billing.world.rebind({ stripe: { ...billing.port, subscriptionsOf } });
      expect(await resultOf(start(acme, 26))).toBe(failure);
      billing.world.rebind({ stripe: billing.port });
      expect((await trialRow())?.organization).toBe(acme.organization);
      expect(await resultOf(start(acme, 26))).toBe("billing.already_subscribed");
      expect(await get(globex)).toMatchObject({ noTrial: "used" });
    },
  );

  test("and one that another took over in the meantime is left to it", async () => {
    await start(acme);
    billing.world.clock.pass(checkoutHours * hourSeconds + 1);
    await globex.buy(5);
    await acme.reconcile();
    expect(await trialRow()).toMatchObject({ organization: globex.organization });
    expect(await get(acme)).toMatchObject({ noTrial: "used" });
  });

  test("of the same organization again, without a trial that was given away", async () => {
    await start(acme);
    const { name } = (await acme.row())?.checkout ?? {};
    await start(acme);
    expect((await acme.row())?.checkout?.name).toBe(name);
    await billing.world.table.write(
      update(billingKeys.trial(addressOf(ada.email)), { set: { usedAt: "2026-11-24T09:00:00.000Z" } }),
    );
    await start(acme);
    expect(await trialDaysOf(acme)).toBe(0);
    expect(ID.is("operation", name)).toBe(true);
  });
});
