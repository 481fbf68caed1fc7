import { QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Member, Revocation } from "#lib/people.ts";
import { openBrowser } from "../../testing/browser.ts";

let questionAbout: typeof import("./use-role-question.ts").questionAbout;
beforeAll(async () => {
  openBrowser();
  ({ questionAbout } = await import("./use-role-question.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const grace: Member = {
  account: "acc_1",
  name: "Grace",
  color: "teal",
  role: "admin",
  teams: [],
  joinedAt: "2026-11-24T09:00:00.000Z",
};
let asked: string[];
beforeEach(() => {
  asked = [];
});

/** Returns the question before Grace gets a role, when the API answers so. */
function ask(answer: () => Response | Promise<Response>, role: "owner" | "admin" | "write" | "read", member = grace) {
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return answer();
  });
  return questionAbout(new QueryClient(), "org_1", { member, role });
}
const preview = (revocation: Revocation) => () => Response.json(revocation);

describe("a lower role", () => {
  test.each<[string, Revocation]>([
    ["ends invitations", { revoked: 2, keepable: 1, isComplete: true }],
    ["may end some that were not looked at", { revoked: 0, keepable: 0, isComplete: false }],
  ])("is asked about if it %s", async (_, revocation) => {
    expect(await ask(preview(revocation), "read")).toEqual({ about: "role", member: grace, role: "read", revocation });
    expect(asked).toEqual([
      "https://muster.example/api/v1/organizations/org_1/members/acc_1/sent-invitations?role=read",
    ]);
  });

  test("is given at once if it ends none", async () => {
    expect(await ask(preview({ revoked: 0, keepable: 0, isComplete: true }), "read")).toBeUndefined();
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ["an error", () => new Response("", { status: 500 })],
    ["no answer", () => Promise.reject(new TypeError("Failed to fetch"))],
  ])("is never given without a question because the preview ends with %s", async (_, answer) => {
    const revocation = { revoked: 0, keepable: 0, isComplete: false };
    expect(await ask(answer, "write")).toEqual({ about: "role", member: grace, role: "write", revocation });
  });
});

test("a role that ends no invitation needs no preview", async () => {
  const fail = () => new Response("", { status: 500 });
  const writer = Object.assign({}, grace, { role: "write" });
  expect([await ask(fail, "owner"), await ask(fail, "read", writer)]).toEqual([undefined, undefined]);
  expect(asked).toEqual([]);
});

test("a role that this page does not know may have invited", async () => {
  const newer = Object.assign({}, grace, { role: "unknown" });
  expect(await ask(preview({ revoked: 1, keepable: 0, isComplete: true }), "read", newer)).toBeDefined();
});
