import { expect, test } from "vitest";
import type { StripeLine } from "../../kernel/stripe-invoice.ts";
import { type Change, join } from "./join.ts";

const line: StripeLine = {
  id: "il_1",
  description: undefined,
  amount: 5_000,
  discount: 0,
  tax: 0,
  quantity: 5,
  price: "price_1",
  subscription: "sub_1",
  isProration: false,
  periodStart: "2026-11-24T09:00:00.000Z",
  periodEnd: "2026-12-24T09:00:00.000Z",
};
const bought = {
  operation: "op_1",
  cause: "checkout",
  from: 0,
  to: 5,
  price: "price_1",
  subscription: "sub_1",
  effectiveAt: line.periodStart,
} as unknown as Change;
const grown = {
  ...bought,
  operation: "op_2",
  cause: "request",
  from: 5,
  to: 8,
  effectiveAt: "2026-11-30T00:00:00.000Z",
};

const behind = (changed: Partial<StripeLine>) =>
  join({ id: "in_1", lines: [{ ...line, ...changed }] }, [grown as Change, bought])[0]?.change?.operation;

test("nobody is behind the same seats of a second subscription", () => {
  const part = { isProration: true, periodStart: grown.effectiveAt, quantity: 8 };
  expect([behind({}), behind(part)]).toEqual(["op_1", "op_2"]);
  const other = { subscription: "sub_2" };
  expect([behind(other), behind({ ...part, ...other })]).toEqual([undefined, undefined]);
});

test("a plan that was not paid is behind the whole period of its invoice, and of no later one", () => {
  const endedAt = "2026-12-01T00:00:00.000Z";
  const dropped = {
    ...grown,
    operation: "op_3",
    to: 5,
    price: "price_2",
    dropped: "unpaid",
    endedAt,
  } as unknown as Change;
  const behindDropped = (periodStart: string) =>
    join({ id: "in_2", lines: [{ ...line, price: "price_2", periodStart }] }, [dropped, bought])[0]?.change?.operation;
  expect(behindDropped(grown.effectiveAt)).toBe("op_3");
  expect(behindDropped("2026-12-24T09:00:00.000Z")).toBeUndefined();
});
