import { beforeEach, describe, expect, test } from "vitest";
import { openBrowser } from "../testing/browser.ts";
import { leave } from "./leave.ts";
import { adoptDrafts, beginSession, hasSession, signInReason, takePlace } from "./session.ts";
import { tab } from "./storage.ts";

let visited: unknown[];
const router = {
  state: { location: { href: "/organizations/org_1?dialog=invite" } },
  navigate: async (to: unknown) => void visited.push(to),
};

beforeEach(() => {
  openBrowser();
  visited = [];
  beginSession("acc_ada");
  adoptDrafts();
  tab.write("draft:organization.create", '{"name":"Acme"}');
});

test("somebody whose session ended comes back to the same page, with their input", () => {
  leave(router, "expired");
  expect([hasSession(), signInReason()]).toEqual([false, "expired"]);
  expect(visited).toEqual([{ to: "/sign-in", search: {}, replace: true }]);
  expect(tab.read("draft:organization.create")).toBe('{"name":"Acme"}');
  expect(takePlace()).toBe("/organizations/org_1?dialog=invite");
});

test("signing out leaves nothing behind", () => {
  tab.write("return-to", "/account");
  leave(router, "signed-out");
  expect(hasSession()).toBe(false);
  expect([tab.read("draft:organization.create"), takePlace()]).toEqual([null, "/"]);
});

test("errors after leaving say nothing new, and redirect nowhere again", () => {
  leave(router, "signed-out");
  leave(router, "expired");
  expect([signInReason(), visited.length, takePlace()]).toEqual(["signed-out", 1, "/"]);
});

describe("drafts", () => {
  test("are restored for the account that wrote them", () => {
    leave(router, "expired");
    beginSession("acc_ada");
    adoptDrafts();
    expect(tab.read("draft:organization.create")).toBe('{"name":"Acme"}');
  });

  test("are deleted when somebody else signs in", () => {
    leave(router, "expired");
    beginSession("acc_bob");
    adoptDrafts();
    expect(tab.read("draft:organization.create")).toBeNull();
  });
});

test("a page is returned to once, and only on this site", () => {
  tab.write("return-to", "//evil.example/");
  expect(takePlace()).toBe("/");
  leave(router, "expired");
  expect([takePlace(), takePlace()]).toEqual(["/organizations/org_1?dialog=invite", "/"]);
});

test("without storage people stay signed in, and leaving works", () => {
  openBrowser({ isStorageOn: false });
  expect(hasSession()).toBe(true);
  leave(router, "expired");
  expect([visited.length, takePlace()]).toEqual([1, "/"]);
});
