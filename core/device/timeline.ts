import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { maxHistory, timelineSpans as spans } from "./limits.ts";
import { linkEnd, type OrganizationDeviceRow } from "./row.ts";

// How many devices had which revision in force, over time. Each device remembers its last revisions, so nothing has to be
// recorded beside them.

type Span = keyof typeof spans;
const names = Object.keys(spans) as Span[];
/** Revisions that are told apart in one span. */
const maxRevisions = 7;

// Shapes

/** Devices by the last revision that was in force on them as a whole, at each step of time, the last of which is now. */
const Timeline = v.object({
  /** The first step. */
  firstAt: v.string(),
  /** Seconds from one step to the next. */
  stepSeconds: Integer,
  /** One for each revision, oldest first: those that most devices had, and the newest. */
  series: v.array(
    v.object({
      /** `revision`; `earlier` for all others before, or when what a device had is no longer known; `none` before the first. */
      kind: v.picklist(["none", "earlier", "revision"]),
      /** The revision. */
      revision: v.optional(Integer),
      /** The number of devices at each step. */
      devices: v.array(Integer),
    }),
  ),
});
type Timeline = v.InferOutput<typeof Timeline>;
export const Timelines = v.object({
  /** The last hour. */
  hour: Timeline,
  /** The last 24 hours. */
  day: Timeline,
  /** The last 7 days. */
  week: Timeline,
  /** The last 30 days. */
  month: Timeline,
});
export type Timelines = v.InferOutput<typeof Timelines>;

/** The facts that decide where a device is counted at which time. */
export type Remembering = Pick<OrganizationDeviceRow, "linkedAt" | "contactAt" | "report" | "wipe" | "wipedAt">;
/** In place of a revision. */
const [none, earlier] = [-2, -1];
/** From when until when a device had which revision in force, in seconds since 1970. */
type Period = { revision: number; from: number; to: number };

/** Counts devices over time, up to the present. @param at in ms since 1970 */
export function openTimelines(at: number) {
  const now = at / 1000;
  const counted = new Map(names.map((name) => [name, new Map<number, number[]>()]));

  /** Notes where the number of devices with a revision changes: one more from a step on, one less from another. */
  function note(name: Span, { revision, from, to }: Period): void {
    const { steps, stepSeconds } = spans[name];
    const first = now - (steps - 1) * stepSeconds;
    const stepAt = (instant: number) => Math.min(steps, Math.max(0, Math.ceil((instant - first) / stepSeconds)));
    const [begin, end] = [stepAt(from), stepAt(to)];
    if (begin >= end) return;
    const byRevision = counted.get(name) ?? new Map<number, number[]>();
    const changes = byRevision.get(revision) ?? Array.from({ length: steps + 1 }, () => 0);
    byRevision.set(revision, changes);
    changes[begin] = (changes[begin] ?? 0) + 1;
    changes[end] = (changes[end] ?? 0) - 1;
  }

  return {
    add(row: Remembering): void {
      for (const period of periodsOf(row)) for (const name of names) note(name, period);
    },
    result(): Timelines {
      const timelines = names.map((name) => [name, timelineOf(name, counted.get(name) ?? new Map(), now)] as const);
      return Object.fromEntries(timelines) as Timelines;
    },
  };
}

/** Returns the periods of a device, from its linking until its link ends or it has to wipe itself. */
export function periodsOf({ linkedAt, contactAt, report, wipe, wipedAt }: Remembering): Period[] {
  const history = report?.history ?? [];
  const ended = wipe?.at ?? wipedAt;
  const last = Math.min(
    ended === undefined ? Number.POSITIVE_INFINITY : secondsOf(ended),
    // threat: the history of revisions counts devices whose link has ended
    linkEnd({ contactAt }) / 1000,
  );
  const starts = [[history.length < maxHistory ? none : earlier, secondsOf(linkedAt)] as const, ...history];
  return starts.map(([revision, from], i) => ({ revision, from, to: Math.min(last, starts[i + 1]?.[1] ?? last) }));
}

const secondsOf = (instant: string) => Date.parse(instant) / 1000;

function timelineOf(name: Span, changes: ReadonlyMap<number, number[]>, now: number): Timeline {
  const { steps, stepSeconds } = spans[name];
  const counts = new Map([...changes].map(([revision, by]) => [revision, runningSums(by).slice(0, steps)]));
  const shown = toldApart(counts);
  const merged = new Map<number, number[]>();
  for (const [revision, devices] of counts) {
    const as = revision < 0 || shown.has(revision) ? revision : earlier;
    const before = merged.get(as);
    merged.set(as, before ? devices.map((number, i) => number + (before[i] ?? 0)) : devices);
  }
  const series = [...merged].toSorted(([one], [other]) => one - other);
  return {
    firstAt: new Date((now - (steps - 1) * stepSeconds) * 1000).toISOString(),
    stepSeconds,
    series: series.map(([revision, devices]) => {
      if (revision === none) return { kind: "none", devices };
      return revision === earlier ? { kind: "earlier", devices } : { kind: "revision", revision, devices };
    }),
  };
}

/** The newest revision, and those that most devices had at one time. */
function toldApart(counts: ReadonlyMap<number, number[]>): Set<number> {
  const revisions = [...counts.keys()].filter((revision) => revision >= 0);
  const newest = Math.max(...revisions);
  const peak = (revision: number) => (revision === newest ? Infinity : Math.max(...(counts.get(revision) ?? [])));
  const byPeak = revisions.toSorted((one, other) => peak(other) - peak(one) || other - one);
  return new Set(byPeak.slice(0, maxRevisions));
}

function runningSums(changes: readonly number[]): number[] {
  let sum = 0;
  return changes.map((change) => (sum += change));
}
