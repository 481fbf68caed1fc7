import * as v from "valibot";
import { dayMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, stripe, table } from "../kernel/ports.ts";
import { rowsOf, rowsOfEach } from "../kernel/rows.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { update } from "../table/table.ts";
import { isAnnouncementDue } from "./announce.ts";
import { causeOf } from "./cause.ts";
import * as Dirty from "./dirty.ts";
import { type Drift, driftOf, relabeled, sideOf } from "./drift.ts";
import { asCounted } from "./invoiced.ts";
import { billingKeys } from "./keys.ts";
import { mirrorOf, seatItemOf } from "./mirror.ts";
import { seatItemMissing } from "./reconcile.ts";
import { allowed, MaxDifferences, maxDifferences, publish } from "./report.ts";
import { type BillingRow, type Difference, isLive, isSame, type Row, rowOf } from "./row.ts";
import { apply, judge } from "./status.ts";

const markName = "billing.compare";
const rowsPerRead = 50;
/** No organization bought anything before. */
export const firstDay = "2026-11-01";

type Organization = ID.ID<"organization">;

// Shapes

const Done = v.object({
  checked: v.number(),
  differ: v.number(),
  /** The differences that only time or a release explains, in organizations. */
  expected: v.number(),
  isComplete: v.boolean(),
  /** It stopped, or did nothing because the breaker is tripped. */
  tripped: v.boolean(),
});

/** The progress of a pass: whole days, the newest first. */
type Pass = { day: string; after?: string; checked: number; expected?: number; differ: Difference[] };

// Functions

/**
 * Compares all of Stripe's subscriptions with all of ours, in both directions, day by day of their start. It corrects
 * nothing: differences are marked dirty, and the sweep of markers reconciles them, unless so much differs that the
 * cause must be elsewhere; that trips the breaker, unless an allowed number is given. What only time or a release
 * explains does not count. Continues where it stopped at its deadline.
 */
export const compare = fn(
  "billing.compare",
  {
    input: v.strictObject({
      max: v.optional(MaxDifferences),
      /** Only resumes a pass that stopped at its deadline, and begins none. */
      onlyResume: v.optional(v.boolean(), false),
    }),
    output: Done,
    reads: () => [kernelKeys.watermark(markName), billingKeys.breaker()],
  },
  async ({ max, onlyResume }, _, [kept, breaker]) => {
    const key = kernelKeys.watermark(markName);
    const none = { checked: 0, differ: 0, expected: 0, isComplete: true, tripped: false };
    const resumed = kept?.pass as Pass | undefined;
    if (onlyResume && !resumed) return none;
    // threat: a comparison marks while sweeps are stopped
    // threat: a comparison that the circuit breaker stops says that it found differences
    if (breaker && max === undefined) return { ...none, isComplete: false, tripped: true };
    const begun = resumed ?? { day: nextDay(instant(), 1), checked: 0, differ: [] };
    const keep = (pass: Pass) => table.write(update(key, { set: { pass } }));
    const { pass, isComplete } = await comparePages(begun, max ?? maxDifferences, keep);
    const { checked, expected = 0, differ } = pass;
    const counts = { checked, differ: differ.length, expected };
    if (!isComplete) return { ...counts, isComplete, tripped: false };
    // threat: a comparison marks everything where the cause is elsewhere
    const isTooMuch = differ.length > (max ?? allowed(checked));
    if (!isTooMuch) await Dirty.markAndQueue(...differ.map(({ organization }) => organization as Organization));
    if (differ.length > 0) await publish("full", counts, differ, { tripped: isTooMuch });
    if (resumed) await table.write(update(key, { unset: ["pass"] }));
    return { ...counts, isComplete, tripped: isTooMuch };
  },
);

/**
 * Compares page by page. It is complete with the last one, or when too many differ. At the deadline, and when Stripe
 * interrupts it, it keeps how far it came.
 */
async function comparePages(
  begun: Pass,
  max: number,
  keep: (pass: Pass) => Promise<unknown>,
): Promise<{ pass: Pass; isComplete: boolean }> {
  let pass = begun;
  let theirs: StripeSubscription[] = [];
  let { after } = begun;
  let isOver = false;
  while (!isOver) {
    const page = await stripe()
      .subscriptions(after)
      .catch(async (error: unknown) => {
        // threat: an outage of Stripe costs the comparison of a day
        await keep(pass);
        throw error;
      });
    theirs.push(...page.items);
    after = page.next;
    isOver = !after;
    const reached = theirs.at(-1)?.createdAt.slice(0, 10) ?? pass.day;
    // the last day may continue on the next page
    const whole = isOver ? theirs : theirs.filter(({ createdAt }) => createdAt.slice(0, 10) > reached);
    // threat: a comparison passes over a day that its page ends behind
    const to = isOver ? earliest(reached, firstDay) : nextDay(reached, 1);
    pass = await compareDays(pass, whole, to);
    theirs = isOver ? [] : theirs.slice(whole.length);
    const [last] = whole.slice(-1);
    if (last) pass = { ...pass, after: last.id };
    // so much is too much, however many more there are
    if (pass.differ.length > max) break;
    if (isOver || !isPastDeadline()) continue;
    await keep(pass);
    return { pass, isComplete: false };
  }
  return { pass, isComplete: true };
}

/** Compares the days before that of the pass, down to one day, which is where the next one ends. */
async function compareDays(pass: Pass, theirs: readonly StripeSubscription[], to: string): Promise<Pass> {
  const byDay = new Map<string, StripeSubscription[]>();
  for (const one of theirs) {
    const day = one.createdAt.slice(0, 10);
    byDay.set(day, [...(byDay.get(day) ?? []), one]);
  }
  let { checked, expected = 0 } = pass;
  const differ = [...pass.differ];
  for (let day = nextDay(pass.day, -1); day >= to; day = nextDay(day, -1)) {
    const found = await compareDay(day, byDay.get(day) ?? []);
    checked += found.checked;
    differ.push(...found.differ);
    expected += found.expected.length;
    await Dirty.markAndQueue(...found.expected);
  }
  return { ...pass, day: earliest(pass.day, to), checked, expected, differ };
}

async function compareDay(day: string, theirs: readonly StripeSubscription[]) {
  const ours = await rowsOf({ list: billingKeys.subscriptions(day) });
  const listed = new Map(ours.map(({ rank, pk }) => [String(rank), pk]));
  // what was recorded decides: the label at Stripe may be lost, or another's
  const whose = ({ id, organization }: StripeSubscription) =>
    // threat: a comparison passes over a subscription whose label is lost
    listed.get(id) ?? (ID.is("organization", organization) ? organization : undefined);
  const organizations = new Set<Organization>(listed.values());
  for (const organization of theirs.map(whose)) if (organization) organizations.add(organization);
  const known = await read([...organizations]);
  const seen = new Set(theirs.map(({ id }) => id));
  const unseen = [...listed].filter(([id]) => !seen.has(id)).map(([, organization]) => organization);
  const differ = new Map<Organization, Difference>();
  const expected: Organization[] = [];
  for (const organization of unseen) differ.set(organization, { organization, result: "unknown to Stripe" });
  for (const one of theirs) {
    const organization = whose(one);
    if (!organization) continue;
    const found = known.get(organization);
    const difference = differenceOf(one, organization, found);
    if (difference === "expected") expected.push(organization);
    else if (difference) differ.set(organization, { organization, ...difference });
  }
  const other = expected.filter((organization) => !differ.has(organization));
  return { checked: organizations.size, differ: [...differ.values()], expected: other };
}

type Known = { organizationRow: OrganizationRow | undefined; billing: BillingRow | undefined };

/**
 * Returns what differs about a subscription, `expected` if only time or a release explains it, from rows that may lag:
 * reconciliation reads them again.
 */
function differenceOf(
  one: StripeSubscription,
  organization: Organization,
  known: Known | undefined,
): Drift | "expected" | undefined {
  const { organizationRow, billing } = known ?? {};
  const row = rowOf(billing);
  const lives = isLive(one);
  const strange = lives ? strangeOf(one, organization, organizationRow, row) : undefined;
  if (strange) return strange;
  if (!organizationRow || !row || row.mirror?.subscription !== one.id) return;
  const as = (result: string) => ({ result, after: sideOf(one, row.mirror) });
  const at = instant();
  const mirror = asCounted(mirrorOf(one, row.mirror, row.mirror.endedAt ?? at), one, row.op);
  const cause = causeOf(row, mirror, at);
  if (!isSame(mirror, row.mirror)) return cause === "change" ? driftOf(one, row.mirror, mirror) : "expected";
  if (organizationRow.state === "deleted") return lives ? as("organization deleted") : undefined;
  const pending = pendingOf(one, organizationRow, row, cause === "change", at);
  return pending === "unfinished" ? as(pending) : pending;
}

/** Returns why an active subscription cannot be compared with the recorded one: it is another, or its seats are unknown. */
function strangeOf(
  one: StripeSubscription,
  organization: Organization,
  organizationRow: OrganizationRow | undefined,
  row: Row | undefined,
): Drift | undefined {
  const as = (result: string) => ({ result, after: sideOf(one, row?.mirror) });
  if (!organizationRow || !row) return as("unknown here");
  if (row.mirror?.subscription !== one.id) return as("not the known subscription");
  if (one.organization !== organization) return relabeled(one, organization);
  // threat: a subscription whose seats somebody replaced at Stripe is found by no sweep
  return seatItemOf(one, row.mirror) ? undefined : as(seatItemMissing);
}

/**
 * Returns what reconciliation has to do although the mirror is right: `expected` if only time explains it, `unfinished`
 * if something else does.
 */
function pendingOf(
  one: StripeSubscription,
  organizationRow: OrganizationRow,
  row: Row,
  isChanged: boolean,
  at: string,
): "expected" | "unfinished" | undefined {
  const standsWrongly = apply(organizationRow.pk, organizationRow, judge(organizationRow, row, at)).length > 0;
  const isDue = isAnnouncementDue(row, at);
  const { op } = row;
  // threat: a comparison takes invoices that customers have weeks to pay for changes that are unfinished
  const isNamed = one.pending?.op === op?.id || (op?.invoiced !== undefined && one.op === op.id);
  // for hours, or weeks, its customer can still pay
  // threat: a comparison takes a change that Stripe has dropped for one that waits
  // threat: a comparison takes a change whose answer is lost for one that waits
  const isWaiting = op?.waitsUntil !== undefined && isNamed;
  // threat: changes that wait for their payments trip the breaker for all
  if ((op && !isWaiting) || (standsWrongly && isChanged)) return "unfinished";
  return standsWrongly || isDue ? "expected" : undefined;
}

async function read(organizations: readonly Organization[]): Promise<Map<Organization, Known>> {
  const known = new Map<Organization, Known>();
  for (const some of slicesOf(organizations, rowsPerRead)) {
    const keysOf = (one: Organization) => [organizationKeys.organization(one), billingKeys.billing(one)] as const;
    const rows = await rowsOfEach(some, keysOf, { consistent: false });
    for (const [n, one] of some.entries()) known.set(one, { organizationRow: rows[n]?.[0], billing: rows[n]?.[1] });
  }
  return known;
}

const earliest = (one: string, other: string) => (one < other ? one : other);
/** Returns the day so many days after an instant. */
export const nextDay = (at: string, by: number): string =>
  new Date(Date.parse(at.slice(0, 10)) + by * dayMs).toISOString().slice(0, 10);
