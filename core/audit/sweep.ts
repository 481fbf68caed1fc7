import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { WatermarkRow } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, table } from "../kernel/ports.ts";
import { type Read, read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { Owner } from "../table/key-text.ts";
import { all, equal, has, type Item, type Position, type Some, update, when } from "../table/table.ts";
import { announceMissed, isAnnounced, missedSeconds } from "./announce.ts";
import { follow } from "./audit.ts";
import { auditKeys } from "./keys.ts";
import type { StatsRow } from "./row.ts";

/** The first month in which Muster had organizations. */
export const firstMonth = "2026-11";
/** Used in place of a month. */
const deleted = "deleted";
const organizationsPerPage = 1000;
/** At one run in five minutes, all organizations are visited within four hours, however many there are. */
const runsPerPass = 48;
/** Rows of the list of accounts that lag: there are few at any time. */
const accountRowsPerRun = 200;
const ownersAtOnce = 20;

// Shapes

/** The result of one run. `checked` counts organizations, and accounts that lag. */
const Done = v.object({ checked: v.number(), moved: v.number(), announced: v.number() });

// Failures

export const failures = { grown: failure("conflict", "log.grown", "The log has grown.") };

// Functions

/**
 * Recovers what was lost, for example when a stream or queue was down for longer than retries last: drains outboxes,
 * and announces events without reactions. Walks the organizations month by month, a share of them per run, continues
 * where it stopped, and starts over after the last. Accounts that lag are in a list.
 */
export const sweep = fn("audit.sweep", { input: v.strictObject({}), output: Done }, async () => {
  const row = await table.get(kernelKeys.watermark("audit.sweep"));
  const mark = row && read(WatermarkRow, row);
  const done = { checked: 0, moved: 0, announced: 0, errors: [] as unknown[] };
  const accounts = await table.query({
    list: kernelKeys.accountsBehind,
    to: `${instant(-missedSeconds)}~`,
    limit: accountRowsPerRun,
    start: positionOf(mark?.account),
  });
  await catchUpAll(ownersOf(accounts.items), done);
  const place = await walk(mark, done);
  // the watermark moves only after the whole run; one broken log does not hold up the others
  const onward: Some<WatermarkRow> = { ...place, account: accounts.next };
  const unset = (["start", "account"] as const).filter((name) => onward[name] === undefined);
  await table.write(update(kernelKeys.watermark("audit.sweep"), { set: withoutUndefined(onward), unset }));
  const { errors, ...sum } = done;
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} logs could not be brought up to date.`);
  return sum;
});

type Sum = v.InferOutput<typeof Done> & { errors: unknown[] };
type Place = { month: string; start: Position | undefined; visited: number; total: number };

/** Visits a share of the organizations, within the pass and the run's time, and returns how far it came. */
async function walk(mark: Read<typeof WatermarkRow> | undefined, done: Sum): Promise<Place> {
  const { month = firstMonth, start, visited = 0, total = 0 } = mark ?? {};
  const place: Place = { month, start: positionOf(start), visited, total };
  // an earlier pass says how many there are, or this one, once it has come further
  // threat: a lost event waits for days in a deployment of a million organizations
  const share = Math.max(organizationsPerPage, Math.ceil(Math.max(total, visited) / runsPerPass));
  for (let left = share; left > 0 && !isPastDeadline(); ) {
    const page = { limit: Math.min(left, organizationsPerPage), start: place.start };
    const { items, next } = await table.query({ list: listOf(place.month), ...page });
    await catchUpAll(ownersOf(items), done);
    left -= items.length;
    place.visited += items.length;
    place.start = next;
    if (next) continue;
    const isLast = place.month === deleted;
    place.month = monthAfter(place.month);
    if (isLast) return { ...place, visited: 0, total: place.visited };
  }
  return place;
}

async function catchUpAll(owners: readonly Owner[], done: Sum): Promise<void> {
  done.checked += owners.length;
  const stats = await table.getMany(owners.map(auditKeys.stats), { consistent: false });
  for (let i = 0; i < owners.length; i += ownersAtOnce) {
    const some = owners.slice(i, i + ownersAtOnce).map((owner, n) => catchUp(owner, stats[i + n]));
    // threat: one broken log keeps all others waiting
    for (const one of await Promise.allSettled(some)) {
      if (one.status === "rejected") done.errors.push(one.reason);
      else {
        done.moved += one.value.moved;
        done.announced += one.value.announced;
      }
    }
  }
}

async function catchUp(owner: Owner, stats: StatsRow | undefined) {
  const [moved, announced] = await Promise.all([drain(owner), announceMissed(owner, stats)]);
  if (stats?.list && isAnnounced(stats)) await unlist(owner, stats);
  return { moved, announced };
}

async function drain(owner: Owner): Promise<number> {
  const { items } = await table.query({ ...kernelKeys.outbox(owner), limit: 1 });
  const [oldest] = items;
  if (!oldest || oldest.at > instant(-missedSeconds)) return 0;
  // threat: forgotten events stay forgotten
  return (await follow({ owner })).moved;
}

/** An account that no longer lags leaves the list, unless it has new events. */
async function unlist(owner: Owner, { seq }: Item): Promise<void> {
  // threat: an account leaves the list of those that lag although it lags
  const same = all(has("list"), equal("seq", Number(seq)));
  const step = update(auditKeys.stats(owner), { unset: ["list", "rank"] }, when(same, failures.grown));
  await writeUnless(failures.grown, step);
}

/** An organization's entry is the organization itself; an account's entries are events and the head of its log. */
function ownersOf(items: readonly Item[]): Owner[] {
  return [...new Set(items.map(({ pk }) => String(pk).split("#")[0] as Owner))];
}

const positionOf = (value: unknown) => value as Position | undefined;

const listOf = (month: string) =>
  month === deleted ? organizationKeys.deletedOrganizations : organizationKeys.organizations(month);

/** Deleted ones come last. */
function monthAfter(month: string): string {
  if (month === deleted) return firstMonth;
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
  return next > instant().slice(0, 7) ? deleted : next;
}
