import { expect, test } from "vitest";
import { followOrder } from "./confirmed.ts";

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
