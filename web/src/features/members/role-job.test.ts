import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Member } from "#lib/people.ts";
import { openBrowser } from "../../testing/browser.ts";

let roleJob: typeof import("./role-job.ts").roleJob;
beforeAll(async () => {
  openBrowser();
  ({ roleJob } = await import("./role-job.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const member = (role: Member["role"], account = `acc_${role}`) => ({ account, role }) as Member;

test("many roles are undone only if no invitation can end with the change", () => {
  const undo = (items: Member[], role: "admin" | "write" | "read") => roleJob("org_1", items, role).reverse?.label;
  expect([undo([member("read"), member("write")], "admin"), undo([member("write")], "read")]).toEqual(["Undo", "Undo"]);
  expect([undo([member("admin")], "write"), undo([member("read"), member("owner")], "admin")]).toEqual([
    undefined,
    undefined,
  ]);
});

test("undo gives each the role that they had", () => {
  const items = [member("read"), member("write")];
  const job = roleJob("org_1", items, "admin");
  expect(items.map((one) => job.edit(one, one)?.role)).toEqual(["admin", "admin"]);
  const back = job.reverse?.job(items);
  expect(items.map((one) => back?.edit({ ...one, role: "admin" }, one)?.role)).toEqual(["read", "write"]);
});
