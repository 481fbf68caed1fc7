import { parseArgs } from "node:util";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as ID from "@muster/core/base/id.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import { mirrorOf } from "@muster/core/billing/row.ts";
import { save } from "@muster/core/billing/save.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import type { Stripe, StripeSubscription } from "@muster/core/kernel/stripe-port.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import type { Put } from "@muster/core/table/table.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { organizationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";

/**
 * Compares organizations with Stripe, of which none, ten or a thousand differ, and reconciles the differences. Counts
 * Stripe's calls and the table's units, and extrapolates to a million. Stripe is a list in memory that answers at once.
 * The engine holds its table in memory.
 * Run: npx tsx bench/sweep.ts [--organizations 10000]
 */
const { values } = parseArgs({ options: { organizations: { type: "string", default: "10000" } } });
const organizations = Number(values.organizations);
const differing = [0, 10, 1_000].filter((count) => count <= organizations);
const days = 100;
const daySeconds = 86_400;
const rowsAtOnce = 2_000;
const pageSize = 100;
/** Above 1 % the comparison stops itself; here an operator has allowed it to continue. */
const max = 2_000;
const secondsOfCall = 0.2;

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1000 };
const paid = [{ id: "monthly" as const, price: "price_monthly", amount: 1_000, currency: "eur" }];
const begun = Date.parse("2026-11-24T09:00:00.000Z");
const now = () => new Date(begun + days * daySeconds * 1_000);

const print = (line: string) => void process.stdout.write(`${line}\n`);
const count = (number: number) => Math.round(number).toLocaleString("en");

const engine = await startEngine();
const connection = { endpoint: engine.endpoint, region, credentials };
const client = connect(connection);
const table = dynamo(client, "muster-bench");
const { port, calls, subscriptions } = openList();

try {
  const { StreamSpecification: _, ...definition } = tableDefinition("muster-bench");
  await new DynamoDBClient(connection).send(new CreateTableCommand(definition));
  bind({ table, stripe: port, queues: { send: async () => {} }, settings, now });
  bind({ plans: { trialDays: 0, trialSeats: 25, graceDays: 14, paid } });
  await run();
} finally {
  await engine.stop();
}

type Measured = { calls: number; readUnits: number; writes: number; ms: number };

async function run() {
  await fill();
  const costs = meter(client);
  async function measure<T>(run: () => Promise<T>): Promise<Measured & { result: T }> {
    const [before, at] = [calls(), performance.now()];
    const { result, readUnits, writeUnits, indexUnits } = await costs.measure(run);
    return {
      result,
      calls: calls() - before,
      readUnits,
      writes: writeUnits + indexUnits,
      ms: performance.now() - at,
    };
  }
  const compare = (more: { max?: number }) => measure(() => asSystem("clock.compare", () => Compare.compare(more)));

  print("| Differences | | found or reconciled | Stripe calls | read units | write units | seconds |");
  print("|---:|---|---:|---:|---:|---:|---:|");
  let nothing: Measured | undefined;
  let settled: Measured | undefined;
  for (const differences of differing) {
    for (const one of subscriptions.slice(0, differences)) for (const item of one.items) item.quantity++;
    const found = await compare({ max });
    const sweep = await measure(() => asSystem("clock.billing", () => Sweep.sweep({ max })));
    const again = await compare({});
    show(differences, "compared", found.result.differ, found);
    show(differences, "settled", sweep.result.repaired, sweep);
    show(differences, "compared again", again.result.differ, again);
    const isAsMeant = found.result.differ === differences && sweep.result.repaired === differences;
    if (!isAsMeant || again.result.differ > 0) throw new Error(JSON.stringify({ found, sweep, again }));
    if (again.writes > 0 || (differences === 0 && found.writes + sweep.writes > 0)) {
      throw new Error("Something was written although nothing differed.");
    }
    nothing ??= found;
    settled = sweep;
  }
  if (nothing && settled) model(nothing, settled, differing.at(-1) ?? 0);
}

function show(differences: number, what: string, found: number, { calls, readUnits, writes, ms }: Measured) {
  const cells = [count(differences), what, count(found), count(calls), count(readUnits), count(writes)];
  print(`| ${[...cells, (ms / 1_000).toFixed(1)].join(" | ")} |`);
}

/** Calls and units are counted, and depend only on the number of organizations and differences. */
function model(nothing: Measured, settled: Measured, differences: number) {
  const share = 1_000_000 / organizations;
  const wanted = nothing.calls * share;
  print(
    `\nA million without differences: ${count(wanted)} calls of Stripe, ${count(nothing.readUnits * share)} read units,`,
  );
  print(
    `no write unit; ${count((wanted * secondsOfCall) / 60)} minutes at ${secondsOfCall} s per call, one after the other.`,
  );
  if (differences === 0) return;
  const each = (amount: number) => (amount / differences).toFixed(1);
  const costs = `${each(settled.calls)} calls, ${each(settled.readUnits)} read and ${each(settled.writes)} write units`;
  print(`To reconcile a difference: ${costs}.`);
}

/**
 * Subscriptions that as many organizations bought over some days, oldest first, and the rows of those organizations.
 */
async function fill(): Promise<void> {
  let rows: Put[] = [];
  for (let number = 0; number < organizations; number++) {
    const createdAt = new Date(begun + Math.floor((number / organizations) * days) * daySeconds * 1_000).toISOString();
    const organization = ID.derive("organization", String(number));
    const one: StripeSubscription = {
      id: `sub_${number}`,
      customer: `cus_${number}`,
      organization,
      createdAt,
      status: "active",
      items: [{ id: `si_${number}`, price: "price_monthly", quantity: 5, periodEnd: "2027-12-24T09:00:00.000Z" }],
      endedAt: undefined,
      endsWithPeriod: false,
      cancelAt: undefined,
      trialEnd: undefined,
      buyer: undefined,
      op: undefined,
      pending: undefined,
      discounts: [],
      method: undefined,
      latestInvoice: undefined,
      isCustomerDeleted: false,
    };
    subscriptions.push(one);
    rows.push(...rowsOf(organization, one));
    if (rows.length < rowsAtOnce && number < organizations - 1) continue;
    await putAll({ table }, rows);
    rows = [];
  }
}

function rowsOf(organization: ID.ID<"organization">, one: StripeSubscription): Put[] {
  const mirror = mirrorOf(one, undefined, one.createdAt);
  const billing = save(organization, undefined, { customer: one.customer, mirror });
  const paid = { billingStatus: "active", plan: "monthly", capacity: 5, free: 4, createdAt: one.createdAt } as const;
  return [billing, organizationPut(organization, paid)];
}

/** The calls of the sweeps: subscriptions a hundred per page, newest first, and those of a customer. */
function openList() {
  const subscriptions: StripeSubscription[] = [];
  const place = (id: string) => Number(id.slice(id.indexOf("_") + 1));
  let calls = 0;
  const known: Partial<Stripe> = {
    subscriptions: async (after) => {
      calls++;
      const end = after === undefined ? subscriptions.length : place(after);
      const items = subscriptions.slice(Math.max(0, end - pageSize), end).toReversed();
      return { items, next: end > pageSize ? items.at(-1)?.id : undefined };
    },
    subscriptionsOf: async (customer) => {
      calls++;
      return subscriptions.slice(place(customer), place(customer) + 1);
    },
  };
  const port = new Proxy(known as Stripe, {
    get: (target, name: keyof Stripe) => {
      if (!(name in target)) throw new Error(`The benchmark has no ${name} of Stripe.`);
      return target[name];
    },
  });
  return { port, calls: () => calls, subscriptions };
}
