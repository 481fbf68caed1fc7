import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { Announcement } from "../kernel/reaction.ts";
import { read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import type { Owner } from "../table/key-text.ts";
import { position } from "../table/key-text.ts";
import { all, any, atLeast, below, has, lacks, update, when } from "../table/table.ts";
import { announcement } from "./audit.ts";
import { auditKeys } from "./keys.ts";
import { StatsRow } from "./row.ts";

/** An event that has waited this long was lost; a more recent one may be on its way. */
export const missedSeconds = 600;
/** The highest number of events of one owner that a run announces; the rest waits for the next one. */
const eventsPerVisit = 500;

// Failures

export const failures = {
  unannounced: failure("conflict", "log.unannounced", "An earlier event has not been announced."),
};

// Functions

/**
 * Queues reactions to events that have reached the log, and records how far each log was announced. `silent` events
 * have no reactions, but count as well.
 */
export const announce = fn(
  "audit.announce",
  {
    input: v.strictObject({ events: v.array(Announcement), silent: v.optional(v.array(Announcement), []) }),
    output: v.void(),
  },
  async ({ events, silent }) => {
    if (events.length > 0) await queues.send("work", events);
    await Promise.all(runs([...events, ...silent]).map(note));
  },
);

// For the sweep

/**
 * Announces the rest of an owner's log once its oldest waiting event counts as lost, and returns how many events those
 * were. Includes recent events, so that a log that grows all the time does not always lag.
 */
export async function announceMissed(owner: Owner, stats: StatsRow | undefined): Promise<number> {
  // threat: a reaction that was lost never happens
  if (isAnnounced(stats)) return 0;
  const from = progressOf(stats).announced + 1;
  const unannounced = {
    ...kernelKeys.log(owner),
    from: position(from),
    to: "9",
    limit: eventsPerVisit,
    consistent: true,
  };
  const { items } = await table.query(unannounced);
  const [oldest, newest] = [items[0], items.at(-1)];
  // threat: an event that is already queued is announced a second time
  if (!oldest || !newest || oldest.at > instant(-missedSeconds)) return 0;
  await queues.send(
    "work",
    items.flatMap((item) => announcement(item) ?? []),
  );
  // threat: an announced event is announced again at each sweep
  await note({ owner, from, to: Number(newest.sk) });
  return items.length;
}

/** Returns whether the whole log was announced. */
export function isAnnounced(stats: StatsRow | undefined): boolean {
  const { seq, announced } = progressOf(stats);
  return announced >= seq;
}

/** Returns how long a log is, and the position up to which it was announced. */
function progressOf(stats: StatsRow | undefined) {
  const { seq = 0, announced = 0 } = (stats && read(StatsRow, stats)) ?? {};
  return { seq, announced };
}

/** Positions of one log without a gap. */
type Run = { owner: Owner; from: number; to: number };

function runs(events: readonly Announcement[]): Run[] {
  const ordered = events.toSorted((one, other) =>
    one.owner === other.owner ? one.seq - other.seq : one.owner < other.owner ? -1 : 1,
  );
  const found: Run[] = [];
  for (const { owner, seq } of ordered) {
    const last = found.at(-1);
    if (last?.owner === owner && seq <= last.to + 1) last.to = seq;
    else found.push({ owner, from: seq, to: seq });
  }
  return found;
}

/** Raises the watermark of a log, but never across a gap, so that the sweep finds what is missing. */
async function note({ owner, from, to }: Run): Promise<void> {
  // threat: the position up to which a log was announced goes backwards
  const isFirst = all(has("seq"), any(lacks("announced"), below("announced", to)));
  // threat: an announcement counts for what was never announced
  const joins = from === 1 ? isFirst : all(atLeast("announced", from - 1), below("announced", to));
  const step = update(auditKeys.stats(owner), { set: { announced: to } }, when(joins, failures.unannounced));
  await writeUnless(failures.unannounced, step);
}
