import { expect, test } from "vitest";
import type { Organization } from "#lib/api.ts";
import { manageText } from "./manage-text.ts";

const organization = (changes: object) => ({ state: "active", ...changes }) as Organization;

test("the link to billing says what is wrong with payment", () => {
  expect(manageText.billing?.(organization({ billingStatus: "past_due" }), {})).toBe("Past due");
  expect(manageText.billing?.(organization({ billingStatus: "active" }), {})).toBe("Seats, plan, and invoices");
  expect(manageText.billing?.(organization({}), {})).toBe("Seats, plan, and invoices");
});

test("members and pending invitations are numbers where these are known", () => {
  const known = organization({ seats: { capacity: 9, committed: 3, used: 1, held: 2 } });
  expect([manageText.members?.(known, {}), manageText.invitations?.(known, {})]).toEqual(["1 member", "2 pending"]);
  const unknown = organization({ seats: { capacity: 9, committed: 3 } });
  expect([manageText.members?.(unknown, {}), manageText.invitations?.(unknown, {})]).toEqual([
    "Members and their roles",
    "Pending and ended invitations",
  ]);
});

test("devices in force are numbers once they are counted", () => {
  const text = (devices?: { devices: number; inForce: number }) => manageText.devices?.(organization({}), { devices });
  expect(text({ devices: 840, inForce: 812 })).toBe("In force on 812 of 840");
  expect(text({ devices: 0, inForce: 0 })).toBe("None linked yet");
  expect(text()).toBe("Where the settings are in force");
});
