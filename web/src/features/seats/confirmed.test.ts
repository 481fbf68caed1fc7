import { expect, test } from "vitest";
import { followOrder, limitText, ordered, shortOf } from "./confirmed.ts";

type Known = Parameters<ReturnType<typeof followOrder>["look"]>[0];
const billing = (paid: number, to?: number, plan: "monthly" | "yearly" = "monthly"): Known => ({
  seats: { paid, capacity: paid, committed: paid, minimum: paid },
  plan,
  change: to === undefined ? undefined : { from: paid, to },
});
const order = { seats: 5, plan: "monthly" } as const;

test("a change that somebody else confirmed ends nothing here", () => {
  const { look } = followOrder();
  expect(look(billing(3, 5))).toBeUndefined();
  expect(look(billing(5))).toBeUndefined();
});

test("an order that was confirmed here ends once, when it is made", () => {
  const { confirm, look } = followOrder();
  confirm(order);
  expect(look(billing(3, 5))).toBeUndefined();
  expect(look(billing(5))).toBe("made");
  expect(look(billing(5))).toBeUndefined();
});

test("an order that is made is not unpaid, however many seats are taken by then", () => {
  const { confirm, look } = followOrder();
  confirm(order);
  look(billing(3, 5));
  expect(look({ seats: { paid: 5, capacity: 5, committed: 9, minimum: 9 }, plan: "monthly" })).toBe("made");
});

test("an order that was under way and did not become what was ordered was dropped", () => {
  const { confirm, look } = followOrder();
  confirm(order);
  look(billing(3, 5));
  expect(look(billing(3))).toBe("dropped");
  confirm(order);
  look(billing(3, 5));
  expect(look(billing(5, undefined, "yearly"))).toBe("dropped");
});

test("an order whose answer was lost is not called dropped before it was seen under way", () => {
  const { confirm, look } = followOrder();
  confirm(order);
  expect(look(billing(3))).toBeUndefined();
  expect(look(billing(3, 8))).toBeUndefined();
  expect(look(billing(3))).toBeUndefined();
  expect(look(billing(3, 5))).toBeUndefined();
  expect(look(billing(3))).toBe("dropped");
});

const maxSeats = 10_000;
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
  expect(ordered(1, { maxSeats, seats: seats(5, 5, 7) })).toEqual({ seats: 8, most: maxSeats });
  expect(ordered(2, { maxSeats, seats: { paid: 5, granted: 3, capacity: 8, committed: 8, minimum: 5 } }).seats).toBe(7);
});

test("a trial has fewer", () => {
  expect(ordered(1, { maxSeats, seats: seats(25, 25, 25), trialSeats: 25 })).toEqual({ seats: 26, most: 25 });
});

test("only a trial is said to limit the seats of a trial", () => {
  expect(limitText(25, { trialSeats: 25 })).toMatch(/^A trial has at most 25 seats\./);
  expect(limitText(maxSeats, {})).toBe(
    "Up to 10,000 seats can be bought here. Contact the operator of this service for more.",
  );
});
