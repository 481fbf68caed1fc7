import type { ID } from "@muster/core/base/id.ts";
import * as Dirty from "@muster/core/billing/dirty.ts";
import { billingKeys } from "@muster/core/billing/keys.ts";
import { put } from "@muster/core/table/table.ts";
import { openWorld, type Person, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import type { APIGatewayProxyStructuredResultV2, Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "./log.ts";
import { stubEnvironment } from "./testing/environment.ts";
import { httpEvent, queueEvent } from "./testing/events.ts";

// The handlers that Lambda runs, in a deployment that sells plans and whose secret has a malformed Stripe key.

type Handlers = {
  api: (event: object) => Promise<APIGatewayProxyStructuredResultV2>;
  work: (event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<SQSBatchResponse>;
  clock: (event: object, context: Pick<Context, "getRemainingTimeInMillis">) => Promise<void>;
  webhook: (event: object) => Promise<APIGatewayProxyStructuredResultV2>;
};
let handlers: Handlers;
let world: World;
let ada: Person;
let acme: ID<"organization">;

beforeAll(async () => {
  stubEnvironment({
    MUSTER_BUCKET: "muster",
    MUSTER_BUCKET_URL: "https://muster.s3.eu-central-1.amazonaws.com",
    MUSTER_PLANS: JSON.stringify([{ id: "yearly", price: "price_1", amount: 9600, currency: "eur" }]),
    MUSTER_SECRETS: JSON.stringify({ pepper: "p".repeat(32), stripe: { key: "pk_test_published" } }),
  });
  const [api, work, clock, webhook] = await Promise.all([
    import("./api/lambda.ts"),
    import("./queue/work.ts"),
    import("./schedule/clock.ts"),
    import("./webhook/stripe.ts"),
  ]);
  handlers = {
    api: api.handler as unknown as Handlers["api"],
    work: work.handler,
    clock: clock.handler,
    webhook: webhook.handler as unknown as Handlers["webhook"],
  };
});
beforeEach(async () => {
  log.setLogLevel("SILENT");
  world = await openWorld();
  ada = await world.person("ada@example.com");
  const created = await call("POST", "/organizations", { name: "Acme" });
  acme = created.json.id;
});

async function call(method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${ada.token}` };
  const event = httpEvent({ method, path: `/api/v1${path}`, headers, ...(body && { body }) });
  const { statusCode, body: text = "" } = await handlers.api(event);
  return { statusCode, json: text === "" ? undefined : JSON.parse(text) };
}

describe("with an unusable Stripe configuration", () => {
  test("people sign in and work", async () => {
    const headers = { origin: siteUrl, "sec-fetch-site": "same-origin", "x-muster": "1" };
    const answer = await handlers.api(
      httpEvent({ method: "POST", path: "/api/v1/sign-in", headers, body: { email: "ada@example.com" } }),
    );
    expect(answer.statusCode).toBe(202);
    expect(acme).toMatch(/^org_/);
    expect((await call("GET", `/organizations/${acme}/members`)).statusCode).toBe(200);
    expect((await call("GET", `/organizations/${acme}/billing`)).statusCode).toBe(200);
  });

  test("only what needs Stripe is refused, with a code of its own, before anything is written", async () => {
    const before = await world.rows.scan();
    const requests: [string, object][] = [
      ["checkout", { plan: "yearly", seats: 5 }],
      ["preview", { seats: 5 }],
      ["resize", { seats: 5 }],
      ["portal", {}],
      ["cancel", {}],
    ];
    for (const [path, body] of requests) {
      const { statusCode, json } = await call("POST", `/organizations/${acme}/billing/${path}`, body);
      expect({ statusCode, code: json.code }).toEqual({ statusCode: 503, code: "billing.misconfigured" });
      expect(json.detail).toBe("Billing is not set up correctly. Contact your operator.");
    }
    for (const path of ["invoices", "upcoming-invoice"]) {
      expect((await call("GET", `/organizations/${acme}/billing/${path}`)).json.code).toBe("billing.misconfigured");
    }
    expect(await world.rows.scan()).toEqual(before);
  });

  test("reactions run, and organizations stay marked until Stripe can be called", async () => {
    await world.table.write(put(billingKeys.billing(acme), { version: 1, customer: "cus_1" }), Dirty.mark(acme));
    const event = queueEvent({ one: JSON.stringify({ job: "reconcile", organization: acme }) });
    const answer = await handlers.work(event, { getRemainingTimeInMillis: () => 90_000 });
    expect(answer.batchItemFailures).toEqual([]);
    expect(await world.table.get(billingKeys.dirty(acme))).toBeDefined();
  });

  test("the clock does everything else, and logs each time the message that an alarm counts", async () => {
    const said = vi.spyOn(log, "error").mockReturnValue();
    const done = vi.spyOn(log, "info").mockReturnValue();
    for (const job of ["sweep", "hour", "day"]) {
      await handlers.clock({ job }, { getRemainingTimeInMillis: () => 240_000 });
      expect(said.mock.calls.splice(0)).toEqual([
        ["Stripe cannot be used.", { error: expect.objectContaining({ message: expect.stringContaining("sk_…") }) }],
      ]);
    }
    const jobs = done.mock.calls.map(([, more]) => (more as { job: string }).job);
    const each = ["sweep", "due", "digests", "imports", "rollouts", "purges", "grants", "keys", "domains"];
    expect(jobs).toEqual([...each, "heartbeats", "heartbeats", "heartbeats"]);
  });

  test("a webhook is not refused permanently: Stripe sends it again", async () => {
    const event = { body: "{}", isBase64Encoded: false, headers: { "stripe-signature": "t=1,v1=00" } };
    expect((await handlers.webhook(event)).statusCode).toBe(503);
  });
});
