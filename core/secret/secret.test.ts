import { createHash } from "node:crypto";
import { injectFaults } from "@muster/local/testing/faults/faults.ts";
import { credentialsOf } from "@muster/local/testing/fixtures/credentials.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { wrappedKeys } from "../key/keys.ts";
import * as Deletion from "../organization/deletion.ts";
import { organizationKeys } from "../organization/keys.ts";
import { put, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import { edit } from "./edit.ts";
import { secretKeys } from "./keys.ts";
import { kindNames } from "./kind/shape.ts";
import { maxSecretsPerOrganization } from "./limits.ts";
import { openVersion } from "./open.ts";
import type { SecretRow } from "./row.ts";
import * as Secret from "./secret.ts";
import { type Credentials, kindOf } from "./shape.ts";

let place: OrganizationFixture;
let ada: Person;
let organization: ID.ID<"organization">;
beforeEach(async () => {
  place = await openOrganization();
  ({ ada, organization } = place);
});

type Sec = ID.ID<"secret">;
const as = <R>(run: () => Promise<R>, person = ada) => place.as(person, run);
const add = (credentials: Credentials = exampleKey, more: Partial<Parameters<typeof Secret.create>[0]> = {}) =>
  as(() => Secret.create({ name: "Production", credentials, ...more }));
const rowOf = async (id: Sec) => (await place.world.table.get(secretKeys.secret(organization, id))) as SecretRow;
const dataKeys = async () => (await place.world.rows.scanKeys()).map(({ sk }) => String(sk)).toSorted();
const opened = (row: SecretRow, version: Pick<SecretRow, "version" | "sealed" | "dataKey"> = row) =>
  openVersion({ organization, id: row.sk, kind: row.kind }, version);
const eventsSince = async (count: number) => {
  const { items } = await place.world.table.query(kernelKeys.outbox(organization));
  return items.slice(count).map(({ type, data }) => ({ type, ...data }));
};
const eventsNow = async () => (await place.world.table.query(kernelKeys.outbox(organization))).items.length;
const openai = (end: string): Credentials => ({ kind: "openai", key: `sk-proj-${end.padEnd(48, "0")}` });

describe("an API key that is stored", () => {
  test.each(kindNames)("of the kind %s opens as it was entered, and shows what is not secret", async (kind) => {
    const credentials = credentialsOf(kind);
    const info = await add(credentials);
    const { fields } = kindOf(kind);
    const shown = Object.entries(credentials).filter(([field]) => field !== "kind" && !fields[field]?.isSecret);
    expect(info).toMatchObject({ kind, name: "Production", status: "enabled", version: 1, revision: 0 });
    expect(info).toMatchObject({ addedBy: ada.account, details: Object.fromEntries(shown) });
    const { kind: _, serviceAccount, ...rest } = credentials;
    const values = await opened(await rowOf(info.id));
    expect(values).toMatchObject(rest);
    expect(Object.keys(JSON.parse(values.serviceAccount ?? "{}"))).toEqual(
      serviceAccount ? ["type", "project_id", "private_key_id", "private_key", "client_email", "token_uri"] : [],
    );
    expect(await as(() => Secret.get({ secret: info.id }))).toEqual(info);
    expect(await as(() => Secret.list({}))).toEqual({ items: [info] });
    expect(JSON.stringify(info)).not.toContain("MARKED");
  });

  test("has a data key of its own, and an event that says only which it is", async () => {
    const before = await eventsNow();
    const [one, two] = [await add(openai("one")), await add(openai("two"))];
    expect(await dataKeys()).toEqual([(await rowOf(one.id)).dataKey, (await rowOf(two.id)).dataKey].toSorted());
    expect(await eventsSince(before)).toEqual([
      { type: "secret.created", secret: one.id, kind: "openai", last4: "0000" },
      { type: "secret.created", secret: two.id, kind: "openai", last4: "0000" },
    ]);
  });

  test("has a fingerprint that is the same for the same key here, and nowhere else", async () => {
    const { fingerprint, id } = await add(openai("same"));
    expect(fingerprint).toMatch(/^[\w-]{16}$/);
    expect((await add(openai("same"), { name: "Twice" })).fingerprint).toBe(fingerprint);
    expect((await add({ ...openai("same"), projectId: "proj_AbCdEfGh" })).fingerprint).toBe(fingerprint);
    expect((await add(openai("other"))).fingerprint).not.toBe(fingerprint);
    const key = String(openai("same").key);
    const plain = ["hex", "base64url"].flatMap((to) =>
      [key, JSON.stringify({ key })].map((text) =>
        createHash("sha256")
          .update(text)
          .digest(to as "hex")
          .slice(0, 16),
      ),
    );
    expect(plain).not.toContain(fingerprint);
    place.world.rebind({ pepper: "another pepper, that nobody else has, of 32 characters" });
    expect((await add(openai("same"))).fingerprint).not.toBe(fingerprint);
    place.world.rebind();
    const other = await openOrganization();
    const elsewhere = await other.as(other.ada, () => Secret.create({ name: "Same", credentials: openai("same") }));
    expect(elsewhere.fingerprint).not.toBe(fingerprint);
    expect(id).not.toBe(elsewhere.id);
  });

  test("says what is unusual about it", async () => {
    const { id, warning } = await add({ kind: "openai", key: "sk-0123456789abcdef" });
    expect(warning).toContain("does not have the form");
    const replaced = await as(() => Secret.replace({ secret: id, credentials: exampleKey }));
    expect(replaced.warning).toBeUndefined();
    expect((await as(() => Secret.get({ secret: id }))).warning).toBeUndefined();
  });

  test("is one of at most 50, also when many are added at once", async () => {
    const results = await times(maxSecretsPerOrganization + 6, () => resultOf(add()));
    expect(results.filter((result) => result === "done")).toHaveLength(maxSecretsPerOrganization);
    expect(new Set(results)).toEqual(new Set(["done", "secret.limit_reached"]));
    expect(await dataKeys()).toHaveLength(maxSecretsPerOrganization);
    const { items } = await as(() => Secret.list({}));
    await as(() => Secret.remove({ secret: items[0]?.id as Sec }));
    expect(await resultOf(add())).toBe("done");
    expect(await resultOf(add())).toBe("secret.limit_reached");
  });

  test("is stored whole or not at all, whatever breaks", async () => {
    const faults = injectFaults(place.world.rows.client, 7);
    faults.plan({ conflicts: 0.3, throttling: 0.2, lostAnswers: 0.3 });
    const results = await times(12, () => resultOf(add()));
    faults.clear();
    expect(results.filter((result) => result !== "done" && !result.startsWith("table."))).toEqual([]);
    const { items } = await place.world.table.query(secretKeys.secrets(organization));
    expect(items.map(({ dataKey }) => dataKey).toSorted()).toEqual(await dataKeys());
    expect((await place.organizationRow()).secrets).toBe(items.length);
    expect(faults.struck.lostAnswers).toBeGreaterThan(0);
  });

  test("does not come into an organization that is gone, nor its data key", async () => {
    const home = organizationKeys.organization(organization);
    await place.world.table.write({ do: "remove", key: home });
    expect(await resultOf(add())).toBe("seat.organization_missing");
    expect(await dataKeys()).toEqual([]);
  });
});

describe("a replaced key", () => {
  test("is kept as the version before, until the next one", async () => {
    const { id } = await add(openai("one"));
    const before = await eventsNow();
    const first = await rowOf(id);
    const two = await as(() => Secret.replace({ secret: id, credentials: openai("two2222"), revision: 0 }));
    expect(two).toMatchObject({
      version: 2,
      revision: 1,
      previous: { version: 1, last4: "0000", storedAt: first.storedAt },
    });
    const second = await rowOf(id);
    expect(await opened(second)).toEqual({ key: openai("two2222").key });
    expect(await opened(second, second.previous)).toEqual({ key: openai("one").key });
    expect(await dataKeys()).toEqual([first.dataKey, second.dataKey].toSorted());
    const three = await as(() => Secret.replace({ secret: id, credentials: openai("three") }));
    expect(three).toMatchObject({ version: 3, previous: { version: 2, fingerprint: two.fingerprint } });
    const third = await rowOf(id);
    expect(await dataKeys()).toEqual([second.dataKey, third.dataKey].toSorted());
    await expect(opened(first)).rejects.toThrow(Unreadable);
    expect(await eventsSince(before)).toEqual([
      { type: "secret.replaced", secret: id, kind: "openai", last4: "0000", version: 2 },
      { type: "secret.replaced", secret: id, kind: "openai", last4: "0000", version: 3 },
    ]);
  });

  test("changes its fields with it, since a stored key is never sent to an address that came later", async () => {
    const { id } = await add(credentialsOf("openai"));
    const info = await as(() => Secret.replace({ secret: id, credentials: exampleKey }));
    expect(info.details).toEqual({ projectId: "proj_EXAMPLE1" });
  });

  test("stays of its kind", async () => {
    const { id } = await add();
    await expect(as(() => Secret.replace({ secret: id, credentials: credentialsOf("gemini") }))).rejects.toMatchObject({
      code: "input.invalid",
      fields: [{ path: "credentials.kind", message: expect.stringContaining("cannot be changed") }],
    });
    expect(await dataKeys()).toHaveLength(1);
  });

  test("is replaced by one of two at once, and no data key is left over", async () => {
    const { id } = await add();
    const replace = (end: string) => resultOf(as(() => Secret.replace({ secret: id, credentials: openai(end) })));
    const results = await Promise.all(["a", "b", "c", "d"].map(replace));
    expect(results.filter((result) => result === "done").length).toBeGreaterThan(0);
    expect(results.filter((result) => !["done", "secret.changed"].includes(result))).toEqual([]);
    const row = await rowOf(id);
    expect(await dataKeys()).toEqual([row.dataKey, String(row.previous?.dataKey)].toSorted());
    await expect(opened(row)).resolves.toHaveProperty("key");
  });

  test("is not deleted by what was read before, which names other data keys", async () => {
    const { id } = await add(openai("one"));
    const { table } = place.world;
    let isFirst = true;
    const getMany = async (...all: Parameters<typeof table.getMany>) => {
      const rows = await table.getMany(...all);
      if (isFirst) {
        isFirst = false;
        await as(() => Secret.replace({ secret: id, credentials: openai("two") }));
      }
      return rows;
    };
    place.world.rebind({ table: { ...table, getMany } as typeof table });
    expect(await resultOf(as(() => Secret.remove({ secret: id })))).toBe("secret.changed");
    place.world.rebind();
    expect(await dataKeys()).toHaveLength(2);
    await as(() => Secret.remove({ secret: id }));
    expect(await dataKeys()).toEqual([]);
  });

  test("is not replaced by somebody who has seen another version", async () => {
    const { id } = await add();
    await as(() => Secret.replace({ secret: id, credentials: openai("a") }));
    const late = as(() => Secret.replace({ secret: id, credentials: openai("b"), revision: 0 }));
    expect(await resultOf(late)).toBe("secret.changed");
  });
});

describe("what is sealed", () => {
  const two = async () => {
    const [one, other] = [await add(openai("one")), await add(openai("two"))];
    await as(() => Secret.replace({ secret: one.id, credentials: openai("newer") }));
    return [await rowOf(one.id), await rowOf(other.id)] as const;
  };
  const openWith = (row: SecretRow, change: Partial<SecretRow>) => {
    const version = { ...row, ...change };
    return openVersion({ organization, id: version.sk, kind: version.kind }, version);
  };

  test("does not open as another secret's, nor by another's data key", async () => {
    const [one, other] = await two();
    await expect(openWith(one, { sealed: other.sealed })).rejects.toThrow(Unreadable);
    await expect(openWith(one, { sealed: other.sealed, dataKey: other.dataKey })).rejects.toThrow(Unreadable);
    await expect(openWith(one, { dataKey: other.dataKey })).rejects.toThrow(Unreadable);
    await expect(openWith(one, { sk: other.sk })).rejects.toThrow(Unreadable);
  });

  test("does not open as another version or kind", async () => {
    const [one] = await two();
    const { sealed, dataKey } = one.previous ?? one;
    await expect(openWith(one, { sealed, dataKey })).rejects.toThrow(Unreadable);
    await expect(openWith(one, { version: 1 })).rejects.toThrow(Unreadable);
    await expect(openWith(one, { kind: "anthropic" })).rejects.toThrow(Unreadable);
  });

  test("does not open in another organization, whose data key was copied as well", async () => {
    const [one] = await two();
    const elsewhere = ID.create("organization");
    const dataKey = await place.world.table.get(wrappedKeys.dataKey(organization, one.dataKey));
    await place.world.table.write(
      put(raw(wrappedKeys.dataKey(elsewhere, one.dataKey)), { ...dataKey, pk: undefined, sk: undefined }),
    );
    const there = openVersion({ organization: elsewhere, id: one.sk, kind: one.kind }, one);
    await expect(there).rejects.toThrow(Unreadable);
  });

  test("does not open once it was cut", async () => {
    const [one] = await two();
    for (const cut of [1, 4, 16, 22, 40]) {
      await expect(openWith(one, { sealed: one.sealed.slice(0, -cut) })).rejects.toThrow(Unreadable);
    }
  });

  test("holds the fields that are used, so that a changed row sends no key elsewhere", async () => {
    const { id } = await add(credentialsOf("openai"));
    const evil = { ...(await rowOf(id)), details: { baseUrl: "https://evil.example.com" } };
    expect((await opened(evil)).baseUrl).toBe("https://llm.example.com/v1");
  });
});

describe("a key that is changed", () => {
  const change = (id: Sec, changes: Omit<Parameters<typeof edit>[0], "secret">) =>
    as(() => edit({ secret: id, ...changes }));

  test("is renamed, disabled and enabled, each with its event, and is the same key", async () => {
    const { id } = await add();
    const before = await eventsNow();
    const row = await rowOf(id);
    expect(await change(id, { name: "Staging" })).toMatchObject({ name: "Staging", revision: 1 });
    expect(await change(id, { status: "disabled" })).toMatchObject({ status: "disabled", revision: 2 });
    expect(await change(id, { status: "enabled", name: "Staging" })).toMatchObject({ status: "enabled", revision: 3 });
    expect((await eventsSince(before)).map(({ type }) => type)).toEqual([
      "secret.renamed",
      "secret.disabled",
      "secret.enabled",
    ]);
    const { sealed, dataKey, version } = await rowOf(id);
    expect({ sealed, dataKey, version }).toEqual({ sealed: row.sealed, dataKey: row.dataKey, version: 1 });
  });

  test("is not changed by what is so already", async () => {
    const { id } = await add();
    const before = await eventsNow();
    expect(await change(id, { name: "Production", status: "enabled", teams: null })).toMatchObject({ revision: 0 });
    expect(await eventsSince(before)).toEqual([]);
  });

  test("is not changed by somebody who has seen another revision, nor by one of two at once", async () => {
    const { id } = await add();
    await change(id, { name: "A", revision: 0 });
    expect(await resultOf(change(id, { name: "B", revision: 0 }))).toBe("secret.changed");
    const results = await Promise.all(["C", "D", "E"].map((name) => resultOf(change(id, { name, revision: 1 }))));
    expect(results.toSorted()).toEqual(["done", "secret.changed", "secret.changed"]);
  });

  test("can be restricted to teams that there are, and opened again", async () => {
    const [design, sales] = [
      await as(() => Team.create({ name: "Design" })),
      await as(() => Team.create({ name: "Sales" })),
    ];
    const { id, teams } = await add(exampleKey, { teams: [design.id] });
    expect(teams).toEqual([{ id: design.id, name: "Design" }]);
    const before = await eventsNow();
    expect((await change(id, { teams: [sales.id, design.id] })).teams).toHaveLength(2);
    expect((await change(id, { teams: [design.id, sales.id] })).revision).toBe(1);
    expect((await change(id, { teams: null })).teams).toBeUndefined();
    expect(await eventsSince(before)).toEqual([
      { type: "secret.restricted", secret: id, kind: "openai", last4: "PLE0", teams: [sales.id, design.id] },
      { type: "secret.restricted", secret: id, kind: "openai", last4: "PLE0" },
    ]);
    expect(await resultOf(change(id, { teams: [ID.create("team")] }))).toBe("secret.team_missing");
    expect(await resultOf(add(exampleKey, { teams: [ID.create("team")] }))).toBe("secret.team_missing");
    expect(await resultOf(change(id, { teams: [] }))).toBe("input.invalid");
    expect(await resultOf(change(id, { teams: [design.id, design.id] }))).toBe("input.invalid");
  });

  test("is for nobody once its teams were deleted, never for everybody", async () => {
    const { id: team } = await as(() => Team.create({ name: "Design" }));
    const { id } = await add(exampleKey, { teams: [team] });
    await as(() => Team.remove({ team }));
    expect((await as(() => Secret.get({ secret: id }))).teams).toEqual([]);
    expect((await change(id, { name: "Still closed" })).teams).toEqual([]);
    expect((await rowOf(id)).teams).toEqual(new Set([team]));
  });
});

describe("a key that is deleted", () => {
  test("takes its row and its data keys along, and opens in no backup", async () => {
    const { id } = await add(openai("one"));
    await as(() => Secret.replace({ secret: id, credentials: openai("two") }));
    const kept = await add(openai("kept"));
    const backup = await rowOf(id);
    const before = await eventsNow();
    await as(() => Secret.remove({ secret: id }));
    expect(await rowOf(id)).toBeUndefined();
    expect(await dataKeys()).toEqual([(await rowOf(kept.id)).dataKey]);
    await expect(opened(backup)).rejects.toThrow(Unreadable);
    await expect(opened(backup, backup.previous)).rejects.toThrow(Unreadable);
    expect(await opened(await rowOf(kept.id))).toEqual({ key: openai("kept").key });
    expect(await eventsSince(before)).toEqual([{ type: "secret.deleted", secret: id, kind: "openai", last4: "0000" }]);
    expect((await place.organizationRow()).secrets).toBe(1);
    for (const run of [() => Secret.get({ secret: id }), () => Secret.remove({ secret: id })]) {
      expect(await resultOf(as<unknown>(run))).toBe("secret.missing");
    }
  });

  test("is deleted once, and not while it is replaced", async () => {
    const { id } = await add();
    const remove = () => resultOf(as(() => Secret.remove({ secret: id })));
    const replace = () => resultOf(as(() => Secret.replace({ secret: id, credentials: openai("other") })));
    const results = await Promise.all([remove(), remove(), replace(), remove()]);
    expect(results.filter((result) => result === "done").length).toBeGreaterThan(0);
    await remove();
    expect(await rowOf(id)).toBeUndefined();
    expect(await dataKeys()).toEqual([]);
    expect((await place.organizationRow()).secrets).toBe(0);
  });
});

test("a key of a newer release is shown, stays closed, and can be deleted", async () => {
  const { id } = await add();
  const key = raw(secretKeys.secret(organization, id));
  await place.world.table.write(
    update(key, { set: { kind: "mistral", status: "rationed", warning: "novel", shade: "red" } }),
  );
  expect(await as(() => Secret.get({ secret: id }))).toMatchObject({ kind: "unknown", status: "disabled" });
  expect((await as(() => edit({ secret: id, name: "Renamed" }))).name).toBe("Renamed");
  expect(await resultOf(as(() => Secret.replace({ secret: id, credentials: exampleKey })))).toBe("input.invalid");
  await as(() => Secret.remove({ secret: id }));
  expect(await dataKeys()).toEqual([]);
});

test("keys of a deleted organization stay sealed, and there again when it is restored", async () => {
  const { id } = await add();
  await as(() => Deletion.deleteByName({ name: "Acme" }));
  const row = await rowOf(id);
  expect(await opened(row)).toHaveProperty("key");
  expect(await dataKeys()).toEqual([row.dataKey]);
});
