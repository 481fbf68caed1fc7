import { bind, peppers as valid, pepper as written } from "@muster/core/kernel/ports.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { log } from "./log.ts";
import { openSecrets, staleSeconds } from "./secrets.ts";
import { type SecretsEndpoint, startSecrets } from "./testing/secrets-endpoint.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-AbCdEf";
const pepper = "p".repeat(32);
const origin = "what-only-CloudFront-shows";
const environment = { MUSTER_SECRETS_ARN: arn };

let kept: Record<string, string>;
let endpoint: SecretsEndpoint;
let at: number;

beforeEach(async () => {
  kept = { [arn]: JSON.stringify({ pepper, origin }) };
  endpoint = await startSecrets(kept);
  at = Date.parse("2026-11-26T09:00:00.000Z");
  bind({ now: () => new Date(at), pause: async () => {} });
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint.endpoint);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  log.setLogLevel("SILENT");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  bind({ now: undefined, pause: undefined });
  await endpoint.stop();
});

describe("the secrets of a process", () => {
  test("are read once, and again when they are stale", async () => {
    const secrets = openSecrets({ environment });
    await secrets.refresh();
    kept[arn] = JSON.stringify({ pepper: "q".repeat(32), origin });
    at += staleSeconds * 1000 - 1;
    await secrets.refresh();
    expect([secrets.part("pepper"), endpoint.calls()]).toEqual([pepper, 1]);
    at += 1;
    await secrets.refresh();
    expect([secrets.part("pepper"), endpoint.calls()]).toEqual(["q".repeat(32), 2]);
  });

  test("are all of those that the function may read, and no others", async () => {
    const other = `${arn}-stripe`;
    kept[other] = JSON.stringify({ stripe: { key: "rk_live_1" } });
    const both = openSecrets({ environment: { MUSTER_SECRETS_ARN: `${arn},${other}` } });
    await both.refresh();
    expect([both.part("pepper"), both.part("stripe")?.key]).toEqual([pepper, "rk_live_1"]);
    const one = openSecrets({ environment: { MUSTER_SECRETS_ARN: other } });
    await one.refresh();
    expect(() => one.part("pepper")).toThrow("MUSTER secrets: the pepper is not a text.");
    expect(one.part("stripe")?.key).toBe("rk_live_1");
  });

  test("stay as they were if they cannot be read again, and are an error if they never were read", async () => {
    const secrets = openSecrets({ environment });
    await secrets.refresh();
    for (const broken of ["no JSON", undefined]) {
      if (broken === undefined) delete kept[arn];
      else kept[arn] = broken;
      at += staleSeconds * 1000;
      await secrets.refresh();
      expect(secrets.part("pepper")).toBe(pepper);
    }
    await expect(openSecrets({ environment }).refresh()).rejects.toThrow(
      "Secrets Manager answers ResourceNotFoundException.",
    );
  });

  test.each([500, 503, undefined])(
    "are read at the third attempt where two end with %s, and at no fourth",
    async (status) => {
      endpoint.fail(2, status);
      await openSecrets({ environment }).refresh();
      expect(endpoint.calls()).toBe(3);
      endpoint.fail(3, status);
      await expect(openSecrets({ environment }).refresh()).rejects.toThrow(
        `Secrets Manager answers ${status === undefined ? "TimeoutError" : "Unknown"}.`,
      );
      expect(endpoint.calls()).toBe(6);
    },
  );

  test("that are refused are not asked for again", async () => {
    delete kept[arn];
    await expect(openSecrets({ environment }).refresh()).rejects.toThrow("ResourceNotFoundException");
    expect(endpoint.calls()).toBe(1);
  });

  test("have an origin secret in a deployment, and need none on a local run", async () => {
    const deployed = openSecrets({ environment });
    await deployed.refresh();
    expect(deployed.origins()).toEqual([origin]);
    kept[arn] = JSON.stringify({ pepper });
    at += staleSeconds * 1000;
    await deployed.refresh();
    expect(() => deployed.origins()).toThrow("The secrets of a deployment need an origin secret.");
    const local = openSecrets({ environment: { MUSTER_SECRETS: JSON.stringify({ pepper }) } });
    await local.refresh();
    expect(local.origins()).toEqual([]);
  });

  test("accept the previous origin secret and pepper until they expire, and no longer", async () => {
    const inHours = (hours: number) => new Date(at + hours * 3_600_000).toISOString();
    const old = { pepper: "o".repeat(32), origin: "what-CloudFront-showed" };
    const previous = {
      pepper: { value: old.pepper, usedUntil: inHours(1), validUntil: inHours(3) },
      origin: { value: old.origin, validUntil: inHours(2) },
    };
    kept[arn] = JSON.stringify({ pepper, origin, previous });
    const secrets = openSecrets({ environment });
    await secrets.refresh();
    bind({ pepper: secrets.peppers });
    const counted = () => [written(), valid(), secrets.origins()];
    expect(counted()).toEqual([old.pepper, [pepper, old.pepper], [origin, old.origin]]);
    at += 3_600_000;
    expect(counted()).toEqual([pepper, [pepper, old.pepper], [origin, old.origin]]);
    at += 3_600_000;
    expect(counted()).toEqual([pepper, [pepper, old.pepper], [origin]]);
    at += 3_600_000;
    expect(counted()).toEqual([pepper, [pepper], [origin]]);
  });

  test("ignore malformed previous ones, and nothing else", async () => {
    kept[arn] = JSON.stringify({ pepper, origin, previous: { pepper: { value: "short" } } });
    const secrets = openSecrets({ environment });
    await secrets.refresh();
    expect(secrets.peppers()).toEqual({ current: pepper, previous: undefined });
    expect(secrets.origins()).toEqual([origin]);
  });

  test("are requested in a sentence", async () => {
    await expect(openSecrets({ environment: {} }).refresh()).rejects.toThrow(
      "Neither MUSTER_SECRETS_ARN nor, on a local run, MUSTER_SECRETS is set.",
    );
  });
});
