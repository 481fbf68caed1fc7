import { parseArgs } from "node:util";
import * as ID from "@muster/core/base/id.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import { mirrorOf } from "@muster/core/billing/mirror.ts";
import { save } from "@muster/core/billing/save.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import type { Stripe, StripeSubscription } from "@muster/core/kernel/stripe-port.ts";
import type { Put, Table } from "@muster/core/table/table.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { organizationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { count, head, print, row } from "../shared/output.ts";

/**
 * Compares organizations with Stripe, of which none, ten or a thousand differ, and reconciles the differences. Counts
 * Stripe's calls and the table's units, and extrapolates to a million. Stripe is a list in memory that answers at once.
 * The engine holds its table in memory.
 */
const usual = "10000";
const differing = [0, 10, 1_000];
const days = 100;
const daySeconds = 86_400;
const rowsAtOnce = 2_000;
const pageSize = 100;
/** Above 1 % the comparison stops itself; here an operator has allowed it to continue. */
const max = 2_000;
const secondsOfCall = 0.2;

const paid = [{ id: "monthly" as const, price: "price_monthly", amount: 1_000, currency: "eur" }];
const begun = Date.parse("2026-11-24T09:00:00.000Z");
const now = () => new Date(begun + days * daySeconds * 1_000);

/** @param words [--organizations 10000] */
export async function run(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { organizations: { type: "string", default: usual } } });
  await openDeployment((deployment) => measureAll(deployment, Number(values.organizations)), { inMemory: true });
}

type Measured = { calls: number; readUnits: number; writes: number; ms: number };

async function measureAll({ table, client }: Deployment, organizations: number): Promise<void> {
  const { port, calls, subscriptions } = openList();
  bind({ stripe: port, now, plans: { trialDays: 0, trialSeats: 25, graceDays: 14, paid } });
  await fill(table, subscriptions, organizations);
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

  head(2, ["Differences", "", "found or reconciled", "Stripe calls", "read units", "write units", "seconds"]);
  let nothing: Measured | undefined;
  let swept: Measured | undefined;
  const numbers = differing.filter((number) => number <= organizations);
  for (const differences of numbers) {
    for (const one of subscriptions.slice(0, differences)) for (const item of one.items) item.quantity++;
    const found = await compare({ max });
    const sweep = await measure(() => asSystem("clock.billing", () => Sweep.sweep({ max })));
    const again = await compare({});
    show(differences, "compared", found.result.differ, found);
    show(differences, "swept", sweep.result.repaired, sweep);
    show(differences, "compared again", again.result.differ, again);
    const isAsMeant = found.result.differ === differences && sweep.result.repaired === differences;
    if (!isAsMeant || again.result.differ > 0) throw new Error(JSON.stringify({ found, sweep, again }));
    if (again.writes > 0 || (differences === 0 && found.writes + sweep.writes > 0)) {
      throw new Error("Something was written although nothing differed.");
    }
    nothing ??= found;
    swept = sweep;
  }
  if (nothing && swept) model({ nothing, swept, differences: numbers.at(-1) ?? 0, organizations });
}

function show(differences: number, what: string, found: number, { calls, readUnits, writes, ms }: Measured) {
  row([count(differences), what, count(found), count(calls), count(readUnits), count(writes), (ms / 1_000).toFixed(1)]);
}

type Modeled = { nothing: Measured; swept: Measured; differences: number; organizations: number };

/** Calls and units are counted, and depend only on the number of organizations and differences. */
function model({ nothing, swept, differences, organizations }: Modeled) {
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
  const costs = `${each(swept.calls)} calls, ${each(swept.readUnits)} read and ${each(swept.writes)} write units`;
  print(`To reconcile a difference: ${costs}.`);
}

/**
 * Subscriptions that as many organizations bought over some days, oldest first, and the rows of those organizations.
 */
async function fill(table: Table, subscriptions: StripeSubscription[], organizations: number): Promise<void> {
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
      items: [
        {
          id: `si_${number}`,
          price: "price_monthly",
          quantity: 5,
          periodStart: "2027-11-24T09:00:00.000Z",
          periodEnd: "2027-12-24T09:00:00.000Z",
        },
      ],
      endedAt: undefined,
      endsWithPeriod: false,
      cancelAt: undefined,
      trialEnd: undefined,
      daysUntilDue: undefined,
      buyer: undefined,
      op: undefined,
      pending: undefined,
      discounts: [],
      method: { id: "pm_1", type: "card", issuer: "visa", last4: "4242", expires: "2030-12" },
      ownMethod: undefined,
      usualMethod: "pm_1",
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
