import { expect, test } from "vitest";
import { findingOf, stateOf } from "./text.ts";

const at = "2026-11-24T09:00:00.000Z";

test("a domain waits, is verified, or is verified without its record", () => {
  expect(stateOf({ state: "waiting" })).toEqual({ label: "Waiting for record", tone: "neutral" });
  expect(stateOf({ state: "verified" })).toEqual({ label: "Verified", tone: "success" });
  expect(stateOf({ state: "verified", lostAt: at })).toEqual({ label: "Record missing", tone: "warning" });
});

test("what a check found is said unless everything is well", () => {
  const check = { message: "There is no TXT record with this name.", checkedAt: at };
  expect(findingOf({})).toBeUndefined();
  expect(findingOf({ check: { ...check, finding: "present" } })).toBeUndefined();
  expect(findingOf({ check: { ...check, finding: "missing" } })).toBe(check.message);
});
