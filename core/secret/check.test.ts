import { createVerify, generateKeyPairSync } from "node:crypto";
import { openProviders } from "@muster/local/providers.ts";
import { credentialsOf, serviceAccount } from "@muster/local/testing/fixtures/credentials.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { bind } from "../kernel/ports.ts";
import type { ProviderAnswer, ProviderRequest } from "../kernel/provider-port.ts";
import { failures as keyFailures } from "../key/failures.ts";
import { wrappedKeys } from "../key/keys.ts";
import { update } from "../table/table.ts";
import * as Check from "./check.ts";
import { secretKeys } from "./keys.ts";
import { checkReasons, kindNames } from "./kind/shape.ts";
import { findingOf, requestOf } from "./request.ts";
import { runCheck } from "./run-check.ts";
import * as Secret from "./secret.ts";
import type { Credentials, Values } from "./shape.ts";

type Sec = ID<"secret">;
let place: OrganizationFixture;
let asked: ProviderRequest[];
beforeEach(async () => {
  place = await openOrganization();
  asked = [];
  place.world.rebind({ providers: openProviders((request) => void asked.push(request)) });
});

const as = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const add = async (credentials: Credentials = credentialsOf("openai")) =>
  (await as(() => Secret.create({ name: "Production", credentials }))).id;
const openai = (end: string): Credentials => ({ kind: "openai", key: `sk-proj-${end.padEnd(48, "0")}` });
const check = (secret: Sec) => as(() => Check.check({ secret }));
const jobs = () => place.world.queued.checks.splice(0) as Check.Job[];
const run = (job: Check.Job) => asSystem("checks", () => runCheck(job));
const runAll = async () => {
  for (const job of jobs()) await run(job);
};
const checkOf = async (secret: Sec) => (await as(() => Secret.get({ secret }))).check;

describe("a check of a stored key", () => {
  test("waits for the function that can open the key, and then shows what the provider answered", async () => {
    const id = await add();
    const before = await as(() => Secret.get({ secret: id }));
    const { account } = place.ada;
    const now = "2026-11-24T09:00:00.000Z";
    expect(await check(id)).toEqual({
      ...before,
      check: { status: "pending", requestedAt: now, requestedBy: account },
    });
    expect(asked).toEqual([]);
    place.world.clock.pass(2);
    await runAll();
    const checkedAt = "2026-11-24T09:00:02.000Z";
    expect(await checkOf(id)).toEqual({ status: "valid", requestedAt: now, requestedBy: account, checkedAt });
    expect(asked).toHaveLength(1);
  });

  test.each(kindNames)("of the kind %s is one request that opens with the key as it was entered", async (kind) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const private_key = privateKey.export({ type: "pkcs8", format: "pem" });
    const vertex = { ...credentialsOf(kind), serviceAccount: serviceAccount({ private_key }) };
    const id = await add(kind === "vertex_ai" ? vertex : credentialsOf(kind));
    await check(id);
    const queued = JSON.stringify(place.world.queued.checks);
    await runAll();
    expect(await checkOf(id)).toMatchObject({ status: "valid" });
    expect(asked).toHaveLength(1);
    expect(new URL(asked[0]?.url ?? "").protocol).toBe("https:");
    expect(JSON.stringify(asked)).toContain(kind === "vertex_ai" ? "assertion" : "MARKED");
    expect(queued + JSON.stringify(await place.world.rows.scan())).not.toContain("MARKED");
  });

  test.each([
    ["refused", "sk-proj-refused", { status: "refused" }],
    ["limited", "sk-proj-limited", { status: "unreachable", reason: checkReasons.busy }],
    ["broken", "sk-proj-broken", { status: "unreachable", reason: checkReasons.broken }],
    ["unreachable", "sk-proj-unreachable", { status: "unreachable", reason: checkReasons.connection }],
  ])("says that the key is %s", async (_, begins, expected) => {
    const id = await add({ kind: "openai", key: begins.padEnd(60, "0") });
    await check(id);
    await runAll();
    expect(await checkOf(id)).toMatchObject(expected);
  });

  test("is not asked for twice while it waits, and is again when nobody has answered it", async () => {
    const id = await add();
    const first = await check(id);
    expect(await check(id)).toEqual(first);
    expect(place.world.queued.checks).toHaveLength(1);
    place.world.clock.pass(31);
    expect((await check(id)).check?.requestedAt).toBe("2026-11-24T09:00:31.000Z");
    const [overtaken, latest] = jobs() as [Check.Job, Check.Job];
    await run(overtaken);
    expect(asked).toEqual([]);
    expect(await checkOf(id)).toMatchObject({ status: "pending" });
    await run(latest);
    await run(latest);
    expect(asked).toHaveLength(1);
    expect(await checkOf(id)).toMatchObject({ status: "valid" });
  });

  test("has a limit for each key, and one for all keys of the organization", async () => {
    const again = async (id: Sec) => {
      const result = await resultOf(check(id));
      await runAll();
      return result;
    };
    const many: Sec[] = [];
    for (let key = 0; key < 21; key++) many.push(await add(openai(String(key))));
    const [id, other] = [await add(), await add(openai("other"))];
    const results = [];
    for (let count = 0; count < 6; count++) results.push(await again(id));
    expect(results).toEqual(["done", "done", "done", "done", "done", "rate.limited"]);
    expect(await again(other)).toBe("done");
    place.world.clock.pass(600);
    expect(await again(id)).toBe("done");
    place.world.clock.pass(3600);
    const all: string[] = [];
    for (const one of many) {
      for (let count = 0; count < 5; count++) all.push(await again(one));
    }
    expect(all.filter((result) => result === "done")).toHaveLength(100);
    expect(all.slice(100)).toEqual(Array(5).fill("rate.limited"));
  });

  test("is of one version: a new key has none, and a late answer about the old one changes nothing", async () => {
    const id = await add(openai("refused"));
    await check(id);
    const [late] = jobs() as [Check.Job];
    expect((await as(() => Secret.replace({ secret: id, credentials: openai("new") }))).check).toBeUndefined();
    await run(late);
    expect(asked).toEqual([]);
    expect(await checkOf(id)).toBeUndefined();
  });

  test("changes nothing if the key is replaced, checked anew or deleted while the provider answers", async () => {
    const id = await add(openai("refused"));
    let interfere = () => as<unknown>(() => Secret.replace({ secret: id, credentials: openai("new") }));
    const inner = openProviders();
    const providers = { ask: async (request: ProviderRequest) => (await interfere(), inner.ask(request)) };
    place.world.rebind({ providers });
    await check(id);
    await runAll();
    expect(await checkOf(id)).toBeUndefined();
    interfere = async () => {
      place.world.clock.pass(31);
      await check(id);
    };
    await check(id);
    const [job] = jobs() as [Check.Job];
    await run(job);
    expect(await checkOf(id)).toMatchObject({ status: "pending" });
    interfere = () => as(() => Secret.remove({ secret: id }));
    await runAll();
    expect(await resultOf(checkOf(id))).toBe("secret.missing");
    expect(await place.world.table.get(secretKeys.secret(place.organization, id))).toBeUndefined();
  });

  test("says so if the stored key cannot be opened, and asks nobody", async () => {
    const id = await add();
    const row = await place.world.table.get(secretKeys.secret(place.organization, id));
    const dataKey = row?.dataKey as ID<"dataKey">;
    await place.world.table.write({ do: "remove", key: wrappedKeys.dataKey(place.organization, dataKey) });
    await check(id);
    await runAll();
    expect(await checkOf(id)).toMatchObject({ status: "damaged" });
    const marked = await add(credentialsOf("vertex_ai"));
    await check(marked);
    await runAll();
    expect(await checkOf(marked)).toMatchObject({ status: "damaged" });
    expect(asked).toEqual([]);
  });

  test("is tried again when the wrapping key is not available", async () => {
    const id = await add();
    await check(id);
    const [job] = jobs() as [Check.Job];
    bind({ keyOpener: { unwrap: () => Promise.reject(keyFailures.unavailable()) } });
    expect(await resultOf(run(job))).toBe("key.unavailable");
    expect(await checkOf(id)).toMatchObject({ status: "pending" });
    place.world.rebind();
    await run(job);
    expect(await checkOf(id)).toMatchObject({ status: "valid" });
  });

  test("sends the key where it was entered for, whatever the row says now", async () => {
    const id = await add();
    const evil = { details: { baseUrl: "https://evil.example.com" } };
    await place.world.table.write(update(raw(secretKeys.secret(place.organization, id)), { set: evil }));
    await check(id);
    await runAll();
    expect(asked.map(({ url }) => url)).toEqual(["https://llm.example.com/v1/models"]);
  });
});

describe("the request that checks a key", () => {
  const of = (kind: Parameters<typeof requestOf>[0], more: Values = {}) => {
    const { kind: _, ...values } = credentialsOf(kind);
    return requestOf(kind, { ...values, ...more });
  };

  test("goes to the provider's own address, unless another was entered", () => {
    const none = { baseUrl: undefined };
    expect([of("openai", none), of("anthropic", none), of("gemini")].map(({ url }) => url)).toEqual([
      "https://api.openai.com/v1/models",
      "https://api.anthropic.com/v1/models?limit=1",
      "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
    ]);
    expect(of("anthropic").url).toBe("https://claude.example.com/v1/models?limit=1");
    expect(of("openai", { baseUrl: "https://llm.example.com/v1//" }).url).toBe("https://llm.example.com/v1/models");
    expect(of("azure_openai").url).toBe("https://acme.openai.azure.com/openai/models?api-version=2024-10-21");
    expect(of("azure_openai", { apiVersion: "v1" }).url).toBe("https://acme.openai.azure.com/openai/v1/models");
    expect(of("bedrock_api_key").url).toBe("https://bedrock.us-east-1.amazonaws.com/foundation-models");
    expect(of("bedrock_credentials", { region: "cn-north-1" }).url).toContain(
      "https://sts.cn-north-1.amazonaws.com.cn/",
    );
  });

  test("names the organization and the project that were entered", () => {
    const { headers } = of("openai");
    expect(headers).toMatchObject({
      "openai-organization": "org-AbCdEfGhIjKl",
      "openai-project": "proj_AbCdEfGhIjKl",
    });
    expect(Object.keys(of("openai", { organizationId: undefined, projectId: undefined }).headers)).toEqual([
      "accept",
      "authorization",
    ]);
  });

  test("is signed by the service account, for Google's own address and ten minutes", () => {
    bind({ now: () => new Date("2026-11-24T09:00:00.000Z") });
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const file = serviceAccount({ private_key: privateKey.export({ type: "pkcs8", format: "pem" }) });
    const { url, method, body = "", headers } = of("vertex_ai", { serviceAccount: file });
    expect([method, url, headers["content-length"]]).toEqual([
      "POST",
      "https://oauth2.googleapis.com/token",
      String(body.length),
    ]);
    const [head = "", claims = "", signature = ""] = (new URLSearchParams(body).get("assertion") ?? "").split(".");
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
      iss: "muster@acme-123456.iam.gserviceaccount.com",
      scope: "https://www.googleapis.com/auth/cloud-platform",
      aud: "https://oauth2.googleapis.com/token",
      iat: 1_795_510_800,
      exp: 1_795_511_400,
    });
    expect(createVerify("RSA-SHA256").update(`${head}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
  });
});

describe("an answer", () => {
  test.each<[Parameters<typeof findingOf>[0], ProviderAnswer, object]>([
    ["openai", { status: 200 }, { status: "valid" }],
    ["openai", { status: 401 }, { status: "refused" }],
    ["anthropic", { status: 403 }, { status: "refused" }],
    ["openai", { status: 400 }, { status: "unreachable", reason: "answer" }],
    ["gemini", { status: 400 }, { status: "refused" }],
    ["vertex_ai", { status: 400 }, { status: "refused" }],
    ["openai", { status: 302 }, { status: "unreachable", reason: "redirect" }],
    ["azure_openai", { status: 404 }, { status: "unreachable", reason: "missing" }],
    ["openai", { status: 429 }, { status: "unreachable", reason: "busy" }],
    ["openai", { status: 500 }, { status: "unreachable", reason: "broken" }],
    ["openai", { status: 0 }, { status: "unreachable", reason: "answer" }],
    ["openai", { fault: "address" }, { status: "unreachable", reason: "address" }],
  ])("to a key of %s, %o, means %o", (kind, answer, finding) => {
    expect(findingOf(kind, answer)).toEqual(finding);
  });
});
