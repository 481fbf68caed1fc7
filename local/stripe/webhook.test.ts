import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Stripe from "stripe";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import { openStripe } from "./stripe.testing.ts";
import type { Delivery } from "./webhook.ts";

const secret = "whsec_test";
const url = "https://muster.example/webhook";

let clock: number;
let received: Delivery[];
let answer: number;
let server: Awaited<ReturnType<typeof openStripe>>;

beforeEach(async () => {
  clock = Date.parse("2027-04-01T00:00:00Z");
  received = [];
  answer = 200;
  const send = async (delivery: Delivery) => {
    received.push(delivery);
    return answer;
  };
  server = await openStripe({ now: () => clock, send });
});

afterEach(async () => {
  server.verify();
  await server.stop();
});

const typesOf = () => received.map(({ body }) => (JSON.parse(body) as Stripe.Event).type);
const namesOf = () =>
  received.map(({ body }) => (JSON.parse(body) as Stripe.CustomerCreatedEvent).data.object.name ?? "");

function verify({ body, headers }: Delivery, by: string, at = clock) {
  return server.stripe.webhooks.constructEventAsync(body, headers["stripe-signature"], by, 300, undefined, at);
}

async function create(names: string[]) {
  for (const name of names) await server.stripe.customers.create({ name });
}

test("an event has a signature that the library accepts, and nobody else's", async () => {
  server.webhooks.endpoint(url, secret);
  await create(["Ada"]);
  await server.webhooks.idle();
  const [delivery] = received;
  if (!delivery) throw new Error("nothing arrived");
  expect(delivery.url).toBe(url);
  expect(await verify(delivery, secret)).toMatchObject({ type: "customer.created", data: { object: { name: "Ada" } } });
  await expect(verify(delivery, "whsec_other")).rejects.toThrow("No signatures found");
  await expect(verify({ ...delivery, body: `${delivery.body} ` }, secret)).rejects.toThrow("No signatures found");
  await expect(verify(delivery, secret, clock + 301_000)).rejects.toThrow("Timestamp outside the tolerance zone");
});

test("while a secret is rolled both sign; afterwards only the new one", async () => {
  const { id, secret: old = "" } = await server.stripe.webhookEndpoints.create({
    url,
    enabled_events: ["customer.created"],
  });
  expect(await server.stripe.webhookEndpoints.retrieve(id)).not.toHaveProperty("secret");
  const next = server.webhooks.roll(id);
  await create(["Ada"]);
  await server.webhooks.idle();
  server.webhooks.retire(id);
  await create(["Eve"]);
  await server.webhooks.idle();
  const [both, last] = received;
  if (!both || !last) throw new Error("too little arrived");
  await verify(both, old);
  await verify(both, next);
  await verify(last, next);
  await expect(verify(last, old)).rejects.toThrow("No signatures found");
});

test("an endpoint gets the events that it wants", async () => {
  await server.stripe.webhookEndpoints.create({ url, enabled_events: ["product.created", "customer.deleted"] });
  await create(["Ada"]);
  await server.stripe.products.create({ name: "Seats" });
  await server.webhooks.idle();
  expect(typesOf()).toEqual(["product.created"]);
});

test("what the receiver refuses is sent again; what it accepts is not", async () => {
  server.webhooks.endpoint(url, secret);
  answer = 500;
  await create(["Ada"]);
  await server.webhooks.idle();
  expect(received).toHaveLength(1);
  expect(server.webhooks.waiting()).toHaveLength(1);
  answer = 200;
  await server.webhooks.deliver();
  await server.webhooks.deliver();
  await server.webhooks.deliver();
  expect(namesOf()).toEqual(["Ada", "Ada"]);
  expect(server.webhooks.waiting()).toEqual([]);
});

test("what is refused five times is given up", async () => {
  server.webhooks.endpoint(url, secret);
  answer = 500;
  await create(["Ada"]);
  for (let count = 0; count < 12; count++) await server.webhooks.deliver();
  expect(received).toHaveLength(5);
  expect(server.webhooks.waiting()).toEqual([]);
});

test("held deliveries wait until they are released", async () => {
  server.webhooks.endpoint(url, secret);
  server.webhooks.hold();
  await create(["Ada", "Eve"]);
  await server.webhooks.idle();
  expect(received).toEqual([]);
  server.webhooks.release();
  await server.webhooks.idle();
  expect(namesOf()).toEqual(["Ada", "Eve"]);
});

const many = Array.from({ length: 40 }, (_, index) => String(index));

test.each([
  { disturbance: { drop: 0.5 }, holds: (names: string[]) => names.length < 40 && names.length > 5 },
  { disturbance: { double: 0.5 }, holds: (names: string[]) => names.length > 40 && new Set(names).size === 40 },
  {
    disturbance: { reorder: 0.5 },
    holds: (names: string[]) => names.join() !== many.join() && new Set(names).size === 40,
  },
])("deliveries disturbed by $disturbance are so", async ({ disturbance, holds }) => {
  server.webhooks.endpoint(url, secret);
  server.webhooks.disturb({ random: seededRandom(5), ...disturbance });
  server.webhooks.hold();
  await create(many);
  await server.webhooks.deliver();
  expect(holds(namesOf())).toBe(true);
});

test("a late delivery arrives with the next but one", async () => {
  server.webhooks.endpoint(url, secret);
  server.webhooks.hold();
  server.webhooks.disturb({ random: () => 0, delay: 1 });
  await create(["late"]);
  server.webhooks.disturb(undefined);
  await create(["first"]);
  await server.webhooks.deliver();
  expect(namesOf()).toEqual(["first"]);
  await server.webhooks.deliver();
  expect(namesOf()).toEqual(["first", "late"]);
});

test("by default, it is sent over HTTP", async () => {
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const other = await openStripe();
  other.webhooks.endpoint(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, secret);
  await other.stripe.customers.create({});
  await other.webhooks.idle();
  expect(bodies).toHaveLength(1);
  expect(other.webhooks.waiting()).toEqual([]);
  await other.stop();
  receiver.close();
});
