import * as ID from "@muster/core/base/id.ts";
import { billingKeys } from "@muster/core/billing/keys.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { type BillingWorld, type Customer, openBilling } from "@muster/local/testing/worlds/billing.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { sign } from "@muster/local-stripe/endpoint.ts";
import type Stripe from "stripe";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";

// Stripe's events, through the handlers that Lambda runs.

type Delivery = { body: string; isBase64Encoded: boolean; headers: Record<string, string> };
const [fresh, old] = ["whsec_new", "whsec_old"];
const organization = ID.derive("organization", "acme");
let webhook: (request: Delivery) => Promise<{ statusCode?: number }>;
let bus: (event: never) => Promise<void>;
let world: World;

beforeAll(async () => {
  const pepper = "a pepper for tests only, with 32 characters or more";
  const stripe = { key: "sk_test_none", webhooks: [fresh, old] };
  stubEnvironment({ MUSTER_SECRETS: JSON.stringify({ pepper, stripe }) });
  webhook = (await import("./stripe.ts")).handler as unknown as typeof webhook;
  bus = (await import("./stripe-bus.ts")).handler;
});
beforeEach(async () => {
  world = await openWorld();
});

const seconds = () => Math.floor(Date.now() / 1000);
const event = (of: string = organization) => ({
  id: "evt_1",
  object: "event",
  type: "customer.subscription.updated",
  data: {
    object: {
      id: "sub_1",
      object: "subscription",
      metadata: {
        organizationId: of,
        note: "Zürich 🇨🇭",
      },
    },
  },
});

async function send(body: string, signature: string | undefined, { base64 = false } = {}) {
  const headers: Record<string, string> = signature === undefined ? {} : { "stripe-signature": signature };
  const sent = { body: base64 ? Buffer.from(body).toString("base64") : body, isBase64Encoded: base64, headers };
  return (await webhook(sent)).statusCode;
}
const isMarked = async () => (await world.table.get(billingKeys.dirty(organization))) !== undefined;

describe("a webhook", () => {
  test.each([false, true])("that Stripe signed is stored and queued (in base64: %s)", async (base64) => {
    const body = JSON.stringify(event());
    expect(await send(body, sign(body, [fresh], seconds()), { base64 })).toBe(200);
    expect(await isMarked()).toBe(true);
    expect(world.queued.work).toEqual([{ job: "reconcile", organization }]);
  });

  test("is accepted with the secret that is being replaced, and with both", async () => {
    const body = JSON.stringify(event());
    expect(await send(body, sign(body, [old], seconds()))).toBe(200);
    expect(await send(body, sign(body, [old, fresh], seconds()))).toBe(200);
    expect(await send(body, sign(body, ["whsec_retired"], seconds()))).toBe(400);
  });

  test.each([
    ["forged", (body: string) => sign(body, ["whsec_guess"], seconds())],
    ["of another body", (body: string) => sign(`${body} `, [fresh], seconds())],
    ["stale", (body: string) => sign(body, [fresh], seconds() - 301)],
    ["unsigned", () => undefined],
    ["signed with nothing", () => ""],
    ["signed with words", () => "t=now,v1=yes"],
  ])("that is %s is refused, and has no effect", async (_, signed) => {
    const body = JSON.stringify(event());
    expect(await send(body, signed(body))).toBe(400);
    expect(await isMarked()).toBe(false);
    expect(world.queued.work).toEqual([]);
  });

  test("that is repeated queues another reconciliation, and is refused when it is old", async () => {
    const body = JSON.stringify(event());
    const signature = sign(body, [fresh], seconds() - 200);
    expect(await send(body, signature)).toBe(200);
    await asSystem("work", () => Reconcile.reconcile({ organization }));
    expect(await send(body, signature)).toBe(200);
    expect(await send(body, sign(body, [fresh], seconds() - 400))).toBe(400);
  });

  test("without an organization is accepted, and has no effect", async () => {
    const body = JSON.stringify(event("org_of-nobody"));
    expect(await send(body, sign(body, [fresh], seconds()))).toBe(200);
    expect(world.queued.work).toEqual([]);
  });

  test("that cannot be stored or queued is not accepted, so that Stripe sends it again", async () => {
    const body = JSON.stringify(event());
    const broken = async () => Promise.reject(new Error("This is down."));
    for (const ports of [{ table: { ...world.table, write: broken } }, { queues: { send: broken } }]) {
      world.rebind(ports);
      await expect(send(body, sign(body, [fresh], seconds()))).rejects.toThrow("This is down.");
    }
  });
});

describe("an event of EventBridge", () => {
  test("needs no signature, and comes from Stripe's source", async () => {
    await bus({ source: "aws.partner/stripe.com/ed_test_1", detail: event() } as never);
    expect(await isMarked()).toBe(true);
    expect(world.queued.work).toEqual([{ job: "reconcile", organization }]);
  });

  test.each(["aws.partner/stripe.com/", "aws.partner/example.com/ed_1", "custom"])(
    "of %s is refused",
    async (source) => {
      await expect(bus({ source, detail: event() } as never)).rejects.toThrow("Some fields need attention.");
      expect(await isMarked()).toBe(false);
    },
  );
});

test("a thousand events, shuffled, duplicated, a third of them lost: both sides agree", async () => {
  const billing: BillingWorld = await openBilling();
  const customers: Customer[] = [];
  for (let n = 0; n < 4; n++) {
    const customer = await billing.createOrganization(await billing.world.person(`buyer-${n}@example.com`));
    await customer.buy(5);
    customers.push(customer);
  }
  const random = seededRandom(20_261_124);
  for (const [n, customer] of customers.entries()) {
    const [one] = await customer.subscriptions();
    const [item] = one?.items.data ?? [];
    const quantity = 6 + n;
    await billing.client.subscriptions.update(one?.id ?? "", { items: [{ id: item?.id ?? "", quantity }] });
  }
  const events = Array.from({ length: 1000 }, (_, n) => billing.inbox[n % billing.inbox.length] as Stripe.Event);
  const kept = events.filter(() => random() > 1 / 3).flatMap((one) => (random() < 0.5 ? [one, one] : [one]));
  const shuffled = kept.map((one) => [random(), one] as const).toSorted(([one], [other]) => one - other);
  for (const [, one] of shuffled) {
    const body = JSON.stringify(one);
    expect(await send(body, sign(body, [fresh], seconds()))).toBe(200);
  }
  billing.world.queued.work.splice(0);
  await billing.catchUp();
  await billing.sweep();
  const seats = await Promise.all(customers.map(async (one) => (await one.row())?.mirror?.quantity));
  expect(seats).toEqual([6, 7, 8, 9]);
  expect((await billing.sweep()).checked).toBe(0);
  billing.server.verify();
  await billing.stop();
});
