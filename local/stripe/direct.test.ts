import Stripe from "stripe";
import { afterAll, expect, test } from "vitest";
import { faults } from "./fault.ts";
import { clientOf, directClientOf, openStripe } from "./stripe.testing.ts";

// What is tested without connections holds with them: the library sees the same of both.

const server = await openStripe({ now: () => Date.parse("2027-04-01T00:00:00Z") });
afterAll(() => server.stop());
const clients = { "over HTTP": clientOf(server), directly: directClientOf(server) };

/** Ids differ from call to call. */
const withoutIds = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll(/\b(req|cus)_\w+|stripe-node-retry-[\w-]+|(?<="invoice_prefix":")\w+/g, "$1"),
  );

async function outcome(call: Promise<{ lastResponse: object }>) {
  try {
    const answer = await call;
    const { requestId, statusCode, apiVersion, idempotencyKey } = answer.lastResponse as Record<string, unknown>;
    return withoutIds({ answer, requestId, statusCode, apiVersion, idempotencyKey });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const { type, code, param, statusCode, message, requestId, detail, headers } = error;
    const names = Object.keys(headers ?? {}).filter((name) => !["date", "connection", "keep-alive"].includes(name));
    const cause = detail instanceof Error && [detail.message, (detail as { code?: string }).code];
    const own = names.filter((one) => !one.startsWith("transfer")).sort();
    return withoutIds({ type, code, param, statusCode, message, requestId, cause, own });
  }
}

const both = async (act: (client: Stripe) => Promise<{ lastResponse: object }>, prepare = () => {}) => {
  const outcomes: unknown[] = [];
  for (const client of Object.values(clients)) {
    prepare();
    outcomes.push(await outcome(act(client)));
    server.faults.clear();
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
  return outcomes[0] as Record<string, unknown>;
};

test("an answer, a list, an unknown id, and a wrong parameter", async () => {
  const made = await both(({ customers }) => customers.create({ name: "Ada", metadata: { "a.b": "1 & 2" } }));
  expect(made).toMatchObject({ answer: { name: "Ada", metadata: { "a.b": "1 & 2" } }, requestId: "req" });
  expect(await both(({ customers }) => customers.list({ limit: 1 }))).toMatchObject({ statusCode: 200 });
  expect(await both(({ customers }) => customers.retrieve("cus_none"))).toMatchObject({ statusCode: 404 });
  expect(await both(({ customers }) => customers.create({ nmae: "Ada" } as object))).toMatchObject({ param: "nmae" });
});

test.each(faults.filter((fault) => fault !== "hold"))("a call that meets %s", async (fault) => {
  // the library repeats once what a broken connection cut
  const inject = () => server.faults.inject({ fault, times: 2 });
  const met = await both(({ customers }) => customers.create({ name: "Ada" }), inject);
  expect(met.statusCode).toBe(fault.startsWith("cut") ? undefined : fault === "rate_limit" ? 429 : 500);
});

test("a key that was used is answered with what was stored under it", async () => {
  const create = ({ customers }: Stripe) => customers.create({ name: "Ada" }, { idempotencyKey: "one" });
  const { id } = await create(clients["over HTTP"]);
  expect((await create(clients.directly)).id).toBe(id);
  const other = () => clients.directly.customers.create({ name: "Bob" }, { idempotencyKey: "one" });
  await expect(other()).rejects.toThrow(Stripe.errors.StripeIdempotencyError);
});

test("a call that is made in the same moment waits for the one under way", async () => {
  server.faults.inject({ fault: "hold", call: "customers.create" });
  const held = clients.directly.customers.create({ name: "Ada" });
  await expect.poll(() => server.faults.held()).toBe(1);
  expect((await clients.directly.products.list()).data).toEqual([]);
  server.faults.release();
  expect((await held).name).toBe("Ada");
});
