import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ApiError, offline } from "#lib/failure.ts";
import { openBrowser } from "#testing/browser.ts";

let wasLost: typeof import("./use-change.ts").wasLost;
beforeAll(async () => {
  openBrowser();
  ({ wasLost } = await import("./use-change.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

test("an answer is lost without a status, or with the status of a server that failed", () => {
  const errors = [new ApiError(offline, "No connection."), new ApiError("internal.error", "Failed.", { status: 503 })];
  expect(errors.map(wasLost)).toEqual([true, true]);
  expect(wasLost(new ApiError("billing.busy", "Wait.", { status: 409 }))).toBe(false);
});
