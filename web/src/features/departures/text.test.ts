import { expect, test } from "vitest";
import type { Departure } from "#lib/departures.ts";
import { momentsOf, openText, titleOf } from "./text.ts";

const at = "2026-11-24T09:00:00.000Z";
const device = {
  id: "dev_1",
  name: "Laptop",
  platform: "linux",
  app: "agent",
  linkedAt: at,
  endedAt: at,
  contactAt: at,
};
const secret = { id: "sec_1", kind: "openai", name: "Production", last4: "1234", state: "same", fetched: [] };
const departure = {
  id: "dpt_1",
  account: "acc_bob",
  name: "Bob",
  reason: "removed",
  at,
  isMember: false,
  devices: [device],
  secrets: [secret],
} as unknown as Departure;

test("what is not confirmed comes last, whatever else has happened", () => {
  const phone = { ...device, id: "dev_2", name: "Phone", wipedAt: "2026-11-24T10:00:00.000Z" };
  const key = { ...secret, state: "replaced", replacedAt: "2026-11-24T09:30:00.000Z" };
  const changed = { ...departure, devices: [device, phone], secrets: [key] } as Departure;
  expect(momentsOf(changed, "Ada").map(({ sentence }) => sentence)).toEqual([
    "Bob was removed by Ada",
    "Production was replaced",
    "Phone confirmed its wipe",
    "Laptop: wipe not confirmed",
  ]);
});

test("a revoked device is named, and a person who is forgotten is not", () => {
  const { name: _, ...forgotten } = departure;
  expect(momentsOf({ ...forgotten, reason: "revoked" }, undefined)[0]?.sentence).toBe(
    "Laptop of a former member was revoked",
  );
  expect(momentsOf({ ...departure, reason: "left" }, "Bob")[0]?.sentence).toBe("Bob left");
  const { account } = departure;
  expect(momentsOf({ ...departure, reason: "revoked", by: account }, "Bob")[0]?.sentence).toBe(
    "Laptop was revoked by Bob",
  );
  expect(titleOf({ ...departure, reason: "revoked" })).toBe("Revoked device of Bob");
  expect(titleOf({ reason: "removed" })).toBe("Departure of a former member");
});

test("a list says what is left to do", () => {
  expect([
    openText({ secrets: 2, open: 1 }),
    openText({ secrets: 2, open: 0 }),
    openText({ secrets: 0, open: 0 }),
  ]).toEqual([
    { tone: "warning", label: "1 API key to replace" },
    { tone: "success", label: "All replaced" },
    { tone: "neutral", label: "No API key left" },
  ]);
});
