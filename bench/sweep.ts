import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as Compare from "@muster/core/billing/compare.ts";
import type { StripeSubscription } from "@muster/core/billing/port.ts";
import { mirrorOf, save } from "@muster/core/billing/row.ts";
import { stripeOver } from "@muster/core/billing/stripe.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as ID from "@muster/core/kernel/id.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import type { Projection } from "@muster/core/table/table.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { startStripe } from "@muster/local/stripe/server.ts";
import { meter } from "@muster/local/testing/meter.ts";
import { clientOf } from "@muster/local/testing/stripe.ts";

/**
 * Compares organizations with the stand-in of Stripe, of which none, ten or a thousand differ, and settles what differs.
 * Counts the calls of Stripe and the units of the table, and reckons from them what a million would take.
 * Run: npx tsx bench/sweep.ts [--organizations 10000]
 */
const { values } = parseArgs({ options: { organizations: { type: "string", default: "10000" } } });
const organizations = Number(values.organizations);
const differing = [0, 10, 1_000].filter((count) => count <= organizations);
const days = 100;
const daySeconds = 86_400;
/** Above this the comparison stops itself; here an operator has said that it may go on. */
const most = 2_000;

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const begun = Date.parse("2026-11-24T09:00:00.000Z");
const print = (line: string) => void process.stdout.write(`${line}\n`);
const count = (number: number) => number.toLocaleString("en");

const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
const engine = await startEngine({ file: join(folder, "table.db") });
const connection = { endpoint: engine.endpoint, region, credentials };
const client = connect(connection);
const table = dynamo(client, "muster-bench");
const clock = { at: begun };
const server = await startStripe({ now: () => clock.at });
const stripe = clientOf(server);
const port = stripeOver(async () => stripe);
const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1000 };

try {
  const { StreamSpecification: _, ...definition } = tableDefinition("muster-bench");
  await new DynamoDBClient(connection).send(new CreateTableCommand(definition));
  await run();
} finally {
  await server.stop();
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const product = (await stripe.products.create({ name: "Seats" })).id;
  const recurring = { interval: "month" } as const;
  const { id: price } = await stripe.prices.create({ product, currency: "usd", unit_amount: 1_000, recurring });
  const paid = [{ id: "monthly" as const, price, amount: 1_000, currency: "usd" }];
  const now = () => new Date(clock.at);
  bind({ table, stripe: port, queues: { send: async () => {} }, settings, now });
  bind({ plans: { trialDays: 0, graceDays: 14, paid } });
  const filled = performance.now();
  const subscriptions = await fill(price);
  print(`${count(organizations)} organizations in ${seconds(filled)} s.\n`);

  const costs = meter(client);
  /** Runs something, and says what it asked of Stripe and of the table. */
  async function measure<T>(run: () => Promise<T>) {
    const asked = server.requests().length;
    const at = performance.now();
    const { result, readUnits, writeUnits, indexUnits } = await costs.measure(run);
    const calls = server.requests().length - asked;
    return { result, calls, readUnits, writes: writeUnits + indexUnits, ms: performance.now() - at };
  }

  print("| Differences | | found or settled | Stripe calls | read units | write units | seconds |");
  print("|---:|---|---:|---:|---:|---:|---:|");
  const rows: Record<number, { compare: Measured; sweep: Measured }> = {};
  for (const differences of differing) {
    for (const id of subscriptions.slice(0, differences)) {
      const [item] = server.state.subscriptions.get(id)?.items.data ?? [];
      if (item) item.quantity = Number(item.quantity) + 1;
    }
    const compare = await measure(() => asSystem("clock.compare", () => Compare.compare({ most })));
    const sweep = await measure(() => asSystem("clock.billing", () => Sweep.sweep({ most })));
    const again = await measure(() => asSystem("clock.compare", () => Compare.compare({})));
    rows[differences] = { compare, sweep };
    show(differences, "comparison", compare.result.differ, compare);
    show(differences, "settling", sweep.result.repaired, sweep);
    show(differences, "comparison again", again.result.differ, again);
    const wrong = compare.result.differ !== differences || sweep.result.repaired !== differences || again.writes > 0;
    if (wrong) throw new Error(`${differences} differences: ${JSON.stringify({ compare, sweep, again })}`);
  }
  model(rows);
}

type Measured = { calls: number; readUnits: number; writes: number; ms: number };

function show(differences: number, what: string, found: number, { calls, readUnits, writes, ms }: Measured) {
  const cells = [count(differences), what, count(found), count(calls), count(readUnits), count(writes)];
  print(`| ${[...cells, (ms / 1_000).toFixed(1)].join(" | ")} |`);
}

/** What a million would take: calls and units are counted, and grow with organizations and with differences alone. */
function model(rows: Record<number, { compare: Measured; sweep: Measured }>) {
  const nothing = rows[0]?.compare;
  const largest = differing.at(-1) ?? 0;
  const settled = rows[largest]?.sweep;
  if (!nothing) return;
  const share = 1_000_000 / organizations;
  const perCall = 0.2;
  const calls = nothing.calls * share;
  print(`\nA million, nothing differing: ${count(Math.round(calls))} calls of Stripe (100 subscriptions each), `);
  print(`${count(Math.round(nothing.readUnits * share))} read units, no write units.`);
  print(`At 0.2 s a call, one after the other: ${Math.round((calls * perCall) / 60)} minutes.`);
  if (!settled || largest === 0) return;
  const each = (amount: number) => (amount / largest).toFixed(1);
  print(`Each difference beside: ${each(settled.calls)} calls, ${each(settled.readUnits)} read units,`);
  print(`${each(settled.writes)} write units to settle it.`);
}

/**
 * Subscriptions at Stripe and rows of the table, as so many purchases over some days would have left them: copies of one that
 * was made by the library. They are in a trial that lasts longer than the benchmark, so that no renewal comes between.
 */
async function fill(price: string): Promise<string[]> {
  const { customers, subscriptions } = server.state;
  const { id: customer } = await stripe.customers.create({ email: "owner@example.com" });
  const items = [{ price, quantity: 5 }];
  const { id: first } = await stripe.subscriptions.create({ customer, items, trial_period_days: 700 });
  const [buyer, bought] = [customers.get(customer), subscriptions.get(first)];
  if (!buyer || !bought) throw new Error("The stand-in does not know what it has just made.");
  customers.delete(customer);
  subscriptions.delete(first);
  for (let number = 0; number < organizations; number++) {
    const [id, owner] = [`sub_${number}`, `cus_${number}`];
    const metadata = { organizationId: ID.derive("organization", String(number)) };
    const created = bought.created + Math.floor((number / organizations) * days) * daySeconds;
    customers.set(owner, { ...structuredClone(buyer), id: owner, metadata });
    const copy = structuredClone(bought);
    const data = copy.items.data.map((item) => ({ ...item, id: `si_${number}`, subscription: id }));
    subscriptions.set(id, { ...copy, id, customer: owner, metadata, created, items: { ...copy.items, data } });
  }
  clock.at += days * daySeconds * 1_000;
  let after: string | undefined;
  do {
    const page = await port.subscriptions(after);
    await table.project(page.items.flatMap(rowsOf));
    after = page.next;
  } while (after);
  return [...subscriptions.keys()];
}

function rowsOf(found: StripeSubscription): Projection[] {
  const organization = found.organization as ID.ID<"organization">;
  const billing = save(organization, undefined, {
    customer: found.customer,
    mirror: mirrorOf(found, undefined, found.createdAt),
  });
  const home = {
    ...{ name: "Acme", state: "active", standing: "trialing", growth: true, plan: "monthly" },
    ...{ capacity: 5, free: 4, owners: 1, createdAt: found.createdAt },
  };
  return [billing, { key: Keys.organization(organization), item: home }].map(toProjection);
}

function toProjection({ key, item }: { key: { pk: string; sk: string }; item: object }): Projection {
  return { put: { ...item, ...key } };
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1_000).toFixed(1);
}
