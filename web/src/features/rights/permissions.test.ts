import { canGrant, permissions, type Rule } from "@muster/core/base/permission.ts";
import { type Role, roles } from "@muster/core/base/role.ts";
import type { Actor } from "@muster/core/kernel/actor.ts";
import { authorize, reaches } from "@muster/core/kernel/authorize.ts";
import { expect, test } from "vitest";
import type { Member } from "#lib/people.ts";
import { grantable, managersOf, may, mayGrant, type Permission } from "./permissions.ts";

const at = new Date("2026-11-24T09:00:00Z");
const granted = (Object.entries(permissions) as [Permission, Rule][])
  .filter(([, rule]) => roles.some((role) => rule[role] !== undefined))
  .map(([permission]) => permission);
const cases = granted.flatMap((permission) => roles.map((role) => ({ permission, role })));

function memberOf(role: Role): Actor {
  return {
    type: "member",
    account: "acc_A",
    address: "adr_A",
    email: "ada@example.com",
    via: { kind: "session", id: "ses_A", authenticatedAt: at.toISOString() },
    origin: { ip: "203.0.113.7", agent: "" },
    organization: "org_X",
    role,
  };
}

function isAdmitted(actor: Actor, permission: Permission) {
  try {
    authorize(actor, permission, at);
    return true;
  } catch {
    return false;
  }
}

test.each(cases)("$permission is offered to the role $role exactly if the API allows it", ({ permission, role }) => {
  const actor = memberOf(role);
  const rule: Rule = permissions[permission];
  expect(may(role, permission, { isOwn: true, isLed: true })).toBe(isAdmitted(actor, permission));
  const led = { ...actor, ledTeams: new Set(["team_A"]) } as Actor;
  expect(may(role, permission, { isLed: true })).toBe(reaches(led, rule, { team: "team_A" }));
  expect(may(role, permission)).toBe(reaches(led, rule, { team: "team_B" }));
  for (const target of roles) {
    expect(may(role, permission, { role: target })).toBe(reaches(actor, rule, { role: target, account: "acc_B" }));
    const own = reaches(actor, rule, { role: target, account: "acc_A" });
    expect(may(role, permission, { role: target, isOwn: true })).toBe(own);
  }
});

test.each(roles)("the role %s is offered the roles that it may grant, the least powerful first", (giver) => {
  expect(grantable(giver).toReversed()).toEqual(roles.filter((role) => canGrant(giver, role)));
});

test("only those who may grant a role with the permission are named as able to help", () => {
  const helpers = (permission: Permission) => roles.filter((role) => mayGrant(role, permission));
  expect(helpers("billing.get")).toEqual(["owner", "admin"]);
  expect(helpers("member.transfer")).toEqual(["owner"]);
});

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
