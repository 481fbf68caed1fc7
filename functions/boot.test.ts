import { faults, withPorts } from "@muster/core/kernel/ports.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { boot } from "./boot.ts";
import { log } from "./log.ts";
import { stubEnvironment } from "./testing/environment.ts";

const fault = { pk: "org_1", sk: "#org", attribute: "name" };
const line = ["A stored row cannot be read whole.", { fault, release: "v1.2.0" }];

beforeEach(() => stubEnvironment({ MUSTER_RELEASE: "v1.2.0" }));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const watchLog = () => vi.spyOn(log, "error").mockImplementation(() => {});

test("a stored row that cannot be read whole is logged with the release, and again for as long as it is read", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const logged = watchLog();
  boot();
  for (let n = 0; n < 3; n++) faults.report(fault);
  expect(logged.mock.calls).toEqual([line]);
  vi.setSystemTime(Date.now() + 5 * 60_000);
  for (let n = 0; n < 3; n++) faults.report(fault);
  expect(logged.mock.calls).toEqual([line, line]);
});

test("each function that one process runs logs it", () => {
  const logged = watchLog();
  const functions = [withPorts({}), withPorts({})];
  for (const run of functions) run(() => boot());
  for (const run of [...functions, ...functions]) run(() => faults.report(fault));
  expect(logged.mock.calls).toEqual([line, line]);
});

test("a table of which nothing can be read does not flood the log", () => {
  const logged = watchLog();
  boot();
  for (let n = 0; n < 3_000; n++) faults.report({ ...fault, pk: `org_${n % 1_500}` });
  expect(logged).toHaveBeenCalledTimes(1_000);
});
