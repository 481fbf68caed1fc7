import { expect, test } from "vitest";
import { wantsSignature } from "./age.ts";
import type { Held } from "./held.ts";
import { dayMs, hourMs, secondMs } from "./system.ts";

/** A document that a device has, whose answer ends after some days. */
function held(lifetimeDays: number, maxOfflineDays: number) {
  const policy = { pollSeconds: 3_600, maxOfflineDays, whenStale: "strict" as const, minimumVersion: "0.0.0" };
  const payload = { iat: 0, exp: (lifetimeDays * dayMs) / secondMs, policy };
  return { held: { takenAt: 0, payload } as unknown as Held, state: { seenAt: 0 } };
}

test.each([
  ["the lifetime of the answer", 1, 7, 12],
  ["the offline limit", 7, 1, 12],
  ["the lifetime of the answer, where there is no limit", 2, 0, 24],
  ["two hours, however short the answer lives", 0, 1, 1],
])("a device asks for a signature after half of %s", (_, lifetimeDays, maxOfflineDays, hours) => {
  const one = held(lifetimeDays, maxOfflineDays);
  expect(wantsSignature(one, hours * hourMs)).toBe(false);
  expect(wantsSignature(one, hours * hourMs + 1)).toBe(true);
});
