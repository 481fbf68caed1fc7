import { faults } from "@muster/core/kernel/ports.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { stubEnvironment } from "../testing/environment.ts";
import { boot } from "./boot.ts";

const secrets = { pepper: "a pepper that only this test uses, 32 characters" };

beforeEach(() => stubEnvironment());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("a command of the operator", () => {
  test("needs only the table, unless it calls Stripe", async () => {
    for (const name of ["MUSTER_SECRETS", "MUSTER_WORK_QUEUE_URL", "MUSTER_SITE_URL"]) vi.stubEnv(name, "");
    await expect(boot("reports")).resolves.toBeUndefined();
    await expect(boot("sweep")).rejects.toThrow("MUSTER_SECRETS");
  });

  test.each(["reports", "compare"] as const)("%s logs stored rows that it cannot read whole", async (name) => {
    vi.stubEnv("MUSTER_SECRETS", JSON.stringify({ ...secrets, stripe: { key: "sk_test_x" } }));
    vi.stubEnv("MUSTER_RELEASE", "v1.2.0");
    const logged = vi.spyOn(log, "error").mockImplementation(() => {});
    await boot(name);
    const fault = { pk: "org_1", sk: "#org", attribute: "name" };
    faults.report(fault);
    expect(logged.mock.calls).toEqual([["A stored row cannot be read whole.", { fault, release: "v1.2.0" }]]);
  });

  test("that calls Stripe is refused with a sentence if there is no key", async () => {
    vi.stubEnv("MUSTER_SECRETS", JSON.stringify(secrets));
    await expect(boot("compare")).rejects.toThrow("This deployment has no Stripe: its secrets have no key.");
  });

  test("that calls Stripe needs the whole environment of the clock, so that both decide the same way", async () => {
    vi.stubEnv("MUSTER_SECRETS", JSON.stringify({ ...secrets, stripe: { key: "sk_test_x" } }));
    await expect(boot("compare")).resolves.toBeUndefined();
    vi.stubEnv("MUSTER_WORK_QUEUE_URL", "");
    await expect(boot("compare")).rejects.toThrow("MUSTER_WORK_QUEUE_URL");
  });
});
