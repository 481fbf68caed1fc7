import * as v from "valibot";
import { auditKeys } from "../audit/keys.ts";
import { StatsRow } from "../audit/row.ts";
import { dayMs } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import { figureKeys } from "./keys.ts";
import { maxDays, maxMonths } from "./limits.ts";
import { ActiveFiguresRow, SeatFiguresRow } from "./row.ts";
import { type Day, Figures, inMonths } from "./shape.ts";

// Shapes

const DayText = v.pipe(v.string(), v.isoDate("Expected a day, such as 2026-11-24."));

// Failures

export const failures = {
  range: failure(
    "invalid",
    "figure.range_invalid",
    `Expected \`from\` before \`to\`, and at most ${maxDays} days or ${maxMonths} months.`,
  ),
};

// Functions

/** Returns the figures of each day or month, oldest first. Days are those of UTC, and today is as far as it is known. */
export const list = fn(
  "figure.list",
  {
    input: v.strictObject({
      /** The first day. By default 90 days or twelve months are returned. */
      from: v.optional(DayText),
      /** The last day; today by default. */
      to: v.optional(DayText),
      /** The span of an entry: a day or a month. */
      by: v.optional(v.picklist(["day", "month"]), "day"),
      after: v.optional(After),
    }),
    output: v.object({
      /** One for each day or month since something is known. */
      items: v.pipe(v.array(Figures), v.maxLength(maxDays)),
    }),
    failures: [failures.range, Windows.failures.limited],
    reads: (_, { organization }) => [auditKeys.stats(organization)],
  },
  async ({ from, to, by, after }, { organization }, [stats]) => {
    await include(organization, after);
    const today = instant().slice(0, 10);
    const last = to === undefined || to > today ? today : dayOf(Date.parse(to));
    const first = from === undefined ? firstOf(by, last) : dayOf(Date.parse(from));
    const days = daysBetween(first, last, by);
    const rows = await rowsBetween(organization, first, last);
    // `stats` is from before the wait; whatever changed its numbers since has a row of its day
    const known = describe(days, { ...rows, head: stats && read(StatsRow, stats) });
    return { items: by === "day" ? known : inMonths(known) };
  },
);

/** A month is returned whole, so twelve months begin on a first. */
function firstOf(by: "day" | "month", last: string): string {
  if (by === "day") return dayOf(Date.parse(last) - (shownDays - 1) * dayMs);
  const [year = 0, month = 0] = last.split("-").map(Number);
  return dayOf(Date.UTC(year, month - shownMonths, 1));
}
const shownDays = 90;
const shownMonths = 12;

function daysBetween(first: string, last: string, by: "day" | "month"): string[] {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
  const max = by === "day" ? maxDays : maxMonths * 31;
  if (!(count >= 1 && count <= max)) throw failures.range();
  return Array.from({ length: count }, (_, n) => dayOf(Date.parse(first) + n * dayMs));
}

type Rows = {
  /** The organization's seats before the first day, if a row has them. */
  earlier: Read<typeof SeatFiguresRow> | undefined;
  seats: Read<typeof SeatFiguresRow>[];
  active: Read<typeof ActiveFiguresRow>[];
  /** The day since which active members are counted. */
  countedSince: string | undefined;
};

async function rowsBetween(organization: ID.ID<"organization">, first: string, last: string): Promise<Rows> {
  const before = dayOf(Date.parse(first) - dayMs);
  const [earlier, seats, active, oldest] = await Promise.all([
    table.query({ ...figureKeys.seatFiguresBetween(organization, "", before), newestFirst: true, limit: 1 }),
    table.query(figureKeys.seatFiguresBetween(organization, first, last)),
    table.query(figureKeys.activeFiguresBetween(organization, first, last)),
    table.query({ ...figureKeys.activeFiguresBetween(organization, "", last), limit: 1 }),
  ]);
  const [oldestActive] = oldest.items;
  return {
    earlier: readAll(SeatFiguresRow, earlier.items)[0],
    seats: readAll(SeatFiguresRow, seats.items),
    active: readAll(ActiveFiguresRow, active.items),
    countedSince: oldestActive && dayIn(oldestActive),
  };
}

type Head = Read<typeof StatsRow> | undefined;

/** Days without a row are as the last one before them. What is not known is missing, and so is a day without anything. */
function describe(
  days: readonly string[],
  { earlier, seats, active, countedSince, head }: Rows & { head: Head },
): Day[] {
  const seatsOn = new Map(seats.map((row) => [dayIn(row), row]));
  const activeOn = new Map(active.map((row) => [dayIn(row), row.members]));
  // nothing has changed since the last event in the log
  const now = head && { members: head.active ?? 0, committed: (head.active ?? 0) + (head.pending ?? 0) };
  const totals = now && { ...now, capacity: head.capacity };
  let last: Omit<Day, "on" | "active"> | undefined = earlier;
  return days.flatMap((on) => {
    last = seatsOn.get(on) ?? last ?? (head && on >= head.day ? totals : undefined);
    // threat: daily figures claim that nobody was active before that was counted
    const isCounted = countedSince !== undefined && on >= countedSince;
    if (!last && !isCounted) return [];
    const { members, committed, capacity } = last ?? {};
    const counted = isCounted ? (activeOn.get(on) ?? 0) : undefined;
    return [{ on, ...withoutUndefined({ members, committed, capacity, active: counted }) }];
  });
}

const dayOf = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : "");
const dayIn = ({ sk }: { sk: string }) => sk.slice(sk.indexOf("#") + 1);
