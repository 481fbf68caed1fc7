import { expect, test } from "vitest";
import type { Organization } from "#lib/api.ts";
import { formatFor } from "#lib/format.ts";
import { countedDevices, manageText } from "./manage-text.ts";

const organization = (changes: object) => ({ state: "active", ...changes }) as Organization;
const { number } = formatFor("en", "UTC");

test("the link to billing says what is wrong with payment", () => {
  expect(manageText.billing?.(organization({ billingStatus: "past_due" }), {}, number)).toBe("Past due");
  expect(manageText.billing?.(organization({ billingStatus: "active" }), {}, number)).toBe("Seats, plan, and invoices");
  expect(manageText.billing?.(organization({}), {}, number)).toBe("Seats, plan, and invoices");
});

test("members and pending invitations are numbers where these are known", () => {
  const known = organization({ seats: { capacity: 9, committed: 3, used: 1, held: 2 } });
  expect([manageText.members?.(known, {}, number), manageText.invitations?.(known, {}, number)]).toEqual([
    "1 member",
    "2 pending",
  ]);
  const unknown = organization({ seats: { capacity: 9, committed: 3 } });
  expect([manageText.members?.(unknown, {}, number), manageText.invitations?.(unknown, {}, number)]).toEqual([
    "Members and their roles",
    "Pending and ended invitations",
  ]);
});

test("numbers are written as the reader writes them", () => {
  const { number: german } = formatFor("de", "UTC");
  const large = organization({ seats: { capacity: 9_000, committed: 8_000, used: 5_500, held: 2_500 } });
  const texts = [manageText.members, manageText.invitations].map((text) => text?.(large, {}, german));
  expect(texts).toEqual(["5.500 members", "2.500 pending"]);
});

test("devices in force are numbers once they are counted", () => {
  const text = (devices?: { devices: number; inForce: number }) =>
    manageText.devices?.(organization({}), { devices }, number);
  expect(text({ devices: 8_400, inForce: 812 })).toBe("In force on 812 of 8,400 devices");
  expect(text({ devices: 1, inForce: 1 })).toBe("In force on 1 of 1 device");
  expect(text({ devices: 0, inForce: 0 })).toBe("None linked yet");
  expect(text()).toBe("Where the settings are in force");
});

test("a count of devices that stopped early is left out", () => {
  const summary = { devices: 8_400, isComplete: true, statuses: { in_force: 812 } };
  expect(countedDevices(summary)).toEqual({ devices: 8_400, inForce: 812 });
  expect(countedDevices({ devices: 2, isComplete: true, statuses: {} })).toEqual({ devices: 2, inForce: 0 });
  expect([countedDevices({ ...summary, isComplete: false }), countedDevices(undefined)]).toEqual([
    undefined,
    undefined,
  ]);
});
