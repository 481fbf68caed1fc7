import { expect, test } from "vitest";
import { readForm } from "./form.ts";
import { periodAt, prorate } from "./period.ts";
import { seconds } from "./stripe.testing.ts";

const period = (anchor: string, interval: string, interval_count: number, at: string) => {
  const { start, end } = periodAt(seconds(anchor), { interval, interval_count }, seconds(at));
  return [start, end].map((instant) => new Date(instant * 1_000).toISOString());
};

test.each([
  ["2027-01-31T10:00:00Z", "month", 1, "2027-01-31T10:00:00Z", "2027-01-31T10:00:00.000Z", "2027-02-28T10:00:00.000Z"],
  ["2027-01-31T10:00:00Z", "month", 1, "2027-02-28T10:00:00Z", "2027-02-28T10:00:00.000Z", "2027-03-31T10:00:00.000Z"],
  ["2027-01-31T10:00:00Z", "month", 1, "2027-02-28T09:59:59Z", "2027-01-31T10:00:00.000Z", "2027-02-28T10:00:00.000Z"],
  ["2027-11-30T00:00:00Z", "month", 3, "2028-03-01T00:00:00Z", "2028-02-29T00:00:00.000Z", "2028-05-30T00:00:00.000Z"],
  ["2028-02-29T00:00:00Z", "year", 1, "2029-03-01T00:00:00Z", "2029-02-28T00:00:00.000Z", "2030-02-28T00:00:00.000Z"],
  ["2028-02-29T00:00:00Z", "year", 1, "2032-03-01T00:00:00Z", "2032-02-29T00:00:00.000Z", "2033-02-28T00:00:00.000Z"],
  ["2027-01-01T00:00:00Z", "week", 2, "2027-01-20T00:00:00Z", "2027-01-15T00:00:00.000Z", "2027-01-29T00:00:00.000Z"],
  ["2027-01-01T06:00:00Z", "day", 1, "2027-01-03T05:00:00Z", "2027-01-02T06:00:00.000Z", "2027-01-03T06:00:00.000Z"],
] as const)("from %s each %s × %i, at %s: from %s to %s", (anchor, interval, count, at, start, end) => {
  expect(period(anchor, interval, count, at)).toEqual([start, end]);
});

test("parts are rounded to the nearest, halves up, and exact where floating point is not", () => {
  expect(prorate(1_025, 1, 2)).toBe(513);
  expect(prorate(1_000, 1, 3)).toBe(333);
  expect(prorate(2_000, 1, 3)).toBe(667);
  expect(prorate(97_377_988_150, 24_594_905, 31_536_000)).toBe(75_945_026_878);
});

test("a form is read as the library writes it, and its names stay names", () => {
  expect(readForm("a[0][b]=1&a[1][b]=2&expand[]=x&expand[]=y&m[__proto__]=z&m[1]=a&e=")).toEqual({
    a: [{ b: "1" }, { b: "2" }],
    expand: ["x", "y"],
    m: Object.fromEntries([
      ["1", "a"],
      ["__proto__", "z"],
    ]),
    e: "",
  });
});
