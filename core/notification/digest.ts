import * as v from "valibot";
import { AccountUpdated } from "../account/events.ts";
import { accountKeys } from "../account/keys.ts";
import { hourMs, minuteMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, now, queues, table } from "../kernel/ports.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { update } from "../table/table.ts";
import { nextEight } from "./eight.ts";
import { digestShards, notificationKeys } from "./keys.ts";
import { collectedMs, dueKeptSeconds } from "./limits.ts";
import type { NewNotification } from "./rules.ts";

// When the daily digests are due: at eight o'clock of their readers. A row of that hour names each reader who may have
// something waiting, so that finding them costs what is due. What waits is in collected.ts.

/** A row that is written so shortly before its hour might be written too late: no function runs longer. */
const latestWriteMs = 15 * minuteMs;
/** The time before the first run that it looks back to. */
const firstLookMs = hourMs;
/** Hours that are read in parallel before progress is saved. */
const hoursPerStride = 4;
/** Readers that one message takes before it queues the rest. */
const rowsPerRead = 500;

/** The mark of a notification that waits for a digest. */
export const waiting = "waiting";

// Shapes

/** Queues the digests of one shard of an hour that are due, as a queue message. */
export const Job = v.strictObject({
  job: v.literal("queueDigests"),
  hour: v.string(),
  shard: v.number(),
  /** Those that are due after an instant, up to another one. */
  after: v.string(),
  until: v.string(),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/** A changed zone has another eight o'clock. */
export const reactions: readonly Reaction[] = on(AccountUpdated, async ({ zone }, { owner, at }) => {
  // threat: after a change of the time zone no digest is due there
  if (zone) await schedule([owner], Date.parse(at));
});

/**
 * Queues the digests that are due since the last run. Saves its progress, so that no digest is skipped after an outage,
 * or after a run whose clock was ahead. A digest that is queued twice is sent once.
 */
export const due = fn(
  "notification.due",
  {
    input: v.strictObject({}),
    output: v.object({
      queued: v.number(),
      /** True if a clock that was far ahead has made it look at all days again. An alarm counts it. */
      isRepeated: v.boolean(),
    }),
  },
  async () => {
    const mark = kernelKeys.watermark("notification.due");
    const present = now().getTime();
    const kept = await table.get(mark);
    const last = kept?.at ? Date.parse(kept.at) : present - firstLookMs;
    const earliest = present - dueKeptSeconds * 1000;
    let queued = 0;
    // a clock that was ahead is not followed into the future; what is due so soon is due at the next eight o'clock, too
    // threat: clocks that differ by seconds have the digests of a week looked at again and again
    if (last > present && last <= present + latestWriteMs) {
      // threat: a clock that was ahead keeps back all digests
      await table.write(update(mark, { set: { at: iso(present) } }));
      return { queued, isRepeated: false };
    }
    // one that was far ahead has passed what others wrote since, nobody knows for how long
    // threat: a clock that stays ahead repeats the week unnoticed
    const isRepeated = last > present;
    // threat: after a clock that was ahead each look for digests fails
    // threat: digests that were scheduled while a clock was far ahead are never looked at
    let after = isRepeated ? earliest : Math.max(last, earliest);
    do {
      const until = Math.min(present, startOfHour(after) + hoursPerStride * hourMs);
      const counts = await Promise.all(shardsIn(after, until).map(queueShard));
      queued += counts.reduce((sum, count) => sum + count, 0);
      await table.write(update(mark, { set: { at: iso(until) } }));
      after = until;
    } while (after < present && !isPastDeadline());
    return { queued, isRepeated };
  },
);

/** Queues the rest of a shard. It may be repeated. */
export const queueDigests = fn(
  "notification.queueDigests",
  { input: Job, output: v.void() },
  async (job) => void (await queueShard(job)),
);

// For new notifications

// threat: a digest tells what an outage held up for days
/** Returns whether a digest tells it: what an outage held up for long is in the product only. */
export const isCollected = ({ at }: Pick<NewNotification, "at">): boolean => at > instant(-collectedMs / 1000);

/**
 * Has the digests of these accounts looked at when it is eight o'clock for them. It may be repeated.
 * @param since when the reason for it was, in ms since 1970: by the clock of somebody else, as this one may be wrong
 */
export async function schedule(accounts: readonly ID.ID<"account">[], since: number): Promise<void> {
  if (accounts.length === 0) return;
  const profiles = await table.getMany(accounts.map(accountKeys.profile));
  const rows = profiles.flatMap((profile) => {
    if (!profile) return [];
    // threat: a clock that is ahead where notifications are written delays their digest
    const eights = new Set([since, now().getTime()].flatMap((from) => eightsAfter(from, profile.zone)));
    return [...eights].map((at) => ({
      put: { ...notificationKeys.digestDue(iso(at), profile.pk), ttl: Math.ceil(at / 1000) + dueKeptSeconds },
    }));
  });
  await table.project(rows);
}

/** The next one, and the one after it if the next one is near. */
function eightsAfter(from: number, zone: string): number[] {
  const { at } = nextEight(from, zone);
  // threat: a notification that is written late, just after eight, is never told
  return at - from > latestWriteMs ? [at] : [at, nextEight(at, zone).at];
}

/** The shards of the hours of a time span that ends with `until`. */
function shardsIn(after: number, until: number): Job[] {
  const jobs: Job[] = [];
  for (let at = startOfHour(after); at <= until; at += hourMs) {
    for (let shard = 0; shard < digestShards; shard++) {
      jobs.push({ job: "queueDigests", hour: iso(at).slice(0, 13), shard, after: iso(after), until: iso(until) });
    }
  }
  return jobs;
}

async function queueShard({ start, ...job }: Job): Promise<number> {
  const span = { from: `${job.after}~`, to: `${job.until}~` };
  const query = {
    ...notificationKeys.digestsDue(job.hour, job.shard),
    ...span,
    limit: rowsPerRead,
    consistent: true,
    start,
  };
  const { items, next } = await table.query(query);
  const mails = items.map(({ sk }) => {
    const [at, account] = sk.split("#");
    return { kind: "digest", account, at };
  });
  if (mails.length > 0) await queues.send("mail", mails);
  // threat: a shard of many readers gets no more than one page of digests
  if (next) await queues.send("work", [{ ...job, start: next } satisfies Job]);
  return mails.length;
}

const startOfHour = (at: number) => at - (at % hourMs);
const iso = (at: number) => new Date(at).toISOString();
