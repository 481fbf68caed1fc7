import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bind, pepper, stripe, unbind } from "@muster/core/kernel/ports.ts";
import { afterEach, expect, test, vi } from "vitest";
import { openZone } from "../dns/zone.ts";
import { keysOf, memoryKeys } from "../keys.ts";
import { openProviders } from "../providers.ts";
import { newSigningKeys, signerOf } from "../signing-keys.ts";
import { setEnvironment } from "./environment.ts";
import { keepSecrets } from "./folder.ts";
import { isolate } from "./handlers.ts";

const everywhere = ["faults", "plans", "queues", "settings", "table", "resources"];
/** The further ports of each entry point. Workers that call Stripe bind it when they run. */
const more: Record<string, string[]> = {
  api: ["bucketLinks", "dns", "keyMaker", "pepper", "stripe"],
  sync: ["keyOpener", "pepper", "signer", "syncWaitSeconds"],
  identity: ["pepper"],
  follow: [],
  view: [],
  work: [],
  mail: ["mail", "pepper"],
  imports: ["bucketObjects"],
  bulk: ["mail", "pepper", "quota"],
  checks: ["keyOpener", "providers"],
  clock: ["dns", "keyRotator"],
  stripe: [],
  mailEvents: [],
};

afterEach(() => void unbind());

test("a function that uses a port that only another one binds fails, like on Lambda", async () => {
  const first = await isolate(async () => {
    bind({ pepper: "of the first" });
    return { handler: async () => pepper() };
  });
  const second = await isolate(async () => ({ handler: async () => pepper() }));
  expect(await first.handler()).toBe("of the first");
  await expect(second.handler()).rejects.toThrow('No port "pepper"');
});

test("what the process binds reaches no function, and what a function binds does not reach the process", async () => {
  bind({ pepper: "of the process" });
  const one = await isolate(async () => {
    bind({ stripe: {} as never });
    return { handler: async () => pepper() };
  });
  await expect(one.handler()).rejects.toThrow('No port "pepper"');
  expect(pepper()).toBe("of the process");
  expect(stripe).toThrow('No port "stripe"');
});

test("what a function binds while it runs stays with it from then on", async () => {
  const first = await isolate(async () => ({
    handler: async (text?: string) => (text === undefined ? pepper() : bind({ pepper: text })),
  }));
  const second = await isolate(async () => ({ handler: async () => pepper() }));
  await first.handler("of the first");
  expect(await first.handler()).toBe("of the first");
  await expect(second.handler()).rejects.toThrow('No port "pepper"');
  expect(pepper).toThrow('No port "pepper"');
});

test("each function of a local run has the ports of its own entry point, and the time and limits of the run", async () => {
  const path = mkdtempSync(join(tmpdir(), "muster-handlers-"));
  const file = (name: string) => join(path, name);
  keepSecrets({ file });
  setEnvironment(process.env, {
    siteUrl: "http://127.0.0.1:1",
    table: "muster",
    credentials: { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" },
    tableEndpoint: "http://127.0.0.1:1",
    bucket: "muster",
    bucketUrl: "http://127.0.0.1:1/muster",
    bucketEndpoint: "http://127.0.0.1:1",
    configurationSet: "muster",
    queueEndpoint: "http://127.0.0.1:1",
    mailEndpoint: "http://127.0.0.1:1",
    stripeUrl: "http://127.0.0.1:1",
    workQueueUrl: "http://127.0.0.1:1/0/work",
    mailQueueUrl: "http://127.0.0.1:1/0/mail",
    codesQueueUrl: "http://127.0.0.1:1/0/codes",
    importsQueueUrl: "http://127.0.0.1:1/0/imports",
    bulkQueueUrl: "http://127.0.0.1:1/0/bulk",
    checksQueueUrl: "http://127.0.0.1:1/0/checks",
    region: "eu-central-1",
    secretsFile: file("secrets.json"),
    plans: "[]",
  });
  vi.resetModules(); // an entry point binds once, when it is imported: perhaps by an earlier test file
  const { importFunctions } = await import("./handlers.ts");
  const keys = keysOf(memoryKeys());
  const signer = signerOf({ read: newSigningKeys });
  const providers = openProviders();
  const { dns } = openZone();
  const functions = await importFunctions(
    { now: () => new Date(0), limitFactor: 1 },
    { keyMaker: keys, keyOpener: keys, keyRotator: keys, signer, syncWaitSeconds: 25, providers, dns },
  );
  expect(functions.api.ports).toMatchObject({ keyMaker: keys, dns });
  expect(functions.sync.ports).toMatchObject({ keyOpener: keys, signer });
  expect(functions.checks.ports).toMatchObject({ keyOpener: keys, providers });
  rmSync(path, { recursive: true });
  const bound = Object.entries(functions).map(([name, { ports }]) => [name, Object.keys(ports).toSorted()]);
  const expected = Object.entries(more).map(([name, own]) => [
    name,
    [...everywhere, ...own, "limitFactor", "now"].toSorted(),
  ]);
  expect(Object.fromEntries(bound)).toEqual(Object.fromEntries(expected));
});
