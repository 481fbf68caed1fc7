import { expect, test } from "vitest";
import { dayMs, hourMs } from "../base/duration.ts";
import { dayOf, eightOf, nextEight } from "./eight.ts";

const iso = (at: number | undefined) => at && new Date(at).toISOString().replace(":00.000Z", "Z");
const wallOf = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at);

test.each([
  ["UTC", "2026-12-01", "2026-12-01T08:00Z"],
  ["Europe/Berlin", "2026-03-28", "2026-03-28T07:00Z"],
  ["Europe/Berlin", "2026-03-29", "2026-03-29T06:00Z"],
  ["Europe/Berlin", "2026-10-24", "2026-10-24T06:00Z"],
  ["Europe/Berlin", "2026-10-25", "2026-10-25T07:00Z"],
  ["America/Los_Angeles", "2026-11-01", "2026-11-01T16:00Z"],
  ["Asia/Kathmandu", "2026-12-01", "2026-12-01T02:15Z"],
  ["Pacific/Chatham", "2026-12-01", "2026-11-30T18:15Z"],
  ["Pacific/Kiritimati", "2026-12-01", "2026-11-30T18:00Z"],
  ["Pacific/Niue", "2026-12-01", "2026-12-01T19:00Z"],
  ["A/Zone that nobody knows", "2026-12-01", "2026-12-01T08:00Z"],
])("in %s it is eight o'clock on %s at %s", (zone, day, at) => {
  expect(iso(eightOf(day, zone))).toBe(at);
});

test("a day that a zone skips has no eight o'clock, and one that it repeats has one", () => {
  expect(eightOf("2011-12-30", "Pacific/Apia")).toBeUndefined();
  expect(nextEight(Date.parse("2011-12-29T20:00:00Z"), "Pacific/Apia")).toEqual({
    day: "2011-12-31",
    at: Date.parse("2011-12-30T18:00:00Z"),
  });
  // this zone repeated a whole day
  const first = eightOf("1969-09-30", "Pacific/Kwajalein");
  expect(dayOf(Number(first), "Pacific/Kwajalein")).toBe("1969-09-30");
  expect(nextEight(Number(first), "Pacific/Kwajalein").day).toBe("1969-10-01");
});

/** Days on which the clock of a zone, turned so that it changes at eight, skips or repeats that hour. */
test.each([
  ["skips eight", "Antarctica/Casey", "2018-03-11"],
  ["repeats it", "Antarctica/Casey", "2020-10-04"],
])("a day that %s has one eight o'clock, the first instant from then on", (_, zone, day) => {
  const at = Number(eightOf(day, zone));
  expect(dayOf(at, zone)).toBe(day);
  expect(wallOf(at, zone) >= `${day} 08:00:00`).toBe(true);
  expect(wallOf(at - 1000, zone) < `${day} 08:00:00`).toBe(true);
});

test("in every zone each day of a year has the next eight o'clock, exactly then", () => {
  for (const zone of ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran"]) {
    let at = Date.parse("2026-01-01T00:00:00Z");
    for (let days = 0; days < 365; days++) {
      const next = nextEight(at, zone);
      expect(wallOf(next.at, zone)).toBe(`${next.day} 08:00:00`);
      expect(next.at - at).toBeLessThanOrEqual(dayMs + hourMs);
      expect(nextEight(next.at - 1, zone)).toEqual(next);
      at = next.at;
    }
  }
});
