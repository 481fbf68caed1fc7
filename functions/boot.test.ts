import { faults } from "@muster/core/kernel/ports.ts";
import { afterEach, expect, test, vi } from "vitest";
import { boot } from "./boot.ts";
import { log } from "./log.ts";
import { stubEnvironment } from "./testing/environment.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a stored row that cannot be read whole is logged, once", () => {
  stubEnvironment();
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  boot();
  const fault = { pk: "org_1", sk: "#org", attribute: "name" };
  faults.report(fault);
  faults.report(fault);
  expect(logged.mock.calls).toEqual([["A stored row cannot be read whole.", { fault }]]);
});
