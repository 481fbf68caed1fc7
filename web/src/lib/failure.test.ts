import { describe, expect, test } from "vitest";
import { ApiError, offline, toApiError, toSentence } from "./failure.ts";
import { showFailure } from "./form-failure.ts";

const json = { "content-type": "application/problem+json" };
const refused = (status: number, body: string, headers: Record<string, string> = json) =>
  toApiError(new Response(body, { status, headers }));

describe("an error response", () => {
  test("is read as the API wrote it", async () => {
    const fields = [{ path: "name", message: "Too long." }];
    const problem = {
      code: "actor.forbidden",
      detail: "No.",
      requestId: "r1",
      permission: "audit.list",
      errors: fields,
    };
    expect(await refused(403, JSON.stringify(problem))).toMatchObject({
      code: "actor.forbidden",
      message: "No.",
      status: 403,
      requestId: "r1",
      permission: "audit.list",
      fields,
      retryAfterSeconds: undefined,
    });
  });

  test("says when to try again", async () => {
    expect((await refused(429, "{}", { ...json, "retry-after": "30" })).retryAfterSeconds).toBe(30);
    expect((await refused(429, "{}", { ...json, "retry-after": "soon" })).retryAfterSeconds).toBeUndefined();
  });

  test.each([
    ["<html>Bad gateway</html>", { "content-type": "text/html" }],
    ["{broken", json],
    ["", {}],
  ])("that is not a problem of the API, %j, becomes our own", async (body, headers) => {
    const error = await refused(500, body, { ...headers, "x-request-id": "r2" });
    expect(error).toMatchObject({ code: "internal.error", status: 500, requestId: "r2" });
    expect(toSentence(error)).toBe("Something went wrong on our end.");
  });

  test.each([
    [403, "<html>Request blocked</html>", "request.blocked"],
    [413, '{"message":"Request Entity Too Large"}', "request.too_large"],
    [429, '{"message":"Too Many Requests"}', "rate.limited"],
    [502, "<html>Bad gateway</html>", "service.unavailable"],
    [503, '{"message":"Service Unavailable"}', "service.unavailable"],
    [504, '{"message":"Endpoint request timed out"}', "service.unavailable"],
  ])("%i of the gateway or the firewall is told by its status", async (status, body, code) => {
    const type = { "content-type": body.startsWith("{") ? "application/json" : "text/html" };
    const error = await refused(status, body, type);
    expect(error).toMatchObject({ code, status });
    expect(toSentence(error)).not.toContain("went wrong");
  });
});

test("a failure is one sentence", () => {
  expect(toSentence(new ApiError(offline, "anything"))).toContain("your input is kept");
  expect(toSentence(new ApiError("member.self", "Choose somebody else."))).toBe("Choose somebody else.");
  expect(toSentence(new TypeError("x is undefined"))).toBe("Something went wrong in this page.");
});

describe("on a form", () => {
  const shown = (error: unknown) => {
    const errors: [string, string | undefined][] = [];
    const setError = (field: string, { message }: { message?: string }) => void errors.push([field, message]);
    showFailure<{ name: string; zone: string }>(error, setError, ["name", "zone"]);
    return errors;
  };
  const about = (...paths: string[]) =>
    new ApiError("input.invalid", "Some fields need attention.", {
      fields: paths.map((path) => ({ path, message: `${path} is wrong.` })),
    });

  test.each(["name", "/name", "$.name"])("an error about %s appears at that field", (path) => {
    expect(shown(about(path))).toEqual([["name", `${path} is wrong.`]]);
  });

  test("one about an unknown field, and any other failure, appears at the form itself", () => {
    expect(shown(about("seats"))).toEqual([["root.server", "Some fields need attention."]]);
    expect(shown(new Error("bug"))).toEqual([["root.server", "Something went wrong in this page."]]);
  });
});
