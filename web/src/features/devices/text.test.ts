import { expect, test } from "vitest";
import { linkedHere, linkedText } from "./text.ts";

test("only devices that get the settings of the organization count as linked in it", () => {
  const acme = { id: "org_A" as const };
  const devices = [
    { organization: acme },
    { organization: acme, wipingSince: "2026-11-24T09:00:00.000Z" },
    { organization: { id: "org_B" as const } },
    { organization: acme },
  ];
  expect(linkedHere(devices, "org_A")).toBe(2);
  expect(linkedHere([], "org_A")).toBe(0);
});

test("the number of linked devices is said as far as it is known", () => {
  expect(linkedText(0, false)).toBe("You have no linked device in this organization.");
  expect(linkedText(1, false)).toBe("You have 1 linked device in this organization.");
  expect(linkedText(2, false)).toBe("You have 2 linked devices in this organization.");
  expect(linkedText(50, true)).toBe("You have 50 linked devices or more in this organization.");
});
