import { expect, test } from "vitest";
import { unusedOf } from "./unused.ts";

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
