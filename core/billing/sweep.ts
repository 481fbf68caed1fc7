import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, now, stripe, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { update } from "../table/table.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import { catchUpDays } from "./limits.ts";
import { chargeDiffers, customerMissing, type Result, reconcileOne } from "./reconcile.ts";
import { Found, MaxDifferences, maxDifferences, publish } from "./report.ts";
import { type Difference, failures, rowOf } from "./row.ts";
import { save } from "./save.ts";

const atOnce = 8;
const rowsPerRead = 50;
// threat: events that Stripe writes down late are never looked at
/** Stripe may record events a little later than they happened. */
const overlapSeconds = 600;
const eventsMark = "billing.events";

type Organization = ID.ID<"organization">;
/** A subscription of a customer that is labeled with an organization. */
type Labeled = { customer: string; organization: Organization };

// Shapes

/** It stopped, or did nothing because the breaker is tripped. */
const Tripped = v.object({ tripped: v.boolean() });
const Caught = v.object({ events: v.number(), organizations: v.number() });

// Functions

/**
 * Reconciles every marked organization. Stops when so many differ that something else must be wrong, which trips the
 * breaker, unless an allowed number is given.
 */
export const sweep = fn(
  "billing.sweep",
  {
    input: v.strictObject({ max: v.optional(MaxDifferences) }),
    output: v.object({ ...Found.entries, ...Tripped.entries }),
    reads: () => [billingKeys.breaker()],
  },
  async ({ max }, actor, [breaker]) => {
    const found: Found = { checked: 0, equal: 0, repaired: 0, expected: 0, waiting: 0, attention: 0, oldestSeconds: 0 };
    // threat: marked organizations are reconciled while sweeps are stopped
    if (breaker && max === undefined) return { ...found, tripped: true };
    const markers = await Dirty.marked();
    const differences: Difference[] = [];
    const misreported: Organization[] = [];
    let looked = 0;
    for (; looked < markers.length && !isPastDeadline(); looked += atOnce) {
      const some = markers.slice(looked, looked + atOnce);
      const reconciled = some.map(async (marker) => ({
        marker,
        one: await reconcileOne(marker.organization, actor),
      }));
      for (const { marker, one } of await Promise.all(reconciled)) {
        found.checked++;
        found[one.isExpected ? "expected" : one.result]++;
        const isBehind = one.result === "waiting" && !one.awaits;
        if (isBehind) found.oldestSeconds = Math.max(found.oldestSeconds, ageOf(marker.at));
        differences.push(...differencesOf(marker, one));
        if (one.mischarged) misreported.push(marker.organization);
      }
      // threat: a sweep changes everything where the cause is elsewhere
      if (found.repaired > (max ?? maxDifferences)) {
        await publish("dirty", found, differences, { tripped: true });
        await noteReported(misreported);
        return { ...found, tripped: true };
      }
    }
    found.oldestSeconds = Math.max(found.oldestSeconds, ...markers.slice(looked).map(({ at }) => ageOf(at)));
    if (differences.length > 0) await publish("dirty", found, differences);
    await noteReported(misreported);
    return { ...found, tripped: false };
  },
);

/** Returns what a report says of an organization: what needs attention once for each reason, not with every sweep. */
function differencesOf({ organization, attentions }: Dirty.Marker, one: Result): Difference[] {
  const { result, why, also = [], isExpected, mischarged, before, after } = one;
  const isKnown = (reason: string) => reason !== customerMissing && attentions.some((known) => known.why === reason);
  // threat: an operator is not told of a payment because something else was wrong before
  const newWhys = [why ?? "", ...also].filter((reason) => reason !== chargeDiffers && !isKnown(reason));
  const news = result === "attention" ? newWhys : result === "repaired" && !isExpected ? [result] : [];
  const charge = mischarged && { before: mischarged.shown, after: mischarged.charged };
  return [
    ...(charge ? [{ organization, result: chargeDiffers, ...charge }] : []),
    ...news.map((reason) => ({ organization, result: reason, ...withoutUndefined({ before, after }) })),
  ];
}

/**
 * Marks the organizations of Stripe's events since the last run, in case webhooks were lost. The watermark moves once
 * all are marked, and each run begins a little before it. A tripped breaker stops this too: Stripe keeps events long
 * enough.
 */
export const catchUp = fn(
  "billing.catchUp",
  {
    input: v.strictObject({}),
    output: v.object({ ...Caught.entries, ...Tripped.entries }),
    reads: () => [kernelKeys.watermark(eventsMark), billingKeys.breaker()],
  },
  async (_input, _actor, [mark, breaker]) => {
    // threat: events are caught up with while sweeps are stopped
    if (breaker) return { events: 0, organizations: 0, tripped: true };
    const until = instant();
    const farthest = instant(-catchUpDays * daySeconds);
    const from = typeof mark?.until === "string" ? earlier(mark.until, overlapSeconds) : farthest;
    let events = 0;
    let after: string | undefined;
    const organizations = new Set<Organization>();
    const customers = new Set<string>();
    const disputes = new Set<string>();
    const labeled = new Map<string, Labeled>();
    do {
      const page = await stripe().events(from > farthest ? from : farthest, after);
      events += page.items.length;
      for (const { organization, customer, dispute } of page.items) {
        if (dispute) disputes.add(dispute);
        if (ID.is("organization", organization)) {
          organizations.add(organization);
          if (customer) labeled.set(`${customer} ${organization}`, { customer, organization });
        } else if (customer) customers.add(customer);
      }
      after = page.next;
    } while (after);
    // threat: events that are caught up with are not marked
    await Dirty.markAndQueue(...organizations);
    // threat: a lost event of a payment method is never found
    await Dirty.queueCustomers(...new Set([...customers, ...(await othersOf([...labeled.values()]))]));
    // threat: a lost event of a dispute is never found
    await Dirty.queueDisputes(...disputes);
    await table.write(update(kernelKeys.watermark(eventsMark), { set: { until } }));
    return { events, organizations: organizations.size, tripped: false };
  },
);

/** Returns the customers that are not those of the organizations their subscriptions are labeled with. */
async function othersOf(labeled: readonly Labeled[]): Promise<string[]> {
  const others: string[] = [];
  for (const some of slicesOf(labeled, rowsPerRead)) {
    const rows = await table.getMany(some.map(({ organization }) => billingKeys.billing(organization)));
    for (const [n, { customer }] of some.entries()) {
      const row = rows[n];
      if (row?.customer !== customer && !row?.former?.includes(customer)) others.push(customer);
    }
  }
  return others;
}

/** Later sweeps do not report these charges again; where a parallel change comes first, the next one does. */
async function noteReported(organizations: readonly Organization[]): Promise<void> {
  for (const organization of organizations) {
    const row = rowOf(await table.get(billingKeys.billing(organization)));
    if (!row?.mischarged) continue;
    const next = { ...row, mischarged: { ...row.mischarged, isReported: true as const } };
    await writeUnless(failures.moved, save(organization, row, next));
  }
}

const ageOf = (at: string) => Math.round((now().getTime() - Date.parse(at)) / 1000);

const earlier = (at: string, seconds: number) =>
  new Date(Math.min(Date.parse(at), now().getTime()) - seconds * 1000).toISOString();
