import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import { billingStatuses } from "@muster/core/billing/shape.ts";
import { expect, test } from "vitest";
import { whyBlocked, whyNotGiven } from "./blocked.ts";
import type { Permission } from "./permissions.ts";

const owned = { role: "owner", state: "active" } as const;
const ofOwners = (Object.entries(permissions) as [Permission, Rule][]).filter(([, rule]) => rule.owner === "any");

test.each(ofOwners)("%s is blocked in the states in which the API refuses it, and says so", (permission, rule) => {
  const suspended = whyBlocked({ ...owned, state: "suspended" }, permission);
  expect(suspended === undefined).toBe(rule.suspended === true);
  expect(suspended ?? "suspended").toContain("suspended");
  const readOnly = whyBlocked({ ...owned, billingStatus: "read_only" }, permission);
  expect(readOnly === undefined).toBe(rule.unpaid === true);
  expect(readOnly ?? "read-only").toContain("read-only");
  expect(whyBlocked({ ...owned, billingStatus: "active" }, permission)).toBeUndefined();
});

test.each(["invitation.send", "import.create", "import.retry", "member.reinstate"] as const)(
  "%s needs an organization that can grow",
  (permission) => {
    const blocked = billingStatuses.filter(
      (billingStatus) => whyBlocked({ ...owned, billingStatus }, permission) !== undefined,
    );
    expect(blocked).toEqual(["past_due", "over_limit", "canceled", "read_only"]);
    const reasons = blocked.map((billingStatus) => whyBlocked({ ...owned, billingStatus }, permission));
    expect(new Set(reasons).size).toBe(blocked.length);
  },
);

test("no seat, no retry", () => {
  expect(whyBlocked(owned, "import.retry", { freeSeats: 0 })).toBe("No seats are available.");
  expect(whyBlocked(owned, "import.retry", { freeSeats: 1 })).toBeUndefined();
});

test("seats and plan are locked while a change is being made or a payment is due", () => {
  const change = { from: 5, to: 9 };
  expect(whyBlocked(owned, "billing.resize", { billing: { billingStatus: "active", change } })).toContain(
    "Another change",
  );
  expect(whyBlocked(owned, "billing.cancel", { billing: { billingStatus: "active", change } })).toContain(
    "Another change",
  );
  const waits = { billingStatus: "active", change: { ...change, waitsUntil: "2026-11-25T08:00:00.000Z" } } as const;
  expect(whyBlocked(owned, "billing.resize", { billing: waits })).toContain("waits for its payment");
  expect(whyBlocked(owned, "billing.cancel", { billing: waits })).toBeUndefined();
  expect(whyBlocked(owned, "billing.resize", { billing: { billingStatus: "past_due" } })).toContain("payment is due");
  expect(whyBlocked(owned, "billing.cancel", { billing: { billingStatus: "past_due" } })).toBeUndefined();
});

test("an admin learns that only owners manage owners, and nobody can change themselves", () => {
  const admin = { ...owned, role: "admin" } as const;
  const target = { role: "owner" } as const;
  expect(whyBlocked(admin, "member.remove", { target })).toContain("Only an owner");
  expect(whyBlocked(admin, "invitation.revoke", { target })).toContain("invitation of an owner");
  expect(whyBlocked(owned, "member.changeRole", { target: { ...target, isOwn: true } })).toContain("yourself");
});

test("a member without the permission learns that it is their role", () => {
  const answers = roles.map((role) => whyBlocked({ ...owned, role }, "team.create"));
  expect(answers).toEqual([
    undefined,
    undefined,
    "Only an owner or an admin can do this.",
    "Only an owner or an admin can do this.",
  ]);
  expect(whyBlocked({ ...owned, role: "admin" }, "member.transfer", { target: { role: "owner" } })).toBe(
    "Only an owner can do this.",
  );
});

test("an admin gives every role but that of an owner, and the reason is shown", () => {
  const answers = roles.map((role) => whyNotGiven("admin", role));
  expect(answers).toEqual(["Only an owner can make someone an owner.", undefined, undefined, undefined]);
  expect(roles.map((role) => whyNotGiven("owner", role))).toEqual(roles.map(() => undefined));
});

test("leaving is open to everybody while the organization is", () => {
  const target = { isOwn: true };
  expect(roles.map((role) => whyBlocked({ ...owned, role }, "member.leave", { target }))).toEqual(
    roles.map(() => undefined),
  );
  expect(whyBlocked({ ...owned, state: "suspended" }, "member.leave", { target })).toContain("suspended");
});
