import { bind } from "@muster/core/kernel/ports.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type SecretsEndpoint, startSecrets } from "../testing/secrets-endpoint.ts";
import { operate } from "./operate.ts";
import { secretsManager } from "./vault.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-AbCdEf";
const pepper = "pepper-of-the-first-hour-".repeat(2);
const origin = "what-CloudFront-shows";
const stripe = { key: "rk_live_Abc123", webhooks: ["whsec_first"] };
const start = Date.parse("2026-11-26T09:00:00.000Z");
const values = [pepper, origin, stripe.key, "whsec_first"];

let kept: Record<string, string>;
let endpoint: SecretsEndpoint;
let at: number;

beforeEach(async () => {
  at = start;
  kept = { [arn]: JSON.stringify({ pepper, origin, stripe, later: "unknown to this release" }) };
  endpoint = await startSecrets(kept);
  bind({ now: () => new Date(at) });
  const environment = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint.endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    MUSTER_SECRETS_ARN: arn,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  bind({ now: undefined });
  await endpoint.stop();
});

const stored = () => JSON.parse(kept[arn] ?? "");
const inDays = (days: number) => new Date(at + days * 86_400_000).toISOString();

/** Runs a command line with this on standard input; its output contains no secret value. */
async function run(line: string, input = "") {
  let [said, complained] = ["", ""];
  const exit = await operate(["secrets", ...line.split(" ").filter(Boolean)], {
    say: (text) => {
      said += text;
    },
    complain: (text) => {
      complained += text;
    },
    boot: () => {},
    secrets: () => ({ vault: secretsManager(), input: async () => input }),
  });
  const everything = said + complained;
  const secret = [...values, ...input.split("\n"), stored().pepper, stored().origin].filter((one) => one !== "");
  expect(secret.filter((one) => everything.includes(one))).toEqual([]);
  return { exit, said, complained };
}

describe("secrets show", () => {
  test("names what is set, with fingerprints that distinguish values", async () => {
    const { exit, said } = await run("show");
    expect(exit).toBe(0);
    expect(said).toMatch(/^Pepper +sha256:[0-9a-f]{12}$/m);
    expect(said).toMatch(/^Stripe's key +restricted key, live mode, sha256:[0-9a-f]{12}$/m);
    expect(said).toMatch(/^ {2}webhooks +sha256:[0-9a-f]{12}$/m);
    const before = JSON.parse((await run("show --json")).said);
    await run("rotate pepper");
    const after = JSON.parse((await run("show --json")).said);
    expect([after.origin, after.stripeKey]).toEqual([before.origin, before.stripeKey]);
    expect(after.pepper).not.toBe(before.pepper);
    expect(after.previousPepper).toBe(`${before.pepper}, valid until ${inDays(90)}`);
  });

  test("says what is missing, and exits with 1 if something is malformed", async () => {
    kept[arn] = JSON.stringify({ pepper, origin, stripe: { key: "pk_live_x" } });
    const { exit, said } = await run("show");
    expect(exit).toBe(1);
    expect(said).toContain("MUSTER secrets: stripe's key is a secret key, sk_…, or a restricted one, rk_….");
    kept[arn] = JSON.stringify({ pepper, origin });
    expect(await run("show")).toMatchObject({ exit: 0, said: expect.stringContaining("Stripe's key  not set") });
  });
});

describe("secrets set stripe", () => {
  test("takes key and signing secrets from standard input, and keeps everything else", async () => {
    const before = stored();
    const { exit, said } = await run("set stripe", "sk_test_new\nwhsec_new\nwhsec_first\n");
    expect(exit).toBe(0);
    expect(said).toContain("secret key, test mode");
    expect(stored()).toEqual({ ...before, stripe: { key: "sk_test_new", webhooks: ["whsec_new", "whsec_first"] } });
  });

  test("keeps the parts of Stripe's secrets that are not given", async () => {
    await run("set stripe", "rk_live_next\n");
    expect(stored().stripe).toEqual({ key: "rk_live_next", webhooks: stripe.webhooks });
    await run("set stripe", "whsec_next\n");
    expect(stored().stripe).toEqual({ key: "rk_live_next", webhooks: ["whsec_next"] });
    kept[arn] = JSON.stringify({ pepper, origin });
    expect((await run("set stripe", "rk_live_only")).said).toContain("no signing secret yet");
    expect(stored().stripe).toEqual({ key: "rk_live_only" });
  });

  test.each([
    ["nothing", ""],
    ["two keys", "sk_test_a\nsk_test_b"],
    ["a publishable key", "pk_live_public"],
    ["a pasted command", "export KEY=sk_test_a"],
    ["a signing secret alone without a key", "whsec_alone"],
  ])("refuses %s in a sentence, and writes nothing", async (what, input) => {
    if (what.endsWith("without a key")) kept[arn] = JSON.stringify({ pepper, origin });
    const before = kept[arn];
    expect(await run("set stripe", input)).toMatchObject({ exit: 2, complained: expect.stringMatching(/stripe/i) });
    expect(kept[arn]).toBe(before);
  });
});

describe("secrets rotate", () => {
  test("makes a new pepper, and keeps the previous one for the stated time, and everything else", async () => {
    const before = stored();
    const { exit, said } = await run("rotate pepper");
    const { pepper: fresh, previous, ...others } = stored();
    expect(exit).toBe(0);
    expect(said).toContain(`valid until ${inDays(90)}`);
    expect(fresh).toMatch(/^[\w-]{48}$/);
    expect(previous).toEqual({
      pepper: { value: pepper, usedUntil: "2026-11-26T09:10:00.000Z", validUntil: inDays(90) },
    });
    expect({ pepper, ...others }).toEqual(before);
  });

  test("makes a new origin secret, and says by when to deploy", async () => {
    const { exit, said } = await run("rotate origin --days 3");
    expect(exit).toBe(0);
    expect(said).toContain(`but before ${inDays(3)}`);
    expect(stored().origin).not.toBe(origin);
    expect(stored().previous).toEqual({ origin: { value: origin, validUntil: inDays(3) } });
    await run("rotate pepper");
    expect(Object.keys(stored().previous)).toEqual(["origin", "pepper"]);
  });

  test("refuses a second rotation during the first, unless the previous pepper ends at once", async () => {
    await run("rotate pepper");
    const before = kept[arn];
    const refused = await run("rotate pepper");
    expect(refused).toMatchObject({ exit: 1, complained: expect.stringContaining("retire pepper") });
    expect(kept[arn]).toBe(before);
    at += 90 * 86_400_000;
    expect((await run("rotate pepper")).exit).toBe(0);
    expect((await run("rotate pepper --days 0")).exit).toBe(0);
    expect(stored().previous).toEqual({});
  });

  test("retires the previous one early", async () => {
    await run("rotate origin");
    expect((await run("retire origin")).exit).toBe(0);
    expect(stored().previous).toEqual({});
    expect(await run("retire origin")).toMatchObject({ exit: 1, complained: "There is no previous origin.\n" });
  });

  test("writes nothing on a dry run, and says the same", async () => {
    const before = kept[arn];
    for (const line of ["rotate pepper --dry-run", "rotate origin --dry-run", "set stripe --dry-run"]) {
      const { exit, said } = await run(line, "rk_live_next");
      expect([exit, said.split("\n")[0]]).toEqual([0, "Dry run: nothing is written."]);
    }
    expect(kept[arn]).toBe(before);
  });

  test.each([
    "rotate",
    "rotate stripe",
    "set pepper",
    "show pepper",
    "rotate pepper --days soon",
    "rotate pepper --days 401",
    "rotate origin --days 0",
    "retire pepper --days 3",
    "cleanUp",
  ])("%s is a usage error", async (line) => {
    const before = kept[arn];
    expect((await run(line)).exit).toBe(2);
    expect(kept[arn]).toBe(before);
  });
});

test("where Stripe has a secret of its own, each command writes the one that it changes", async () => {
  const own = `${arn}-stripe`;
  vi.stubEnv("MUSTER_SECRETS_ARN", `${arn},${own}`);
  kept[arn] = JSON.stringify({ pepper, origin }, undefined, 2);
  const unchanged = kept[arn];
  kept[own] = "{}";
  expect(await run("set stripe", "rk_live_next\nwhsec_next")).toMatchObject({ exit: 0 });
  expect(kept[arn]).toBe(unchanged);
  expect(JSON.parse(kept[own] ?? "")).toEqual({ stripe: { key: "rk_live_next", webhooks: ["whsec_next"] } });
  const before = kept[own];
  expect(await run("rotate pepper")).toMatchObject({ exit: 0 });
  expect(stored()).toMatchObject({ origin, previous: { pepper: { value: pepper } } });
  expect(stored()).not.toHaveProperty("stripe");
  expect(kept[own]).toBe(before);
  expect((await run("show")).said).toContain("restricted key, live mode");
});

test("without the secret's ARN, or without the secret, it says so", async () => {
  delete kept[arn];
  kept.other = "{}";
  const place = { secrets: () => ({ vault: secretsManager(), input: async () => "" }) };
  const silent = { say: () => {}, complain: () => {}, boot: () => {}, ...place };
  expect(await operate(["secrets", "show"], silent)).toBe(1);
  vi.stubEnv("MUSTER_SECRETS_ARN", "");
  let complained = "";
  expect(await operate(["secrets", "show"], { ...silent, complain: (text) => void (complained += text) })).toBe(1);
  expect(complained).toContain("MUSTER_SECRETS_ARN is not set");
});
