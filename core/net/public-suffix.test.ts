import { describe, expect, test } from "vitest";
import { isPublicSuffix } from "./public-suffix.ts";

describe("a public suffix", () => {
  test.each(["com", "co.uk", "com.au", "k12.ca.us", "foo.ck", "xn--55qx5d.cn", "xn--p1ai"])("is %s", (host) => {
    expect(isPublicSuffix(host)).toBe(true);
  });

  test.each([
    "example.com",
    "bbc.co.uk",
    "www.ck",
    "github.io",
    "blogspot.com",
    "s3.amazonaws.com",
    "intranet.corp",
    "10.0.0.1",
    "[::1]",
  ])("is not %s", (host) => {
    expect(isPublicSuffix(host)).toBe(false);
  });
});
