import { expect, test } from "vitest";
import { failureOf } from "./upload.ts";

test.each([
  [403, "<Error><Message>Invalid according to Policy: Policy expired.</Message></Error>", "expired"],
  [403, "<Error><Code>AccessDenied</Code></Error>", "refused"],
  [400, "<Error><Code>EntityTooLarge</Code></Error>", "refused"],
  [503, "<Error><Code>SlowDown</Code></Error>", "network"],
] as const)("a bucket that answers %d with %s means: %s", (status, responseText, failure) => {
  expect(failureOf({ status, responseText })).toBe(failure);
});
