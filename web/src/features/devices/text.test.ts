import { expect, test } from "vitest";
import { hasExpired, linkedHere, linkedText } from "./text.ts";

test("only devices that get the settings of the organization count as linked in it", () => {
  const acme = { id: "org_A" as const };
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const devices = [
    { organization: acme, expiresAt },
    { organization: acme, expiresAt, wipingSince: "2026-11-24T09:00:00.000Z" },
    { organization: { id: "org_B" as const }, expiresAt },
    { organization: acme, expiresAt },
    { organization: acme, expiresAt: "2026-11-24T09:00:00.000Z" },
  ];
  expect(linkedHere(devices, "org_A")).toBe(2);
  expect(linkedHere([], "org_A")).toBe(0);
});

test("a link has expired when its time is over, unless the device was revoked", () => {
  const [before, after] = [-60_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
  expect(hasExpired({ expiresAt: String(before) })).toBe(true);
  expect(hasExpired({ expiresAt: String(after) })).toBe(false);
  expect(hasExpired({ expiresAt: String(before), wipingSince: "2026-11-24T09:00:00.000Z" })).toBe(false);
});

test("the number of linked devices is said as far as it is known", () => {
  expect(linkedText(0, false)).toBe("You have no linked device in this organization.");
  expect(linkedText(1, false)).toBe("You have 1 linked device in this organization.");
  expect(linkedText(2, false)).toBe("You have 2 linked devices in this organization.");
  expect(linkedText(50, true)).toBe("You have 50 linked devices or more in this organization.");
});
