import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { depth } from "../testing/random.ts";
import { openContract } from "./contract.ts";
import { calls, notServed, routes } from "./routes.ts";
import { openSchemas, type Schemas } from "./schema.ts";
import { openStripe, refusalOf } from "./stripe.testing.ts";
import { used } from "./used.ts";
import { types } from "./wire.ts";

let server: Awaited<ReturnType<typeof openStripe>>;
let schemas: Schemas;

beforeAll(async () => {
  server = await openStripe();
  schemas = await openSchemas({ calls, objects: types });
});

afterEach(() => server.forget());
afterAll(() => server.stop());

test("every call is a method of the library, with its path", async () => {
  expect(new Set(calls).size).toBe(calls.length);
  const library = fileURLToPath(new URL("../../node_modules/stripe/esm/resources", import.meta.url));
  const texts = readdirSync(library, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => readFileSync(join(library, file), "utf8"))
    .join("\n");
  const lost = routes.filter(({ method, pattern }) => {
    const path = pattern.source
      .slice(1, -1)
      .replaceAll("\\/", "/")
      .split("([^/]+)")
      .map((part) => part.replaceAll(".", "\\."));
    return !new RegExp(`'${method}', [\`']${path.join("\\$\\{encodeURIComponent\\(\\w+\\)\\}")}[\`']`).test(texts);
  });
  expect(lost.map(({ call }) => call)).toEqual([]);
});

test("an unknown parameter is refused like Stripe does, and fails the suite", async () => {
  const { customers, subscriptions } = server.stripe;
  expect(await refusalOf(customers.create({ nmae: "Ada" } as object))).toMatchObject({
    type: "StripeInvalidRequestError",
    code: "parameter_unknown",
    param: "nmae",
    message: "Received unknown parameter: nmae",
    status: 400,
  });
  expect(await refusalOf(subscriptions.update("sub_1", { coupon: "OLD" } as object))).toMatchObject({
    param: "coupon",
  });
  const nested = { items: [{ price: "price_1", quantiy: 2 }] } as object;
  expect(await refusalOf(subscriptions.update("sub_1", nested))).toMatchObject({ param: "items[0][quantiy]" });
  expect(server.violations()).toHaveLength(3);
});

test("a wrong value and a missing parameter are refused, and fail the suite", async () => {
  const { subscriptions, customers } = server.stripe;
  const wrong = { proration_behavior: "always" } as object;
  expect(await refusalOf(subscriptions.update("sub_1", wrong))).toMatchObject({
    param: "proration_behavior",
    status: 400,
  });
  const text = { items: [{ id: "si_1", quantity: "many" }] } as object;
  expect(await refusalOf(subscriptions.update("sub_1", text))).toMatchObject({
    code: "parameter_invalid_integer",
    param: "items[0][quantity]",
  });
  const half = customers.createTaxId("cus_1", { type: "eu_vat" } as { type: "eu_vat"; value: string });
  expect(await refusalOf(half)).toMatchObject({ code: "parameter_missing", param: "value" });
  expect(server.violations()).toHaveLength(3);
});

test("what the documentation of a parameter bounds is refused beyond it, and fails the suite", async () => {
  const { checkout, coupons, events, prices, products, subscriptions } = server.stripe;
  const price = { currency: "usd", product: "prod_1" };
  const many = (count: number) => Array.from({ length: count }, () => ({ price: "price_1" }));
  const line = { price: "price_1", adjustable_quantity: { enabled: true, maximum: 1_000_000 } };
  const calls = {
    "items[0][quantity]": () => subscriptions.update("sub_1", { items: [{ id: "si_1", quantity: 1.5 }] }),
    "subscription_data[trial_period_days]": () =>
      checkout.sessions.create({ subscription_data: { trial_period_days: 0 } }),
    "line_items[0][adjustable_quantity][maximum]": () => checkout.sessions.create({ line_items: [line] }),
    unit_amount: () => prices.create({ ...price, unit_amount: -1 }),
    lookup_key: () => prices.create({ ...price, unit_amount: 1, lookup_key: "x".repeat(201) }),
    lookup_keys: () => prices.list({ lookup_keys: many(11).map(() => "x") }),
    percent_off: () => coupons.create({ percent_off: 101 }),
    amount_off: () => coupons.create({ amount_off: 0, currency: "usd" }),
    name: () => products.create({ name: "" }),
    items: () => subscriptions.create({ customer: "cus_1", items: many(21) }),
    types: () => events.list({ types: many(21).map(() => "customer.created") }),
  };
  for (const [param, call] of Object.entries(calls)) {
    expect(await refusalOf(call())).toMatchObject({ type: "StripeInvalidRequestError", status: 400, param });
  }
  expect(server.violations()).toHaveLength(Object.keys(calls).length);
});

test("a fraction is allowed where the documentation says so, and as many as it says", async () => {
  const { coupons, events } = server.stripe;
  expect(await coupons.create({ percent_off: 12.5, duration: "once" })).toMatchObject({ percent_off: 12.5 });
  const types = Array.from({ length: 20 }, () => "customer.created" as const);
  expect((await events.list({ types })).data).toEqual([]);
  expect(server.violations()).toEqual([]);
});

test("what Stripe supports and the stand-in does not fails the suite instead of being ignored", async () => {
  const { subscriptions, coupons, transfers } = server.stripe;
  const refusal = await refusalOf(subscriptions.update("sub_1", { trial_from_plan: true }));
  expect(refusal).toMatchObject({
    status: 500,
    message: "The stand-in does not support the parameter trial_from_plan.",
  });
  expect(await refusalOf(coupons.update("x", { name: "New" }))).toMatchObject({ status: 404 });
  expect(await refusalOf(transfers.list())).toMatchObject({ status: 404 });
  expect(server.violations()).toHaveLength(3);
});

test("parameters are checked to their leaves, whatever the names of metadata are", () => {
  const route = routes.find(({ call }) => call === "subscriptions.update");
  if (!route) throw new Error("no route");
  const params = { items: [{ id: "si_1", quantity: 2 }], metadata: { seat_op: "1", "a.b": "2" }, expand: ["x"] };
  expect(notServed(route, params)).toEqual([]);
  expect(notServed(route, { items: [{ id: "si_1", tax_rates: ["txr_1"] }] })).toEqual(["items[].tax_rates[]"]);
});

const spoils: Record<string, (customer: Record<string, unknown>) => void> = {
  "a wrong type": (customer) => (customer.balance = "12"),
  "a missing field": (customer) => delete customer.invoice_settings,
  "an unknown field": (customer) => (customer.plan = "free"),
  "a word that Stripe does not use": (customer) => (customer.tax_exempt = "maybe"),
  "a fraction of a decimal as a number": (customer) => (customer.created = "2027"),
};

test.each(Object.keys(spoils))("%s in an answer is a 500, and fails the suite", async (name) => {
  const { id } = await server.stripe.customers.create({});
  spoils[name]?.(server.state.customers.get(id) as unknown as Record<string, unknown>);
  expect(await refusalOf(server.stripe.customers.retrieve(id))).toMatchObject({ type: "StripeAPIError", status: 500 });
  expect(server.violations()).toHaveLength(1);
  server.state.customers.delete(id);
});

test("decimals are text on the wire", async () => {
  const product = await server.stripe.products.create({ name: "Seats" });
  const recurring = { interval: "month" } as const;
  const price = await server.stripe.prices.create({ product: product.id, currency: "usd", unit_amount: 5, recurring });
  expect(server.state.prices.get(price.id)?.unit_amount_decimal).toBe("5");
  (server.state.prices.get(price.id) as unknown as Record<string, unknown>).unit_amount_decimal = 5;
  expect(await refusalOf(server.stripe.prices.retrieve(price.id))).toMatchObject({ status: 500 });
});

test("every field that Muster uses exists in the installed library", () => {
  const { has } = openContract(schemas);
  expect(used.filter((path) => !has(path))).toEqual([]);
});

test("a field that has moved is detected", () => {
  const { has } = openContract(schemas);
  const moved = [
    "subscription > current_period_end",
    "invoice > subscription",
    "invoice > payment_intent",
    "subscription > discount",
    "promotion_code > coupon",
    "subscriptions.update > coupon",
    "checkout.sessions.create > line_items[].adjustable_quantity.min",
  ];
  expect(moved.filter((path) => has(path))).toEqual([]);
});

test("a version of the library that moves a used field is detected", async () => {
  const { schemasOf } = await import("./schema-types.ts");
  // reading all types of a library takes seconds
  const library = depth(smallLibrary, installedLibrary)("billed_until");
  try {
    const few = { subscription: types.subscription, subscription_item: types.subscription_item };
    const wanted = { library, calls: ["subscriptions.update"], objects: depth<Record<string, string>>(few, types) };
    const { has } = openContract(schemasOf(wanted));
    const [ofItems, ofAll] = [
      /^subscriptions?(\.update)? > items(\.data)?\[\]\.(id|quantity|current_\w+)$/,
      /^subscriptions?(\.update)? >/,
    ];
    const lost = used.filter((path) => depth(ofItems, ofAll).test(path) && !has(path));
    expect(lost).toEqual(["subscription > items.data[].current_period_end"]);
    expect(() => schemasOf({ ...wanted, calls: ["subscriptions.resize"] })).toThrow(
      "The library has no subscriptions.resize.",
    );
  } finally {
    rmSync(dirname(dirname(library)), { recursive: true });
  }
});

/**
 * Writes the part of the library that a subscription takes, whose items have this field for the end of their period.
 */
function smallLibrary(end: string): string {
  const library = join(mkdtempSync(join(tmpdir(), "muster-stripe-")), "node_modules", "stripe");
  mkdirSync(library, { recursive: true });
  writeFileSync(
    join(library, "package.json"),
    JSON.stringify({ name: "stripe", type: "module", types: "./stripe.d.ts" }),
  );
  writeFileSync(
    join(library, "stripe.d.ts"),
    `declare class Stripe {
      subscriptions: {
        update(id: string, params?: { items?: { id?: string; quantity?: number }[] }): Promise<Stripe.Subscription>;
      };
    }
    declare namespace Stripe {
      interface SubscriptionItem { id: string; object: "subscription_item"; quantity?: number; current_period_start: number; ${end}: number }
      interface Subscription { id: string; object: "subscription"; items: { data: SubscriptionItem[] } }
    }
    export default Stripe;`,
  );
  return library;
}

/** The installed library, whose subscription items have this field for the end of their period. */
function installedLibrary(end: string): string {
  const edit = (text: string) => text.replace("    current_period_end: number;", `    ${end}: number;`);
  const installed = fileURLToPath(new URL("../../node_modules/stripe", import.meta.url));
  const library = join(mkdtempSync(join(tmpdir(), "muster-stripe-")), "node_modules", "stripe");
  const changed = join("esm", "resources", "SubscriptionItems.d.ts");
  for (const file of readdirSync(installed, { recursive: true, encoding: "utf8" })) {
    if (!/(\.d\.ts|package\.json)$/.test(file) || file.startsWith("cjs")) continue;
    mkdirSync(dirname(join(library, file)), { recursive: true });
    if (file === changed) writeFileSync(join(library, file), edit(readFileSync(join(installed, file), "utf8")));
    else writeFileSync(join(library, file), readFileSync(join(installed, file)));
  }
  const modules = join(dirname(library), "@types");
  mkdirSync(modules);
  symlinkSync(join(installed, "..", "@types", "node"), join(modules, "node"));
  return library;
}
