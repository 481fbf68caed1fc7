import { expect, test } from "vitest";
import { blocksInviting, grantable, mayManage } from "./words.ts";

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
