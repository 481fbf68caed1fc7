import { expect, test } from "vitest";
import type { Role } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { managersOf } from "./managers.ts";

const member = (role: Role): Member => ({
  account: `acc_${role}`,
  name: role,
  color: "teal",
  role,
  teams: [],
  joinedAt: "2026-11-24",
});
const [owner, admin, write] = [member("owner"), member("admin"), member("write")];

test("owners and admins manage an organization, nobody else", () => {
  expect(managersOf({ items: [owner, admin, write], next: "more" })).toEqual({
    managers: [owner, admin],
    hasMore: false,
  });
});

test("those with another permission are filtered by it", () => {
  expect(managersOf({ items: [owner, admin] }, (role) => role === "owner").managers).toEqual([owner]);
});

test("there are more of them only if the page ends among them", () => {
  expect(managersOf({ items: [owner, admin], next: "more" }).hasMore).toBe(true);
  expect(managersOf({ items: [owner, admin] }).hasMore).toBe(false);
});

test("nobody is known before the page is loaded", () => {
  expect(managersOf(undefined)).toEqual({ managers: [], hasMore: false });
});
