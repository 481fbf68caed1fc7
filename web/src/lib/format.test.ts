import { describe, expect, test } from "vitest";
import { formatFor, plural, waitText } from "./format.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const format = formatFor("en", "UTC");

describe("how long ago", () => {
  test.each([
    ["2026-11-24T11:59:30Z", "just now"],
    ["2026-11-24T11:58:01Z", "1 minute ago"],
    ["2026-11-24T09:00:00Z", "3 hours ago"],
    ["2026-11-23T11:00:00Z", "yesterday"],
    ["2026-11-14T12:00:00Z", "10 days ago"],
    ["2026-10-01T12:00:00Z", "Oct 1"],
    ["2025-10-01T12:00:00Z", "Oct 1, 2025"],
    ["2026-11-24T12:00:30Z", "in a moment"],
    ["2026-12-01T11:59:50Z", "in 7 days"],
    ["2026-11-24T14:40:00Z", "in 3 hours"],
  ])("%s is %s", (at, words) => {
    expect(format.relative(at, now)).toBe(words);
  });
});

test("the absolute date names its time zone", () => {
  expect(formatFor("en", "Europe/Berlin").absolute("2026-11-24T23:30:00Z")).toBe("November 25, 2026 at 12:30 AM GMT+1");
});

test("a day is the same day in every time zone", () => {
  expect(formatFor("en", "America/Los_Angeles").day("2026-11-24")).toBe("Nov 24, 2026");
});

describe("how many days ago", () => {
  test.each([
    ["2026-11-24", "today"],
    ["2026-11-25", "today"],
    ["2026-11-23", "yesterday"],
    ["2026-11-11", "13 days ago"],
    ["2026-11-10", "Nov 10, 2026"],
  ])("%s was %s", (day, words) => {
    expect(format.relativeDay(day, now)).toBe(words);
  });
});

test("a share is written as its language writes it", () => {
  expect(format.percent(10)).toBe("10%");
  expect(formatFor("de", "UTC").percent(10)).toBe("10\u00a0%");
});

test("an unknown locale or time zone does not break the page", () => {
  expect(formatFor("en", "Moon/Crater").date("2026-11-24T12:00:00Z")).toBe("Nov 24, 2026");
});

describe("how long to wait", () => {
  test.each([
    [0, "1 second"],
    [12.2, "13 seconds"],
    [90, "2 minutes"],
    [601, "11 minutes"],
    [7_300, "about 3 hours"],
  ])("%d seconds are %s", (seconds, words) => {
    expect(waitText(seconds)).toBe(words);
  });
});

test("one is singular, and a plural may be irregular", () => {
  expect([plural(1, "seat"), plural(2, "seat"), plural(4, "person", "people")]).toEqual([
    "1 seat",
    "2 seats",
    "4 people",
  ]);
  expect(plural(100_000, "seat")).toBe(`${new Intl.NumberFormat().format(100_000)} seats`);
});
