import { failure } from "@muster/core/base/failure.ts";
import { fn } from "@muster/core/kernel/fn.ts";
import type { Table } from "@muster/core/table/table.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { conform } from "@muster/local/testing/worlds/conform.ts";
import * as v from "valibot";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});

// the client checks every answer of every test against the document: headers, status, type, body and code

describe("the check of answers against the document", () => {
  let answer: Answer;
  beforeEach(async () => {
    answer = await api.call("GET", "/account", { token: (await api.stranger()).token });
  });
  const held = (changes: Partial<Answer>) => () => conform("GET", "/api/v1/account", { ...answer, ...changes });

  test("accepts a correct one", () => {
    expect(held({})).not.toThrow();
  });

  test("finds an undocumented status, attribute, value, code, type and header", () => {
    expect(held({ status: 418 })).toThrow("status is not in the document");
    expect(held({ body: { ...answer.body, pepper: "x" } })).toThrow("pepper");
    expect(held({ body: { ...answer.body, id: "org_1" } })).toThrow("/id must match pattern");
    expect(held({ body: { ...answer.body, createdAt: "yesterday" } })).toThrow("/createdAt");
    const { email: _, ...less } = answer.body;
    expect(held({ body: less })).toThrow("email");
    const headers = new Headers(answer.headers);
    headers.delete("x-content-type-options");
    expect(held({ headers })).toThrow("x-content-type-options");
    headers.set("content-type", "text/html");
    expect(held({ headers })).toThrow("Its type is text/html");
  });

  test("finds a code that the operation does not declare", async () => {
    const refusal = await api.call("GET", "/account");
    const undeclared = { ...refusal, body: { ...refusal.body, code: "organization.missing" } };
    expect(() => conform("GET", "/api/v1/account", undeclared)).toThrow("This code is not in the document.");
  });
});

test("a domain function that fails with an undeclared failure is a bug, no matter who calls it", async () => {
  const { undeclared, declared } = {
    undeclared: failure("conflict", "test.undeclared", "Not declared."),
    declared: failure("conflict", "test.declared", "Declared."),
  };
  const input = v.strictObject({ says: v.boolean() });
  const run = fn("session.requestCode", { input, output: v.void(), failures: [declared] }, async ({ says }) => {
    throw says ? declared() : undeclared();
  });
  const { context } = await api.stranger();
  const as = (says: boolean) => api.world.as({ context } as never, () => run({ says }));
  await expect(as(true)).rejects.toMatchObject({ code: "test.declared" });
  await expect(as(false)).rejects.toThrow("session.requestCode fails with test.undeclared, which it does not declare.");
});

describe("a bug", () => {
  const logged: unknown[][] = [];
  beforeEach(() => {
    vi.spyOn(log, "error").mockImplementation((...words: unknown[]) => void logged.push(words));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    api.world.rebind();
  });

  test("is answered without any details, and logged under the same id", async () => {
    const { token } = await api.stranger();
    const broken: Table = { ...api.world.table, getMany: () => Promise.reject(new Error("the secret inside")) };
    api.world.rebind({ table: broken });
    const answer = await api.call("GET", "/account", { token });
    expect(answer).toMatchObject({
      status: 500,
      body: { code: "internal.error", detail: "Something went wrong on our end." },
    });
    expect(answer.text).not.toContain("secret");
    expect(logged[0]?.[1]).toMatchObject({ requestId: answer.body.requestId, method: "GET", path: "/api/v1/account" });
    expect(answer.headers.get("x-request-id")).toBe(answer.body.requestId);
  });
});

describe("an unknown address", () => {
  test.each([
    ["GET", "/nothing-here"],
    ["GET", ""],
    ["GET", "/account/"],
    ["OPTIONS", "/nothing-here"],
    ["POST", "/organizations/org_1/billing/nothing"],
    ["GET", "/organizations/org_1/nothing"],
    ["PATCH", "/%2e%2e/%00<script>"],
  ])("%s %s is answered as a problem, without the address", async (method, path) => {
    const answer = await api.call(method, path);
    expect(answer).toMatchObject({
      status: 404,
      body: { code: "route.missing", status: 404, type: "/docs/errors#route.missing" },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.text).not.toContain("nothing-here");
    expect(answer.text).not.toContain("script");
  });

  test("HEAD is answered like GET, without the body", async () => {
    const answer = await api.call("HEAD", "/nothing-here");
    expect([answer.status, answer.text]).toEqual([404, ""]);
  });
});

test("health answers everybody, GET and HEAD", async () => {
  expect(await api.call("GET", "/health")).toMatchObject({ status: 200, body: { status: "ok", release: "unknown" } });
  expect((await api.call("HEAD", "/health")).status).toBe(200);
});

describe("a limit", () => {
  const call = (email: string) => api.call("POST", "/sign-in", { json: { email }, ip: "192.0.2.50" });

  test("reports what remains, and when it starts over", async () => {
    const { headers } = await call("limits@example.com");
    expect(headers.get("ratelimit-policy")).toBe(
      '"codes-per-network-3600";q=600;w=3600, "codes-per-wide-network-3600";q=1500;w=3600',
    );
    expect(headers.get("ratelimit")).toBe(
      '"codes-per-network-3600";r=599;t=3600, "codes-per-wide-network-3600";r=1499;t=3600',
    );
  });

  test("does not tell whether somebody else asked for an address", async () => {
    const from = async (ip: string, email: string) => {
      const { status, headers } = await api.call("POST", "/sign-in", { json: { email }, ip });
      return [status, headers.get("ratelimit"), headers.get("ratelimit-policy")];
    };
    for (let n = 0; n < 3; n++) await from(`198.51.100.${n}`, "watched@example.com");
    expect(await from("203.0.113.1", "watched@example.com")).toEqual(await from("192.0.3.1", "unseen@example.com"));
  });

  test("that is used up is 429 with the seconds to wait, and then it works", async () => {
    for (let i = 0; i < 4; i++) expect((await call("limits@example.com")).status).toBe(202);
    api.world.clock.pass(100);
    const answer = await call("limits@example.com");
    expect(answer).toMatchObject({ status: 429, body: { code: "rate.limited" } });
    expect(answer.headers.get("retry-after")).toBe("800");
    expect(answer.headers.get("ratelimit")).not.toContain("address");
    api.world.clock.pass(800);
    expect((await call("limits@example.com")).status).toBe(202);
  });

  test("is not reported where nothing is counted", async () => {
    const { headers } = await api.call("GET", "/health");
    expect([headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([null, null]);
  });
});
