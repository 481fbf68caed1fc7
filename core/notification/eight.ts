import { dayMs, hourMs } from "../base/duration.ts";

// Eight o'clock on the wall of a time zone, whose offset changes over the year, and sometimes for good.

const hour = "08:00:00";
/** Offsets lie between -12 and +14 hours: this long before and after a wall time in UTC, it has not been and is over. */
const aroundHours = 15;
/** Zones have skipped one day at most. */
const daysAhead = 3;

/** An eight o'clock: its day there, and the instant in ms since 1970. */
export type Eight = { day: string; at: number };

// Functions

/** Returns the first eight o'clock after an instant. */
export function nextEight(after: number, zone: string): Eight {
  const today = Date.parse(dayOf(after, zone));
  for (let days = 0; days <= daysAhead; days++) {
    const day = dayIn(today + days * dayMs);
    const at = eightOf(day, zone);
    if (at !== undefined && at > after) return { day, at };
  }
  throw new Error(`No eight o'clock follows ${after} in ${zone}.`);
}

/**
 * Returns when it is eight o'clock on a day, or past it for the first time if the clock skips eight; the first of two.
 * Nothing for a day that the zone skips.
 */
export function eightOf(day: string, zone: string): number | undefined {
  const wall = Date.parse(`${day}T${hour}Z`);
  const [before, after] = [offset(wall - aroundHours * hourMs, zone), offset(wall + aroundHours * hourMs, zone)];
  const [first, second] = [wall - before, wall - after];
  // threat: eight o'clock comes twice when the clock repeats it
  if (offset(first, zone) === before) return first;
  if (offset(second, zone) === after) return second;
  const at = changeBetween(second, first, zone);
  // threat: a digest is due at eight o'clock of a day that does not exist
  return dayOf(at, zone) === day ? at : undefined;
}

/** Returns the day there, such as 2026-12-01. */
export const dayOf = (at: number, zone: string): string => dayIn(at + offset(at, zone));

const dayIn = (wall: number) => new Date(wall).toISOString().slice(0, 10);

/** Returns the first instant of the later offset. */
function changeBetween(from: number, to: number, zone: string): number {
  const later = offset(to, zone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle, zone) === later) high = middle;
    else low = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = create(zone);
  formats.set(zone, format);
  return format;
}

/** A zone that this release does not know is read as UTC. */
function create(timeZone: string): Intl.DateTimeFormat {
  const [number, twoDigits] = ["numeric", "2-digit"] as const;
  const date = { year: number, month: twoDigits, day: twoDigits } as const;
  const time = { hour: twoDigits, minute: twoDigits, second: twoDigits, hourCycle: "h23" } as const;
  const how = { calendar: "iso8601", numberingSystem: "latn", ...date, ...time } as const;
  try {
    return new Intl.DateTimeFormat("en", { ...how, timeZone });
  } catch {
    return new Intl.DateTimeFormat("en", { ...how, timeZone: "UTC" });
  }
}

/** Returns by how many ms the wall is ahead of UTC. */
function offset(at: number, zone: string): number {
  const seconds = Math.floor(at / 1000) * 1000;
  const parts = new Map(
    formatOf(zone)
      .formatToParts(seconds)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - seconds;
}
