import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Grant from "../organization/grant.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Operator from "../organization/operator.ts";
import { type Step, update } from "../table/table.ts";
import * as Close from "./close.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import { rowOf } from "./row.ts";
import { save } from "./save.ts";
import * as Seats from "./seats.ts";

// What was read is no longer so when it is written; and what Stripe fails to cancel.

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const { organization } = organizationKeys;
const { billing: billingKey, dirty } = billingKeys;
const about =
  (sk: string) =>
  (steps: readonly Step[]): boolean =>
    steps.some(({ key }) => key.sk === sk);
const aboutOrganization = (steps: readonly Step[]) =>
  steps.some(({ key }) => key.sk === organization(acme.organization).sk);

/** The second happens after the first has decided, and before it writes. */
async function overtake<A>(
  slow: () => Promise<A>,
  fast: () => Promise<unknown>,
  isMeant: (steps: readonly Step[]) => boolean,
) {
  const interleaving = openInterleaving(billing.world.table);
  billing.world.rebind({ table: interleaving.table });
  let wasOvertaken = false;
  const [answer] = await interleaving.overtake(
    slow,
    async () => {
      wasOvertaken = true;
      billing.world.rebind();
      await fast();
    },
    isMeant,
  );
  billing.world.rebind();
  expect(wasOvertaken).toBe(true);
  return answer;
}

const marker = () => billing.world.table.get(dirty(acme.organization));
const change = (set: object) =>
  billing.world.table.write(update(raw(organization(acme.organization)), { set: { ...set } }));
const live = async () => (await acme.subscriptions()).filter(({ ended_at: endedAt }) => endedAt === null);
const failing = (call: "cancel" | "expireCheckout", outcome: StripeError["outcome"]) => {
  const fail = () => Promise.reject(new StripeError(outcome, "Not now.", {}));
  billing.world.rebind({ stripe: { ...billing.port, [call]: fail } });
};

describe("the state of payment is judged again", () => {
  test("when people were invited while fewer seats were copied", async () => {
    await acme.edit(2);
    const emails = ["bob@example.com", "cy@example.com"];
    const invitations = emails.map((email) => ({ email, role: "read" as const }));
    const invite = () => acme.as(() => Sending.send({ invitations }));
    await overtake(() => acme.reconcile(), invite, aboutOrganization);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "over_limit", capacity: 2, growth: false });
  });

  test("when an operator suspended the organization while more seats were copied", async () => {
    await acme.edit(8);
    const suspend = () => asSystem("operator", () => Operator.suspend({ organization: acme.organization }));
    await overtake(() => acme.reconcile(), suspend, aboutOrganization);
    expect(await acme.organizationRow()).toMatchObject({ state: "suspended", capacity: 8, growth: false });
  });

  test("when a payment failed while an operator granted seats", async () => {
    const customer = (await acme.row())?.customer ?? "";
    const [subscription] = await acme.subscriptions();
    const { id } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
    await acme.reconcile();
    billing.world.clock.pass(32 * daySeconds);
    billing.server.catchUp();
    const grant = () =>
      resultOf(asSystem("operator", () => Grant.grant({ organization: acme.organization, seats: 3 })));
    await overtake(grant, () => acme.reconcile(), aboutOrganization);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due", growth: false });
  });
});

describe("a request is refused if the subscription was changed since it was read", () => {
  const requests = {
    cancel: () => Manage.cancel({}),
    resume: () => Manage.resume({}),
    discount: () => Manage.discount({ code: "TEN" }),
  };

  test.each(Object.entries(requests))("%s", async (_, run) => {
    const coupon = await billing.client.coupons.create({ percent_off: 10, duration: "forever" });
    await billing.client.promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code: "TEN" });
    const lost = async () => Promise.reject(new StripeError("lost", "Cut off.", {}));
    const resize = async () => {
      billing.world.rebind({ stripe: { ...billing.port, changeSeats: lost } });
      await acme.as(() => Seats.resize({ seats: 9 }));
      billing.world.rebind({ stripe: billing.port });
    };
    const request = () => resultOf(acme.as<unknown>(run));
    expect(await overtake(request, resize, about("#billing"))).toBe("billing.moved");
    expect((await acme.row())?.op).toMatchObject({ to: 9 });
    const events = (await acme.events()).map(({ type }) => type);
    expect(events.filter((type) => String(type).endsWith("requested"))).toEqual([]);
  });
});

test("a change of seats is answered as made when an event of Stripe was faster to record it", async () => {
  const resize = () => resultOf(acme.as(() => Seats.resize({ seats: 8 })));
  const isRecord = (steps: readonly Step[]) =>
    steps.some((step) => step.do === "put" && step.item["type"] === "billing.resized");
  expect(await overtake(resize, () => acme.reconcile(), isRecord)).toBe("done");
  expect((await acme.events()).filter(({ type }) => type === "billing.resized")).toHaveLength(1);
});

describe("a marker", () => {
  test("that is newer keeps its token, and needs no attention yet", async () => {
    await billing.world.table.write(Dirty.mark(acme.organization));
    const newer = Dirty.mark(acme.organization);
    const note = () => Dirty.needAttention(acme.organization, [{ why: "refused" }]);
    await overtake(
      note,
      () => billing.world.table.write(newer),
      (steps) => steps.some(({ key }) => key.pk.startsWith("dirty")),
    );
    expect(await marker()).toMatchObject({ token: newer.token });
    expect(await marker()).not.toHaveProperty("attentions");
  });

  test("that is the first one is not replaced, either", async () => {
    const first = Dirty.mark(acme.organization);
    const note = () => Dirty.needAttention(acme.organization, [{ why: "refused" }]);
    await overtake(
      note,
      () => billing.world.table.write(first),
      (steps) => steps.some(({ key }) => key.pk.startsWith("dirty")),
    );
    expect(await marker()).toMatchObject({ token: first.token });
    expect(await marker()).not.toHaveProperty("attentions");
  });

  test("that needs attention is not removed by a reconciliation that began before", async () => {
    await billing.world.table.write(Dirty.mark(acme.organization));
    const before = await marker();
    await Dirty.needAttention(acme.organization, [{ why: "refused" }]);
    await Dirty.clear(acme.organization, before);
    expect(await marker()).toMatchObject({ attentions: [{ why: "refused" }] });
  });
});

test("a customer is not forgotten with what was recorded while it was closed", async () => {
  await change({ state: "deleted", growth: false, purgingAt: "2026-12-24T09:00:00.000Z" });
  await billing.world.table.write(Dirty.mark(acme.organization));
  const duplicate = { subscription: "sub_2", invoice: "in_2", amount: 2_000, byCard: 2_000, currency: "usd" };
  const record = async () => {
    const row = rowOf(await billing.world.table.get(billingKey(acme.organization)));
    if (row) await billing.world.table.write(save(acme.organization, row, { ...row, duplicates: [duplicate] }));
  };
  const close = () => asSystem("work", () => Close.close({ organization: acme.organization }));
  expect(await overtake(close, record, about("#billing"))).toEqual({ closed: false });
  expect((await acme.row())?.duplicates).toEqual([duplicate]);
  expect(await close()).toEqual({ closed: true });
  expect(await marker()).toBeUndefined();
});

describe("the subscription of a deleted organization", () => {
  beforeEach(async () => {
    await change({ state: "deleted", growth: false });
    await billing.world.table.write(Dirty.mark(acme.organization));
  });

  test("is canceled later after an outage, which needs nobody's attention", async () => {
    for (const outcome of ["lost", "failed", "busy"] as const) {
      failing("cancel", outcome);
      expect(await acme.reconcile()).toEqual({ result: "waiting" });
      expect(await marker()).not.toHaveProperty("attentions");
    }
    billing.world.rebind({ stripe: billing.port });
    await billing.sweep();
    expect([await live(), await marker()]).toEqual([[], undefined]);
  });

  test("needs attention while Stripe refuses to cancel it, and is canceled by the next sweep", async () => {
    failing("cancel", "refused");
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "cancel_refused" });
    expect(await billing.sweep()).toMatchObject({ attention: 1 });
    expect(await marker()).toMatchObject({ attentions: [{ why: "cancel_refused" }] });
    billing.world.rebind({ stripe: billing.port });
    await billing.sweep();
    expect([await live(), await marker()]).toEqual([[], undefined]);
  });

  test("is canceled while Stripe refuses to expire a checkout of it, which each sweep tries again", async () => {
    const { id } = await billing.client.checkout.sessions.create({
      customer: (await acme.row())?.customer ?? "",
      mode: "subscription",
      success_url: "https://muster.example/done",
      line_items: [{ price: billing.prices.monthly, quantity: 1 }],
    });
    failing("expireCheckout", "refused");
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "expire_refused" });
    expect(await live()).toEqual([]);
    expect(await billing.sweep()).toMatchObject({ attention: 1 });
    expect(await marker()).toMatchObject({ attentions: [{ why: "expire_refused" }] });
    billing.world.rebind({ stripe: billing.port });
    await billing.sweep();
    const { status } = await billing.client.checkout.sessions.retrieve(id);
    expect([status, await marker()]).toEqual(["expired", undefined]);
  });
});

describe("of two subscriptions", () => {
  const subscribe = async () => {
    billing.world.clock.pass(60);
    return (await subscribeAgain(billing, acme, 2)).id;
  };

  test("the recorded one stays, also where Stripe lists a newer one first", async () => {
    const known = (await acme.row())?.mirror?.subscription;
    await subscribe();
    await acme.reconcile();
    expect((await live()).map(({ id }) => id)).toEqual([known]);
  });

  test("the older one stays if none is recorded", async () => {
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await acme.reconcile();
    const older = await subscribe();
    await subscribe();
    await acme.reconcile();
    expect((await live()).map(({ id }) => id)).toEqual([older]);
  });

  test("one that Stripe refuses to cancel is not said to be canceled, and needs attention until it is", async () => {
    const customer = (await acme.row())?.customer ?? "";
    await billing.client.subscriptions.create({
      customer,
      trial_period_days: 30,
      metadata: { organizationId: acme.organization },
      items: [{ price: billing.prices.monthly, quantity: 2 }],
    });
    await billing.world.table.write(Dirty.mark(acme.organization));
    const reports = async () =>
      (await acme.events()).filter(({ type }) => type === "billing.duplicate_canceled").length;
    failing("cancel", "refused");
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "cancel_refused" });
    expect([(await live()).length, await reports()]).toEqual([2, 0]);
    billing.world.rebind({ stripe: billing.port });
    await billing.sweep();
    expect([(await live()).length, await reports(), await marker()]).toEqual([1, 1, undefined]);
  });

  test("one that ended before it could be canceled needs no attention", async () => {
    await subscribe();
    const cancel = async (subscription: string) => {
      await billing.client.subscriptions.cancel(subscription);
      throw new StripeError("refused", "No such subscription", { code: "resource_missing" });
    };
    billing.world.rebind({ stripe: { ...billing.port, cancel } });
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "duplicate_paid" });
    expect(await live()).toHaveLength(1);
  });
});

test("while Stripe is out of reach, a price and a request say so", async () => {
  billing.server.faults.inject({ fault: "error_before", times: 1_000 });
  expect(await resultOf(acme.as(() => Seats.preview({ seats: 8 })))).toBe("billing.unavailable");
  expect(await resultOf(acme.as(() => Seats.preview({ seats: 3 })))).toBe("billing.unavailable");
  expect(await resultOf(acme.as(() => Manage.cancel({})))).toBe("billing.unavailable");
  billing.server.faults.clear();
});
