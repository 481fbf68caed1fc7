import { standings } from "@muster/core/billing/standing.ts";
import { expect, test } from "vitest";
import { badgeOf, blocksInviting, blocksSettings, grantable, isInOrder, mayManage, samePageIn } from "./words.ts";

const owned = { id: "org_2", role: "owner" } as const;

test.each([
  ["/organizations/org_1", "/organizations/org_2"],
  ["/organizations/org_1/", "/organizations/org_2"],
  ["/organizations/org_1/members", "/organizations/org_2/members"],
  ["/organizations/org_1/settings/general", "/organizations/org_2/settings/general"],
  ["/organizations/org_1/imports", "/organizations/org_2/imports"],
  ["/organizations/org_1/imports/imp_1", "/organizations/org_2/imports"],
  ["/organizations/org_1/teams/team_1", "/organizations/org_2/teams"],
  ["/organizations/new", "/organizations/org_2"],
  ["/account", "/organizations/org_2"],
  ["/", "/organizations/org_2"],
])("at %s another organization opens at %s", (path, there) => {
  expect(samePageIn(owned, path)).toBe(there);
});

test("who may not see invitations or imports there is led to the members", () => {
  const path = "/organizations/org_1/invitations";
  expect(samePageIn(owned, path)).toBe("/organizations/org_2/invitations");
  expect(samePageIn({ id: "org_3", role: "write" }, path)).toBe("/organizations/org_3/members");
  expect(samePageIn({ id: "org_3", role: "read" }, "/organizations/org_1/imports/imp_1")).toBe(
    "/organizations/org_3/members",
  );
});

test("nobody is offered a role above their own to give", () => {
  expect(grantable("owner")).toContain("owner");
  expect(grantable("admin")).toEqual(["read", "write", "admin"]);
});

test("owners and admins manage", () => {
  expect((["owner", "admin", "write", "read"] as const).filter(mayManage)).toEqual(["owner", "admin"]);
});

test("a suspended organization invites nobody, and says why", () => {
  expect(blocksInviting({ state: "active" })).toBeUndefined();
  expect(blocksInviting({ state: "suspended" })).toContain("suspended");
});

test("an organization whose payment is not in order invites nobody, says why, and shows it", () => {
  const growing = ["free", "trialing", "active"] as const;
  const troubled = ["past_due", "over_limit", "canceled", "read_only"] as const;
  expect([...growing, ...troubled].toSorted()).toEqual([...standings].toSorted());
  for (const standing of growing) {
    expect([blocksInviting({ state: "active", standing }), isInOrder({ standing })]).toEqual([undefined, true]);
    expect(badgeOf({ state: "active", standing }).label).toBe("Active");
  }
  const reasons = new Set(troubled.map((standing) => blocksInviting({ state: "active", standing })));
  expect([...reasons].filter((reason) => reason !== undefined)).toHaveLength(4);
  expect(troubled.map((standing) => isInOrder({ standing }))).toEqual([false, false, false, false]);
  expect(badgeOf({ state: "active", standing: "past_due" }).label).toBe("Past due");
  const kept = standings.filter((standing) => blocksSettings({ state: "active", standing }) !== undefined);
  expect(kept).toEqual(["read_only"]);
  expect(blocksSettings({ state: "suspended" })).toContain("suspended");
  expect(badgeOf({ state: "suspended", standing: "past_due" }).label).toBe("Suspended");
});
