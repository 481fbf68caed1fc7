import { expect, test } from "vitest";
import { armFault } from "./fault.ts";

test.each(["kill", "kill@0", "kill@-1", "kill@x", "stop@1"])("the fault %s is explained", (fault) => {
  expect(() => armFault(fault)).toThrow("MUSTER_FAULT must be kill@N");
});

test("without a fault nothing is armed", () => {
  expect(() => armFault(undefined)).not.toThrow();
});
