import { describe, expect, test } from "vitest";
import { isOwnPath } from "./session.ts";

const origin = "https://muster.example";

describe("the page to return to", () => {
  test.each(["/", "/account", "/organizations/org_1?dialog=rename", "/a//b"])("may be %s", (path) => {
    expect(isOwnPath(path, origin)).toBe(true);
  });

  test.each([
    "//evil.example/",
    "/\\evil.example/",
    "https://evil.example/",
    "javascript:alert(1)",
    "account",
    "",
    "/\t/evil.example",
    "/sign-in",
    "/sign-in?step=code",
  ])("is never %s", (path) => {
    expect(isOwnPath(path, origin)).toBe(false);
  });
});
