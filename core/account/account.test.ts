import { memberPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/list.ts";
import * as Organization from "../organization/organization.ts";
import { update } from "../table/table.ts";
import * as Account from "./account.ts";

let world: World;
let ada: Person;
beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada.lovelace@example.com");
});
const get = () => world.as(ada, () => Account.get({}));
const edit = (changes: Parameters<typeof Account.edit>[0]) => world.as(ada, () => Account.edit(changes));
const events = async () => (await world.table.query({ ...kernelKeys.outbox(ada.account), consistent: true })).items;

describe("an account", () => {
  test("begins with the address and a name made from it", async () => {
    expect(await get()).toEqual({
      id: ada.account,
      email: "ada.lovelace@example.com",
      name: "Ada Lovelace",
      color: expect.any(String),
      locale: "en",
      zone: "UTC",
      createdAt: "2026-11-24T09:00:00.000Z",
    });
  });

  test("gets a neutral name if the address makes no harmless one", async () => {
    const names = await Promise.all(
      ["--@example.com", `${"a".repeat(64)}@example.com`, "evil.com@example.com"].map(async (email) => {
        const person = await world.person(email);
        return world.as(person, async () => (await Account.get({})).name);
      }),
    );
    expect(names).toEqual(["New person", `A${"a".repeat(63)}`, "Evil Com"]);
  });

  test("is edited with an event that records the old and new values", async () => {
    expect(await edit({ name: "Ada King", zone: "Europe/London" })).toMatchObject({
      name: "Ada King",
      zone: "Europe/London",
    });
    expect(await get()).toMatchObject({ name: "Ada King", zone: "Europe/London", locale: "en" });
    expect(await events()).toEqual([
      expect.objectContaining({
        type: "account.updated",
        actor: ada.account,
        data: { name: { from: "Ada Lovelace", to: "Ada King" }, zone: { from: "UTC", to: "Europe/London" } },
      }),
    ]);
  });

  test("is not changed by equal values or by an empty change", async () => {
    await edit({ name: "Ada Lovelace" });
    await edit({});
    expect(await events()).toEqual([]);
  });

  test("ignores fields that its owner cannot change", async () => {
    for (const field of ["email", "id", "createdAt", "stream"]) {
      expect(await resultOf(edit({ [field]: "x" }))).toBe("input.invalid");
    }
  });

  test("shows a new name in each of its organizations, however many", async () => {
    const ids = await times(3, async (n) => (await world.as(ada, () => Organization.create({ name: `Acme ${n}` }))).id);
    const more = Array.from({ length: 120 }, (_, n) => ID.derive("organization", `more ${n}`));
    await putAll(
      world,
      more.map((id) => memberPut(id, ada.account, { name: "Ada" })),
    );
    await edit({ name: "Ádá King" });
    const rows = await world.table.getMany([...ids, ...more].map((id) => memberKeys.member(id, ada.account)));
    expect(new Set(rows.map((row) => row?.name))).toEqual(new Set(["Ádá King"]));
    const { items } = await world.table.query({ list: memberKeys.members(ids[0] as ID.ID<"organization">) });
    expect(items[0]?.rank).toMatch(/^ada king#/);
  });

  test("shows its color to the members of its organizations, from the start and after each change", async () => {
    const acme = await world.as(ada, () => Organization.create({ name: "Acme" }));
    const shown = async () => {
      const as = { id: acme.id, role: "owner" } as const;
      const [one, listed] = await world.as(
        ada,
        async () => [await Member.get({ account: ada.account }), (await Member.list({})).items[0]],
        as,
      );
      expect(listed).toEqual(one);
      return [one?.color, one?.name];
    };
    const { color } = await get();
    expect(await shown()).toEqual([color, "Ada Lovelace"]);
    const other = color === "pink" ? "teal" : "pink";
    await edit({ color: other });
    expect(await shown()).toEqual([other, "Ada Lovelace"]);
    await edit({ name: "Ada King" });
    expect(await shown()).toEqual([other, "Ada King"]);
  });

  test("shows its first color if a membership has none or an unknown one", async () => {
    const acme = await world.as(ada, () => Organization.create({ name: "Acme" }));
    const { color } = await get();
    const membership = memberKeys.member(acme.id, ada.account);
    const shown = () => world.as(ada, () => Member.get({ account: ada.account }), { id: acme.id, role: "owner" });
    await world.table.write(update(membership, { set: { color: "ultraviolet" } }));
    expect(await shown()).toMatchObject({ color });
    await world.table.write(update(membership, { unset: ["color"] }));
    expect(await shown()).toMatchObject({ color });
  });

  test("keeps name and color when two requests change them at once", async () => {
    const acme = await world.as(ada, () => Organization.create({ name: "Acme" }));
    await Promise.all([edit({ name: "Ada King" }), edit({ color: "pink" }), edit({ zone: "Europe/London" })]);
    const row = await world.table.get(memberKeys.member(acme.id, ada.account));
    expect(row).toMatchObject({ name: "Ada King", color: "pink" });
  });
});
