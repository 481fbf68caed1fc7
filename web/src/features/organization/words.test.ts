import { expect, test } from "vitest";
import { blocksInviting, grantable, mayManage, samePageIn } from "./words.ts";

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
