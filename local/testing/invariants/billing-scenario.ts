import { daySeconds, hourSeconds } from "@muster/core/base/duration.ts";
import { followDue } from "@muster/core/billing/automatic/due.ts";
import { queueLooks } from "@muster/core/billing/automatic/trigger.ts";
import * as Report from "@muster/core/billing/report.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind, plans } from "@muster/core/kernel/ports.ts";
import { type Stripe as Port, StripeError } from "@muster/core/kernel/stripe-port.ts";
import * as Grant from "@muster/core/organization/grant.ts";
import type { UnusedTime } from "@muster/core/plan/shape.ts";
import type { Table } from "@muster/core/table/table.ts";
import type Stripe from "stripe";
import { seededRandom } from "../random.ts";
import { lagging, watched } from "./automatic-seats.ts";
import type { Actors } from "./billing-actors.ts";
import { differences, unpaid } from "./billing-agreement.ts";
import { contradictions } from "./billing-contradictions.ts";
import { perform, type ScenarioStep, sentTo, setCard } from "./billing-steps.ts";
import { storedOf } from "./billing-stored.ts";

// A history of organizations that buy, people who come and go, and a Stripe that fails; and what must be true after it.

export type BillingScenario = {
  /** Actions of one batch happen at once. */
  batches: readonly (readonly ScenarioStep[])[];
  /** The failures of Stripe's changing calls. */
  faults: { seed: number; probability: number };
  /** The policy for the rest of a paid period of a deleted organization. Without it, it is lost. */
  unusedTime?: UnusedTime;
  /** Afterwards only markers are swept, at once: nothing is compared, and no time passes. */
  onlyMarked?: boolean;
};

/** Parts that do less than they should. */
export type Variant = {
  port?: (port: Port, actors: Actors) => Port;
  table?: (table: Table, actors: Actors) => Table;
  receive?: (actors: Actors) => (event: Stripe.Event) => Promise<unknown>;
};

/** Runs a scenario, and returns what is wrong, or nothing. */
export async function runScenario(
  actors: Actors,
  { batches, faults, unusedTime = "lost", onlyMarked = false }: BillingScenario,
  variant: Variant = {},
): Promise<string[]> {
  const { billing } = actors;
  const { world, server, port, receive } = billing;
  billing.receive = variant.receive?.(actors) ?? receive;
  const refused = refusing(port, actors);
  const table = watched(world.table, actors);
  bind({
    stripe: variant.port?.(refused, actors) ?? refused,
    table: variant.table?.(table, actors) ?? table,
    plans: { ...plans(), unusedTime },
  });
  server.faults.random({ random: seededRandom(faults.seed), probability: faults.probability });
  const wrong: string[] = [];
  for (const batch of batches) {
    noteRepriced(actors, batch);
    await Promise.all(batch.map((step) => perform(actors, step)));
    wrong.push(...(await unpaid(actors)));
  }
  server.faults.clear();
  if (onlyMarked) await billing.sweep();
  else await quiet(actors);
  wrong.push(...(await differences(actors)));
  // what is wrong already needs no more
  if (!onlyMarked && wrong.length === 0) wrong.push(...(await restless(actors)), ...(await lagging(actors)));
  bind({ stripe: port, table: world.table });
  Object.assign(billing, { receive });
  return wrong;
}

/** A discount that comes between a price and its confirmation changes what is charged. */
function noteRepriced({ customers, repriced }: Actors, batch: readonly ScenarioStep[]): void {
  const discounted = batch.flatMap((step) => (step.do === "coupon" ? [step.of % customers.length] : []));
  for (const step of batch) {
    const of = step.do === "seats" ? customers[step.of % customers.length] : undefined;
    if (of && discounted.includes(customers.indexOf(of))) repriced.add(of.organization);
  }
}

/** Stripe, which refuses to cancel a subscription while the history says so. */
function refusing(port: Port, actors: Actors): Port {
  return {
    ...port,
    cancel: async (subscription) => {
      if (actors.isRefusing) throw new StripeError("refused", "Not now.", { code: "resource_locked" });
      return port.cancel(subscription);
    },
  };
}

/** Runs everything that happens on its own: half of Stripe's events are lost. */
async function quiet({ billing, customers }: Actors): Promise<void> {
  for (const one of customers) {
    const row = await one.row();
    setCard(billing, row, true);
    // nothing waits for its payment anymore
    for (const { id } of sentTo(billing, row)) await billing.client.invoices.pay(id);
  }
  const left = billing.inbox.splice(0);
  for (const event of left.slice(0, Math.floor(left.length / 2)).toReversed()) await billing.receive(event);
  billing.world.clock.pass(daySeconds + hourSeconds);
  await billing.work();
  await asSystem("clock", () => Grant.endGrants({}));
  await asSystem("clock", () => followDue({}));
  await billing.sweep();
  await billing.catchUp();
  await billing.work();
  await billing.compare();
  await billing.work();
  await billing.sweep();
  // what the stream says of the last changes
  await queueLooks(customers.map(({ organization }) => organization));
  await billing.work();
  await billing.sweep();
  billing.inbox.length = 0;
}

type OfOrganization = { organization?: unknown };

/** Once both sides agree, another full sweep changes nothing. */
async function restless(actors: Actors): Promise<string[]> {
  const { billing, customers } = actors;
  // what needs attention differs until somebody has attended to it
  const agreed: unknown[] = [];
  for (const one of customers) {
    const known = contradictions(actors, one, await storedOf(billing, one));
    if (known.length === 0) agreed.push(one.organization);
  }
  const rows = async () =>
    JSON.stringify(
      await Promise.all(
        customers.map(async (one) => [inOrder(await one.organizationRow()), (await one.row())?.version]),
      ),
    );
  const callsBefore = billing.server.requests().length;
  const before = await rows();
  await billing.sweep();
  await billing.compare();
  const queued = billing.world.queued.work
    .splice(0)
    .filter((job) => agreed.includes((job as OfOrganization).organization));
  const calls = billing.server.requests().slice(callsBefore);
  const after = await rows();
  const changing = calls.filter(({ call }) => !/list|retrieve/i.test(call)).map(({ call }) => call);
  return [
    ...changing.map((call) => `a second sweep called ${call}`),
    ...(after === before ? [] : [`a second sweep wrote: ${before} became ${after}`]),
    ...(queued.length > 0 ? [`a second sweep found a difference: ${JSON.stringify(await newestReport())}`] : []),
  ];
}

/** The attributes of a row, and those within them, by name. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Set) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, inOrder(part)]);
}

const newestReport = () =>
  asSystem("operator", async () => {
    const [newest] = (await Report.reports({})).items;
    return newest && (await Report.report({ report: newest.id })).differences;
  });
