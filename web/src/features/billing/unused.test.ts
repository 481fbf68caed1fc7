import { expect, test } from "vitest";
import { droppableOf, unusedOf } from "./unused.ts";

const now = Date.parse("2026-11-28T23:59:00Z");
const member = (account: string, role: "owner" | "admin" | "read", activeOn?: string) => ({
  account: `acc_${account}` as const,
  role,
  ...(activeOn !== undefined && { activeOn }),
});
const found = (days: "30" | "60", ...members: ReturnType<typeof member>[]) =>
  unusedOf(members, days, "acc_me", now).map(({ account }) => account);

test("a seat is unused from the day on that is so many days after the last request", () => {
  const all = [member("a", "read", "2026-10-29"), member("b", "read", "2026-10-30"), member("c", "read", "2026-01-01")];
  expect(found("30", ...all)).toEqual(["acc_c", "acc_a"]);
  expect(found("60", ...all)).toEqual(["acc_c"]);
});

test("owners, the viewer, and members without a known day are never among them", () => {
  const all = [member("a", "owner", "2026-01-01"), member("me", "admin", "2026-01-01"), member("b", "read")];
  expect(found("30", ...all, member("c", "admin", "2026-01-01"))).toEqual(["acc_c"]);
});

test("only seats that are paid for can be dropped", () => {
  expect(droppableOf(2, { paid: 5, committed: 5 })).toBe(2);
  expect(droppableOf(2, { paid: 5, granted: 3, committed: 8 })).toBe(2);
  expect(droppableOf(4, { paid: 2, granted: 6, committed: 8 })).toBe(1);
  expect(droppableOf(2, { granted: 6, committed: 4 })).toBe(0);
});

test("one seat of a subscription stays, and seats over its limit are not dropped", () => {
  expect(droppableOf(3, { paid: 3, committed: 3 })).toBe(2);
  expect(droppableOf(3, { paid: 5, committed: 7 })).toBe(1);
  expect(droppableOf(1, { paid: 3, committed: 9 })).toBe(0);
});
