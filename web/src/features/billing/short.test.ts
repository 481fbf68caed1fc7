import { maxSeats } from "@muster/core/billing/limits.ts";
import { expect, test } from "vitest";
import { limitText, ordered, shortOf } from "./short.ts";

const seats = (paid: number, capacity: number, committed: number) => ({
  paid,
  capacity,
  committed,
  minimum: committed,
});

test("only what is missing is bought", () => {
  expect(shortOf(3, { seats: seats(5, 5, 5) })).toBe(3);
  expect(shortOf(3, { seats: seats(5, 5, 4) })).toBe(2);
  expect(shortOf(3, { seats: seats(5, 5, 2) })).toBe(0);
  expect(shortOf(3, { seats: seats(5, 5, 1) })).toBe(0);
});

test("seats that are over the limit are bought as well, and granted ones are not paid for", () => {
  expect(ordered(1, { seats: seats(5, 5, 7) })).toEqual({ seats: 8, most: maxSeats });
  expect(ordered(2, { seats: { paid: 5, granted: 3, capacity: 8, committed: 8, minimum: 5 } }).seats).toBe(7);
});

test("a trial has fewer", () => {
  expect(ordered(1, { seats: seats(25, 25, 25), trialSeats: 25 })).toEqual({ seats: 26, most: 25 });
});

test("only a trial is said to limit the seats of a trial", () => {
  expect(limitText(25, { trialSeats: 25 })).toMatch(/^A trial has at most 25 seats\./);
  expect(limitText(maxSeats, {})).not.toContain("trial");
});
