import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ownChange, rememberPosition } from "./position.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const answer = (position?: string) => ({
  headers: new Headers(position === undefined ? {} : { "muster-position": position }),
});

test("what the page wrote is asked for in the same organization, for ten seconds", () => {
  rememberPosition("https://muster.example/api/v1/organizations/org_1/members/acc_1", answer("evt_1.acc_1"));
  expect([ownChange("org_1"), ownChange("org_2")]).toEqual([{ after: "evt_1.acc_1" }, {}]);
  vi.advanceTimersByTime(9_999);
  expect(ownChange("org_1")).toEqual({ after: "evt_1.acc_1" });
  vi.advanceTimersByTime(1);
  expect(ownChange("org_1")).toEqual({});
});

test("an answer without a position, or of no organization, changes nothing", () => {
  rememberPosition("/api/v1/organizations/org_3/members", answer("evt_1"));
  rememberPosition("/api/v1/organizations/org_3/members?role=read", answer());
  rememberPosition("/api/v1/account", answer("evt_2"));
  expect(ownChange("org_3")).toEqual({ after: "evt_1" });
});
