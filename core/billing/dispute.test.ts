import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { attention as attentionOf } from "./attention.ts";
import { changeAutomaticSeats } from "./automatic/automatic.ts";
import { followSeats } from "./automatic/follow.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import { closeDispute } from "./close-dispute.ts";
import * as Customers from "./customer.ts";
import * as Seats from "./seats.ts";
import { stripeOver } from "./stripe.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const newest = async () => (await acme.invoices())[0]?.id ?? "";

/** Disputes the newest payment, as its payer's bank does. */
async function dispute(wanted = {}) {
  const { id } = billing.server.dispute(await newest(), wanted);
  await billing.server.webhooks.idle();
  return id;
}

describe("a dispute", () => {
  test("of a payment that is nobody's, or that Stripe does not know, concerns nobody", async () => {
    const { id: customer } = await billing.client.customers.create({ name: "Stranger" });
    const id = await dispute();
    const { port } = billing;
    const look = () => asSystem("work", () => Customers.reconcileDispute({ dispute: id }));
    for (const of of [undefined, customer]) {
      const other = async () => ({ ...((await port.dispute(id)) ?? fail()), customer: of });
      billing.world.rebind({ stripe: { ...port, dispute: other } });
      expect(await look()).toEqual({ result: "equal" });
    }
    billing.world.rebind({ stripe: port });
    expect(await asSystem("work", () => Customers.reconcileDispute({ dispute: "du_unknown" }))).toEqual({
      result: "equal",
    });
  });

  test("is looked at again later if Stripe is out of reach, and never if it refuses", async () => {
    const later: object[] = [];
    const id = await dispute();
    const failing = (outcome: "busy" | "refused") =>
      billing.world.rebind({
        stripe: { ...billing.port, dispute: async () => Promise.reject(new StripeError(outcome, "Down.", {})) },
        queues: { send: async (queue, jobs, delaySeconds) => void later.push({ queue, jobs, delaySeconds }) },
      });
    const look = () => asSystem("work", () => Customers.reconcileDispute({ dispute: id }));
    failing("busy");
    expect(await look()).toEqual({ result: "waiting" });
    const job = { job: "reconcileDispute", dispute: id };
    expect(later.splice(0)).toEqual([{ queue: "work", jobs: [job], delaySeconds: 300 }]);
    failing("refused");
    expect([await look(), later]).toEqual([{ result: "equal" }, []]);
  });

  test("and a refund are received, and found where no event arrived", async () => {
    const [subscription] = await acme.subscriptions();
    const intent = `pi_${(await newest()).slice(3)}`;
    await billing.client.refunds.create({ payment_intent: intent, amount: 100 });
    const id = await dispute();
    const jobs = [
      { job: "reconcileCustomer", customer: subscription?.customer },
      { job: "reconcileDispute", dispute: id },
    ];
    for (const event of billing.inbox.splice(0)) await billing.receive(event);
    const received = billing.world.queued.work.splice(0);
    for (const job of jobs) expect(received).toContainEqual(job);
    await billing.catchUp();
    const found = billing.world.queued.work.splice(0);
    for (const job of jobs) expect(found).toContainEqual(job);
  });
});

/** Everything that has happened at Stripe arrives, and what follows from it is done. */
async function arrive() {
  await billing.server.webhooks.idle();
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.work();
}
const decided = async (id: string, uncategorized_text: string) => {
  await billing.client.disputes.update(id, { evidence: { uncategorized_text } });
  await arrive();
};
const resize = (seats: number, more = {}) => resultOf(acme.as(() => Seats.resize({ seats, ...more })));
const preview = (seats: number) => resultOf(acme.as(() => Seats.preview({ seats })));
const states = async () =>
  (await acme.events()).flatMap(({ type, data }) =>
    type === "billing.dispute_changed" ? [(data as { state: string }).state] : [],
  );
const shown = async () => (await acme.as(() => Billing.get({}))).disputes;
const attention = async () => (await asSystem("operator", () => attentionOf({}))).items;
const close = (id: string) =>
  resultOf(asSystem("operator", () => closeDispute({ organization: acme.organization, dispute: id })));
const stopped = "billing.payment_disputed";
const paid = { amount: 5 * perSeat.monthly, currency: "usd" };

describe("while a payment is disputed", () => {
  test("no seats are added and the plan stays, seats can be reduced, and owners and the operator know why", async () => {
    const id = await dispute();
    await arrive();
    expect([await preview(6), await resize(6), await resize(5, { plan: "yearly" })]).toEqual([
      stopped,
      stopped,
      stopped,
    ]);
    const createdAt = expect.any(String);
    expect(await shown()).toEqual([{ ...paid, state: "open", createdAt }]);
    expect(await attention()).toMatchObject([
      {
        organization: acme.organization,
        why: "dispute_open",
        disputes: [{ id, ...paid, respondBy: expect.any(String) }],
      },
    ]);
    expect(await resize(3)).toBe("done");
    expect((await acme.row())?.mirror?.quantity).toBe(3);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 3 });
    expect(await states()).toEqual(["open"]);
  });

  test("each look finds the same, and writes nothing", async () => {
    await dispute();
    await arrive();
    const version = (await acme.row())?.version;
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "dispute_open" });
    await billing.sweep();
    expect([(await acme.row())?.version, await states()]).toEqual([version, ["open"]]);
  });

  test("automatic seats stop, and go on once it is won", async () => {
    const { as, organization } = acme;
    await as(() => changeAutomaticSeats({ limit: 9 }));
    const id = await dispute();
    await arrive();
    await occupy(5);
    const follow = () => asSystem("work", () => followSeats({ job: "followSeats", organization }));
    await follow();
    expect((await acme.row())?.mirror?.quantity).toBe(5);
    await decided(id, "winning_evidence");
    await follow();
    expect((await acme.row())?.mirror?.quantity).toBe(6);
  });
});

describe("a dispute that was recorded", () => {
  test("and is won is over: seats can be added, and nobody needs to do anything", async () => {
    const id = await dispute();
    await arrive();
    await decided(id, "winning_evidence");
    expect([await shown(), await attention(), (await acme.row())?.disputes]).toEqual([undefined, [], undefined]);
    expect(await states()).toEqual(["open", "won"]);
    expect(await resize(6)).toBe("done");
    expect((await acme.row())?.mirror?.quantity).toBe(6);
  });

  test("and is lost needs attention, and stops growth, until the operator closes it", async () => {
    const id = await dispute();
    await arrive();
    expect(await close(id)).toBe("billing.dispute_missing");
    await decided(id, "losing_evidence");
    expect(await attention()).toMatchObject([{ why: "dispute_lost", disputes: [{ id, ...paid }] }]);
    expect([await shown(), await resize(6)]).toEqual([
      [{ ...paid, state: "lost", createdAt: expect.any(String) }],
      stopped,
    ]);
    expect(await close("du_other")).toBe("billing.dispute_missing");
    expect(await close(id)).toBe("done");
    expect([await shown(), await attention()]).toEqual([undefined, []]);
    expect(await resize(6)).toBe("done");
    // an event of it may still come
    await billing.receive(disputeEvent(id));
    await billing.work();
    expect([await attention(), await states()]).toEqual([[], ["open", "lost", "closed"]]);
  });

  test("that a bank only asks about stops nothing, and needs attention until it is escalated or over", async () => {
    const id = await dispute({ isInquiry: true });
    await arrive();
    expect([await shown(), await attention()]).toMatchObject([undefined, [{ why: "dispute_open" }]]);
    expect(await resize(6)).toBe("done");
    await decided(id, "escalate_inquiry_evidence");
    expect([await states(), await resize(7)]).toEqual([["asked", "open"], stopped]);
  });

  test("is decided although no event of that arrives", async () => {
    const id = await dispute();
    await arrive();
    await billing.client.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    billing.inbox.splice(0);
    await billing.sweep();
    expect([await shown(), await states()]).toEqual([undefined, ["open", "won"]]);
  });

  test("is one of several: each stops growth by itself", async () => {
    billing.world.clock.pass(32 * daySeconds);
    billing.server.catchUp();
    const [newer, older] = await acme.invoices();
    const first = billing.server.dispute(older?.id ?? "");
    const second = billing.server.dispute(newer?.id ?? "", { amount: 700 });
    await arrive();
    expect(await shown()).toMatchObject([paid, { amount: 700 }]);
    await decided(first.id, "winning_evidence");
    expect([await shown(), await resize(6)]).toMatchObject([[{ amount: 700 }], stopped]);
    await decided(second.id, "winning_evidence");
    expect([await shown(), await states()]).toEqual([undefined, ["open", "open", "won", "won"]]);
  });
});

const replace = async () => {
  await acme.reconcile();
  await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 2 }));
};

test.each([
  { what: "is still recorded", make: () => undefined, former: undefined },
  { what: "was replaced by another", make: replace, former: [expect.any(String)] },
])("a dispute of a customer who was deleted at Stripe and $what is found", async ({ make, former }) => {
  const id = await dispute();
  await billing.client.customers.del((await acme.row())?.customer ?? "");
  await make();
  expect((await acme.row())?.former).toEqual(former);
  billing.inbox.splice(0);
  await billing.receive(disputeEvent(id));
  await billing.work();
  expect(await states()).toEqual(["open"]);
  expect((await attention()).flatMap(({ disputes = [] }) => disputes.map((one) => one.id))).toEqual([id]);
});

test("a dispute is looked at again if Stripe refuses what else is read", async () => {
  const id = await dispute();
  billing.inbox.splice(0);
  const refusing = async () => Promise.reject(new StripeError("refused", "No.", { code: "more_permissions_required" }));
  billing.world.rebind({ stripe: { ...billing.port, invoices: refusing } });
  await billing.receive(disputeEvent(id));
  await billing.work();
  billing.world.rebind({ stripe: billing.port });
  expect(await states()).toEqual([]);
  await billing.work();
  expect(await states()).toEqual(["open"]);
});

test("a dispute that was won before anybody knew of it leaves nothing", async () => {
  const id = await dispute();
  await decided(id, "winning_evidence");
  expect([await states(), await attention()]).toEqual([[], []]);
});

test("a dispute is recorded once Stripe can be read again, although its customer was known", async () => {
  const id = await dispute();
  billing.inbox.splice(0);
  billing.server.faults.inject({ fault: "error_before", call: "subscriptions.list", times: 9 });
  await billing.receive(disputeEvent(id));
  await billing.work();
  expect(await states()).toEqual([]);
  billing.server.faults.clear();
  await billing.work();
  expect(await states()).toEqual(["open"]);
});

test("a key that may not read disputes gives up, and looks no more", async () => {
  const id = await dispute();
  billing.inbox.splice(0);
  const { client, world } = billing;
  const retrieve = async () => {
    throw Object.assign(new Error("No."), { type: "StripePermissionError", statusCode: 403 });
  };
  const disputes = Object.assign(Object.create(client.disputes) as typeof client.disputes, { retrieve });
  const limited = Object.assign(Object.create(client) as typeof client, { disputes });
  world.rebind({ stripe: stripeOver(async () => limited) });
  expect(await asSystem("work", () => Customers.reconcileDispute({ dispute: id }))).toEqual({ result: "equal" });
  expect(world.queued.work).toEqual([]);
});

const disputeEvent = (id: string) => ({ id: "evt_1", data: { object: { id, object: "dispute" } } }) as never;

/** Takes this many seats, with those that are taken already. */
async function occupy(seats: number) {
  const key = organizationKeys.organization(acme.organization);
  const { capacity = 0 } = (await billing.world.table.get(key)) ?? {};
  await billing.world.table.write(update(key, { set: { free: capacity - seats } }));
}

function fail(): never {
  throw new Error("There is no dispute.");
}
