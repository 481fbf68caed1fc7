import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Member from "../member/member.ts";
import type { Named } from "../message/message.ts";
import { list } from "../notification/list.ts";
import { type Owners, openOwners } from "../notification/owners.testing.ts";
import * as Grant from "../organization/grant.ts";
import { organizationKeys } from "../organization/keys.ts";
import { reclaimKeys } from "../reclaim/keys.ts";
import * as Reclaim from "../reclaim/reclaim.ts";
import { run } from "../reclaim/run.ts";
import { update } from "../table/table.ts";
import { changeAutomaticSeats } from "./automatic/automatic.ts";
import { followSeats } from "./automatic/follow.ts";
import * as Dirty from "./dirty.ts";
import * as Manage from "./manage.ts";
import { billingEvents } from "./messages.ts";
import { billingNotifications } from "./notifications.ts";
import { approveSeatRequest } from "./requests/approve.ts";
import * as Requests from "./requests/requests.ts";
import * as Seats from "./seats.ts";

const day = 86_400;

let billing: BillingWorld;
let acme: Customer;
let eve: Person;
let notified: Owners["notified"];
beforeEach(async () => {
  ({ billing, acme, eve, notified } = await openOwners());
});
afterEach(() => billing.stop());

async function later(days: number) {
  billing.world.clock.pass(days * day);
  billing.server.catchUp();
  await acme.reconcile();
}

async function setCard(card: string) {
  const { client } = billing;
  const customer = (await acme.row())?.customer ?? "";
  const { id } = await client.paymentMethods.attach(card, { customer });
  const [subscription] = await acme.subscriptions();
  await client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
}

test("nobody is notified while all is well", async () => {
  await acme.buy(5);
  await acme.as(() => Seats.resize({ seats: 7 }));
  await later(31);
  expect(await notified()).toEqual({ ada: [], eve: [] });
});

test("a request for seats is told to those who can buy them, and its author what they decide", async () => {
  const { world } = billing;
  await acme.buy(5);
  const bob = await world.person("bob@example.com");
  const somebody = { account: bob.account, email: bob.email, name: "Bob", color: "teal" };
  await world.table.write(
    update(organizationKeys.organization(acme.organization), { add: { free: -1 } }),
    ...Member.joining(acme.organization, { ...somebody, address: addressOf(bob.email) }, "write"),
  );
  const asBob = <T>(run: () => Promise<T>) => world.as(bob, run, { id: acme.organization, role: "write" });
  const told = async (person: Person) =>
    (await world.as(person, () => list({}))).items.flatMap(({ kind, person: by, thing }) =>
      kind.startsWith("seats.") ? [[kind, by, thing]] : [],
    );
  const request = () => asBob(() => Requests.requestSeats({ seats: 2, note: "For support." }));

  const { requestedAt } = await request();
  const which = { account: bob.account, requestedAt };
  await notified();
  for (const owner of [acme.owner, eve]) expect(await told(owner)).toEqual([["seats.requested", "Bob", "2 seats"]]);
  expect(await told(bob)).toEqual([]);
  await acme.as(() => Requests.declineSeatRequest({ ...which, reason: "Not this month." }));
  await notified();
  expect(await told(bob)).toEqual([["seats.declined", expect.any(String), "2 seats"]]);

  billing.world.clock.pass(1);
  const again = await request();
  const { quote } = await acme.as(() => Seats.preview({ seats: 7 }));
  await acme.as(() => approveSeatRequest({ account: bob.account, requestedAt: again.requestedAt, quote }));
  await notified();
  expect((await told(bob)).map(([kind]) => kind)).toEqual(["seats.approved", "seats.declined"]);
  expect(await told(eve)).toHaveLength(2);
});

test("the end of a reclaim is told to its author", async () => {
  const { organization, owner } = acme;
  await acme.buy(5);
  await acme.as(() => Reclaim.start({ members: 0, invitations: 0 }));
  const id = (await billing.world.table.get(reclaimKeys.reclaim(organization)))?.id;
  if (!id) throw new Error("Nothing was started.");
  await asSystem("work", () => run({ job: "reclaim", organization, id }));
  await notified();
  const told = async (person: Person) =>
    (await billing.world.as(person, () => list({}))).items.filter(({ kind }) => kind === "seats.reclaimed");
  expect(await told(owner)).toMatchObject([{ thing: "0 seats" }]);
  expect(await told(eve)).toEqual([]);
});

test("the end of a grant is announced to owners whose organization has too few seats then", async () => {
  const { organization } = acme;
  await acme.buy(5);
  await asSystem("operator", () => Grant.grant({ organization, seats: 4, until: "2026-12-01" }));
  await billing.world.table.write(update(organizationKeys.organization(organization), { set: { free: 1 } }));
  expect(await notified()).toEqual({ ada: [], eve: [] });
  billing.world.clock.pass(10 * day);
  await asSystem("clock.sweep", () => Grant.endGrants({}));
  await acme.reconcile();
  expect(await notified()).toEqual({ ada: ["over_limit"], eve: ["over_limit"] });
});

test("a failed payment is announced once to each owner, and again when the next one fails", async () => {
  await acme.buy(5);
  await setCard("pm_card_chargeCustomerFail");
  await later(31);
  await acme.reconcile();
  await later(1);
  expect(await notified()).toEqual({ ada: ["past_due"], eve: ["past_due"] });
  expect(billing.world.queued.mail).toHaveLength(2 * 2 + 1 * 2);
  await setCard("pm_card_visa");
  const [invoice] = await acme.invoices();
  await billing.client.invoices.pay(invoice?.id ?? "");
  await acme.reconcile();
  await setCard("pm_card_chargeCustomerFail");
  await later(31);
  expect((await notified()).eve).toEqual(["past_due", "past_due"]);
});

test("a failure that is found during a change of seats is announced as well", async () => {
  await acme.buy(5);
  const port = billing.port;
  billing.world.rebind({
    stripe: {
      ...port,
      subscriptionsOf: async (customer) => {
        const found = await port.subscriptionsOf(customer);
        return found.map((one) => (one.op ? { ...one, status: "past_due" } : one));
      },
    },
  });
  await acme.as(() => Seats.resize({ seats: 6 }));
  expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due" });
  // the owner whose request found it is notified too: they did not cause it
  expect(await notified()).toEqual({ ada: ["past_due"], eve: ["past_due"] });
});

test("seats that were removed at Stripe are announced", async () => {
  await acme.buy(5);
  await acme.edit(1);
  await acme.reconcile();
  await acme.reconcile();
  expect(await notified()).toEqual({ ada: ["over_limit"], eve: ["over_limit"] });
});

test("copies that do not change the billing status are not announced again", async () => {
  await acme.buy(5);
  await setCard("pm_card_chargeCustomerFail");
  await later(31);
  await acme.edit(6);
  expect(await acme.reconcile()).toMatchObject({
    before: { billingStatus: "past_due", quantity: 5 },
    after: { billingStatus: "past_due", quantity: 6 },
  });
  expect(await notified()).toEqual({ ada: ["past_due"], eve: ["past_due"] });
});

test("a cancellation, the grace period and what follows are announced in turn", async () => {
  await acme.buy(5);
  const { world } = billing;
  await world.table.write(update(organizationKeys.organization(acme.organization), { add: { free: -2 } }));
  await acme.as(() => Manage.cancel({}));
  // Ada knows: she canceled it
  expect(await notified()).toEqual({ ada: [], eve: ["ending 2026-12-24 Ada"] });
  await acme.as(() => Manage.resume({}));
  await acme.as(() => Manage.cancel({}));
  await later(31);
  await later(15);
  expect(await notified()).toEqual({
    ada: ["read_only", "canceled 2027-01-07"],
    eve: ["read_only", "canceled 2027-01-07", "ending 2026-12-24 Ada", "ending 2026-12-24 Ada"],
  });
});

test("seats that could not be added automatically are announced once", async () => {
  await acme.buy(5);
  await acme.as(() => changeAutomaticSeats({ limit: 20, spare: 9 }));
  await notified();
  const changeSeats = () => Promise.reject(new StripeError("refused", "No.", { code: "card_declined" }));
  billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  const { organization } = acme;
  for (let times = 0; times < 2; times++) {
    await asSystem("work", () => followSeats({ job: "followSeats", organization }));
  }
  expect(await notified()).toEqual({ ada: ["automatic_seats_stopped"], eve: ["automatic_seats_stopped"] });
});

test("an invoice that is overdue is not told as a card that failed", () => {
  const told = (more: object) => {
    const side = { billingStatus: "active", capacity: 5 } as const;
    const after = { ...side, billingStatus: "past_due", ...more };
    const happened = { by: undefined };
    return billingEvents["billing.updated"]
      .tell?.({ before: side, after }, happened)
      .map(({ kind, thing }) => [kind, thing]);
  };
  expect(told({})).toEqual([["billing.past_due", undefined]]);
  expect(told({ daysUntilDue: 30 })).toEqual([["billing.past_due", "invoice"]]);
});

test("owners are told how much bought nothing, was refunded, or is disputed", () => {
  const [some, more] = [
    { invoice: "in_1", amount: 3_000, currency: "usd" },
    { invoice: "in_2", amount: 500, currency: "jpy" },
  ];
  const happened = { by: undefined };
  const things = [
    billingEvents["billing.payment_unused"].tell?.({ paid: [some, more] }, happened),
    billingEvents["billing.duplicate_canceled"].tell?.({ canceled: ["sub_2"], paid: [some] }, happened),
    billingEvents["billing.duplicate_refunded"].tell?.({ ...some, to: "card" }, happened),
    billingEvents["billing.dispute_changed"].tell?.({ dispute: "dp_1", ...some, state: "open" }, happened),
  ];
  expect(things.flat().map((one) => one?.thing)).toEqual(["$30.00 and ¥500", "$30.00", "$30.00", "$30.00"]);
  expect(billingEvents["billing.duplicate_canceled"].tell?.({ canceled: ["sub_2"] }, happened)).toEqual([]);
  const named = { organization: "Acme" } as Named;
  const titleOf = (kind: keyof typeof billingNotifications, thing?: string) =>
    billingNotifications[kind].title({ ...named, thing });
  expect([
    titleOf("billing.duplicate_paid", "$30.00"),
    titleOf("billing.duplicate_refunded", "$30.00"),
    titleOf("billing.payment_disputed", "$30.00"),
    titleOf("billing.duplicate_paid"),
  ]).toEqual([
    "Acme made a payment of $30.00 that can be refunded",
    "Acme was refunded $30.00",
    "A payment of $30.00 by Acme is disputed",
    "Acme made a payment that can be refunded",
  ]);
});

test("the end of a trial is announced once, three days before", async () => {
  const { world, prices } = billing;
  const paid = [{ id: "monthly" as const, price: prices.monthly, amount: perSeat.monthly, currency: "usd" }];
  world.rebind({ plans: { trialDays: 14, trialSeats: 25, graceDays: 14, paid } });
  await acme.buy(5);
  await later(10);
  expect(await notified()).toEqual({ ada: [], eve: [] });
  world.clock.pass(1.5 * day);
  expect(await billing.compare()).toMatchObject({ differ: 0, expected: 1 });
  expect(await billing.sweep()).toMatchObject({ checked: 1, equal: 1 });
  await world.table.write(Dirty.mark(acme.organization));
  await billing.sweep();
  expect(await notified()).toEqual({ ada: ["trial_ending 2026-12-08"], eve: ["trial_ending 2026-12-08"] });
  expect(await billing.compare()).toMatchObject({ differ: 0 });
});

test("a card that expires is announced once, 30 days before, and another card again", async () => {
  const told = ["card_expiring 2026-12-31"];
  const expire = async () => {
    const { mirror } = (await acme.row()) ?? {};
    await billing.client.paymentMethods.update(mirror?.methodId ?? "", { card: { exp_month: 12, exp_year: 2026 } });
    await billing.compare();
    await billing.sweep();
  };
  await acme.buy(5);
  await expire();
  await later(7);
  expect(await notified()).toEqual({ ada: [], eve: [] });
  billing.world.clock.pass(day);
  expect(await billing.compare()).toMatchObject({ differ: 0, expected: 1 });
  await billing.sweep();
  await later(10);
  expect(await notified()).toEqual({ ada: told, eve: told });
  expect(await billing.compare()).toMatchObject({ differ: 0, expected: 0 });
  await setCard("pm_card_mastercard");
  await later(1);
  await expire();
  await later(1);
  const [event] = (await acme.events()).filter(({ type }) => type === "billing.card_expiring").slice(-1);
  expect(event?.data).toMatchObject({ paymentMethod: expect.stringMatching(/^mastercard /) });
});

test("a card is not announced for a subscription that ends", async () => {
  await acme.buy(5);
  await acme.as(() => Manage.cancel({}));
  const { mirror } = (await acme.row()) ?? {};
  await billing.client.paymentMethods.update(mirror?.methodId ?? "", { card: { exp_month: 12, exp_year: 2026 } });
  await later(20);
  expect((await notified()).eve).toEqual([expect.stringMatching(/^ending /)]);
});

test("the end of a trial without a payment is not announced as one that will be charged", async () => {
  const { world, prices } = billing;
  const paid = [{ id: "monthly" as const, price: prices.monthly, amount: perSeat.monthly, currency: "usd" }];
  world.rebind({ plans: { trialDays: 14, trialSeats: 25, graceDays: 14, paid } });
  await acme.buy(5);
  await acme.as(() => Manage.cancel({}));
  await later(12);
  expect((await notified()).eve).toEqual(["ending 2026-12-08 Ada"]);
});
