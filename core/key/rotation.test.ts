import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import * as Organization from "../organization/organization.ts";
import { secretKeys } from "../secret/keys.ts";
import { openVersion } from "../secret/open.ts";
import type { SecretRow } from "../secret/row.ts";
import * as Secret from "../secret/secret.ts";
import { update } from "../table/table.ts";
import { wrappedKeys } from "./keys.ts";
import { advance, rotate, rotation } from "./rotation.ts";

let place: OrganizationFixture;
beforeEach(async () => {
  place = await openOrganization();
});

const add = () => place.as(place.ada, () => Secret.create({ name: "Production", credentials: exampleKey }));
const start = () => asSystem("operator", () => rotate({}));
const tick = () => asSystem("clock", () => advance({}));
const shown = () => asSystem("operator", () => rotation({}));
const currentOf = (text: string) => (JSON.parse(text) as { current: string }).current;
const current = () => currentOf(place.world.keyStore.read());
const wrappedBy = async () => (await place.world.rows.scanKeys()).map(({ wrapped }) => String(wrapped).split(".")[0]);

async function openAll(): Promise<string[]> {
  const { items } = await place.world.table.query(secretKeys.secrets(place.organization));
  const { organization } = place;
  const all = items.map((row) => openVersion({ organization, id: row.sk, kind: row.kind }, row));
  return (await Promise.all(all)).map(({ key }) => String(key));
}

describe("a rotation of the wrapping key", () => {
  test("is started once, renews the key, and wraps every data key by it: all that was sealed before still opens", async () => {
    for (let count = 0; count < 3; count++) await add();
    const before = current();
    expect(await shown()).toBeUndefined();
    const { rotation: name } = await start();
    expect(await resultOf(start())).toBe("key.rotating");
    await tick();
    expect(current()).not.toBe(before);
    expect(new Set(await wrappedBy())).toEqual(new Set([before]));
    place.world.clock.pass(121);
    expect(await tick()).toEqual({ rewrapped: 3 });
    expect(new Set(await wrappedBy())).toEqual(new Set([current()]));
    expect(await openAll()).toEqual(Array(3).fill(exampleKey.key));
    expect(await shown()).toMatchObject({ rotation: name, rewrapped: 3, unreadable: 0 });
    expect((await shown())?.finishedAt).toBe("2026-11-24T09:02:01.000Z");
    const after = current();
    await tick();
    expect(current()).toBe(after);
    await start();
    place.world.clock.pass(1);
    await tick();
    expect(current()).not.toBe(after);
  });

  test("wraps keys of deleted organizations, counts what is damaged, and leaves what was deleted in between", async () => {
    const [kept, damaged] = [await add(), await add()];
    const { dataKey } = (await place.world.table.get(secretKeys.secret(place.organization, damaged.id))) as SecretRow;
    await place.world.table.write(
      update(wrappedKeys.dataKey(place.organization, dataKey), { set: { wrapped: "key_0.damaged" } }),
    );
    const second = (await place.world.as(place.ada, () => Organization.create({ name: "Second" }))).id;
    await place.world.as(place.ada, () => Secret.create({ name: "There", credentials: exampleKey }), {
      id: second,
      role: "owner",
    });
    await start();
    await tick();
    place.world.clock.pass(121);
    await tick();
    expect(await shown()).toMatchObject({ rewrapped: 2, unreadable: 1 });
    expect((await wrappedBy()).filter((name) => name === current())).toHaveLength(2);
    expect(kept.id).not.toBe(damaged.id);
  });

  test("loses nothing wherever a run crashes, and is done in the end", async () => {
    for (let count = 0; count < 4; count++) await add();
    await start();
    let crashes = 0;
    for (let at = 1; !(await shown())?.finishedAt; at++) {
      const { ports, hasCrashed } = crashAt(place.world, at, at % 2 ? "before" : "after");
      place.world.rebind(ports);
      await resultOf(tick());
      place.world.rebind();
      place.world.clock.pass(121);
      if (hasCrashed()) crashes++;
      expect(await openAll()).toHaveLength(4);
      expect(at).toBeLessThan(60);
    }
    expect(crashes).toBeGreaterThan(4);
    expect(new Set(await wrappedBy())).toEqual(new Set([current()]));
    expect(await openAll()).toEqual(Array(4).fill(exampleKey.key));
  });
});
