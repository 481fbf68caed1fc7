import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";
import { boot } from "./boot.ts";

const secrets = { pepper: "a pepper that only this test uses, 32 characters" };

beforeEach(() => stubEnvironment());
afterEach(() => vi.unstubAllEnvs());

describe("a command of the operator", () => {
  test("needs only the table, unless it calls Stripe", async () => {
    for (const name of ["MUSTER_SECRETS", "MUSTER_WORK_QUEUE_URL", "MUSTER_SITE_URL"]) vi.stubEnv(name, "");
    await expect(boot("reports")).resolves.toBeUndefined();
    await expect(boot("sweep")).rejects.toThrow("MUSTER_SECRETS");
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
