import * as v from "valibot";
import { isLate, use } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { instant, now, stripe, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import * as Dirty from "./dirty.ts";
import type { StripeEvent } from "./port.ts";
import { settle } from "./reconcile.ts";
import { type Difference, Found, failures, Most, mostDifferences, publish } from "./report.ts";

const atOnce = 8;
/** Events may be written down at Stripe a little later than they happened. */
const overlapSeconds = 600;
/** Stripe keeps events for 30 days. */
const farthestSeconds = 29 * 86_400;
const eventsMark = "billing.events";

type Organization = ID.ID<"organization">;

// Functions

/** Looks at every organization that is marked. Stops when so many differ that something else must be wrong. */
export const sweep = fn(
  "billing.sweep",
  {
    input: v.strictObject({ most: v.optional(Most, mostDifferences) }),
    output: Found,
    failures: [failures.braked],
  },
  async ({ most }) => {
    const { actor } = use();
    const markers = await Dirty.marked();
    const found: Found = { checked: 0, equal: 0, repaired: 0, waiting: 0, person: 0, oldestSeconds: 0 };
    const differences: Difference[] = [];
    let looked = 0;
    for (; looked < markers.length && !isLate(); looked += atOnce) {
      const some = markers.slice(looked, looked + atOnce);
      const verdicts = await Promise.all(some.map(({ organization }) => settle(organization, actor)));
      for (const [n, { verdict, awaits, before, after }] of verdicts.entries()) {
        const marker = some[n];
        if (!marker) continue;
        const { organization, at, person } = marker;
        found.checked++;
        found[verdict]++;
        if (verdict === "waiting" && !awaits) found.oldestSeconds = Math.max(found.oldestSeconds, ageOf(at));
        // what needs a person is told once, and not again with every sweep
        const isNews = verdict === "repaired" || (verdict === "person" && !person);
        if (isNews) differences.push({ organization, verdict, ...(before && { before }), ...(after && { after }) });
      }
      if (found.repaired > most) {
        await publish("dirty", found, differences, { braked: true });
        throw failures.braked();
      }
    }
    found.oldestSeconds = Math.max(found.oldestSeconds, ...markers.slice(looked).map(({ at }) => ageOf(at)));
    if (differences.length > 0) await publish("dirty", found, differences);
    return found;
  },
);

/**
 * Marks whatever Stripe tells of since the last time, for webhooks that never came. The watermark moves once all is
 * marked, and each time begins a little before it.
 */
export const catchUp = fn(
  "billing.catchUp",
  { input: v.strictObject({}), output: v.object({ events: v.number(), organizations: v.number() }) },
  async () => {
    const key = Keys.watermark(eventsMark);
    const mark = await table.get(key);
    const until = instant();
    const farthest = instant(-farthestSeconds);
    const from = typeof mark?.until === "string" ? earlier(mark.until, overlapSeconds) : farthest;
    let events = 0;
    let after: string | undefined;
    const organizations = new Set<Organization>();
    do {
      const page = await stripe().events(from > farthest ? from : farthest, after);
      events += page.items.length;
      for (const one of page.items) for (const organization of concerned(one)) organizations.add(organization);
      after = page.next;
    } while (after);
    await Dirty.tell(...organizations);
    await table.write(update(key, { set: { until } }));
    return { events, organizations: organizations.size };
  },
);

const concerned = ({ organization }: StripeEvent): Organization[] =>
  ID.is("organization", organization) ? [organization] : [];

const ageOf = (at: string) => Math.round((now().getTime() - Date.parse(at)) / 1000);

const earlier = (at: string, seconds: number) =>
  new Date(Math.min(Date.parse(at), now().getTime()) - seconds * 1000).toISOString();
