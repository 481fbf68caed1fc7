import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { put } from "../table/table.ts";
import { teamKeys } from "./keys.ts";
import * as Teams from "./list.ts";
import * as Members from "./members.ts";
import * as Team from "./team.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 20 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const create = async (name: string, more: Partial<Parameters<typeof Team.create>[0]> = {}) =>
  (await asAda(() => Team.create({ name, ...more }))).id;
const found = async (search: string, more: Parameters<typeof Teams.list>[0] = {}, by: Person = fixture.ada) =>
  (await fixture.as(by, () => Teams.list({ search, ...more }))).items.map(({ name }) => name);
const rowsOf = async () => (await fixture.world.rows.scan()).filter(({ sk }) => String(sk).startsWith("word#"));

test("teams are found by the starts of words of their names, in any order and spelling", async () => {
  for (const name of ["Design", "Design System", "Systèmes internes", "Sales-Operations", "Designer Days Design"]) {
    await create(name);
  }
  expect(await found("des")).toEqual(["Design", "Design System", "Designer Days Design"]);
  expect(await found("sys")).toEqual(["Design System", "Systèmes internes"]);
  expect(await found("SYSTEM des")).toEqual(["Design System"]);
  expect(await found("operations")).toEqual(["Sales-Operations"]);
  expect(await found("esign")).toEqual([]);
  expect(await found("   ")).toHaveLength(5);
});

test("a team is found by its present name only, and not once it is deleted", async () => {
  const team = await create("Design System");
  await asAda(() => Team.edit({ team, name: "Brand System" }));
  expect([await found("design"), await found("brand"), await found("system")]).toEqual([
    [],
    ["Brand System"],
    ["Brand System"],
  ]);
  expect(await rowsOf()).toHaveLength(2);
  await asAda(() => Team.edit({ team, description: "Paints." }));
  expect((await asAda(() => Teams.list({ search: "brand", include: "description" }))).items).toMatchObject([
    { id: team, description: "Paints." },
  ]);
  await asAda(() => Team.remove({ team }));
  expect(await found("system")).toEqual([]);
  expect(await rowsOf()).toEqual([]);
});

test("a word that a team is no longer called by finds nothing", async () => {
  const { organization, world } = fixture;
  const team = await create("Design");
  const gone = "team_01M86CH3M08N7VA773AXTE2W34" as ID<"team">;
  await world.table.write(
    put(teamKeys.teamWord(organization, "sales", team), { team }),
    put(teamKeys.teamWord(organization, "salesforce", gone), { team: gone }),
  );
  expect(await found("sales")).toEqual([]);
});

test("a private team is found by its members, owners and admins", async () => {
  const [bob, eve] = [await fixture.join("bob@example.com"), await fixture.join("eve@example.com", "admin")];
  const carol = await fixture.join("carol@example.com");
  const team = await create("Secret project", { visibility: "private" });
  await asAda(() => Members.addMembers({ team, accounts: [bob.account] }));
  for (const [person, names] of [
    [fixture.ada, ["Secret project"]],
    [eve, ["Secret project"]],
    [bob, ["Secret project"]],
    [carol, []],
  ] as const) {
    expect(await found("secret", {}, person)).toEqual(names);
    expect(await found("", { teams: team }, person)).toEqual(names);
  }
});

test("teams are listed by their ids, by name, those that exist", async () => {
  const [sales, design] = [await create("Sales"), await create("design")];
  const gone = await create("Gone");
  await asAda(() => Team.remove({ team: gone }));
  const teams = [sales, gone, design, sales].join();
  expect(await found("", { teams })).toEqual(["design", "Sales"]);
  expect(await found("sal", { teams })).toEqual(["Sales"]);
  expect(await found("", { teams, of: "own" })).toEqual([]);
  await asAda(() => Members.addMembers({ team: sales, accounts: [fixture.ada.account] }));
  expect(await found("", { teams, of: "own" })).toEqual(["Sales"]);
  expect(await found("des", { of: "own" })).toEqual([]);
});

const pagesOf = async (by: Person, search: string) => {
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await fixture.as(by, () => Teams.list({ search, ...(cursor && { cursor }) }));
    pages.push(page.items.map(({ name }) => name));
    cursor = page.next;
    if (!cursor) return pages;
  }
};

test("a search goes on until all are found, each once, also where most are passed over", async () => {
  const bob = await fixture.join("bob@example.com");
  const names = Array.from({ length: 130 }, (_, i) => `Group ${String(i).padStart(3, "0")} grow`);
  for (const [i, name] of names.entries()) await create(name, i < 110 ? { visibility: "private" } : {});
  const ofAda = await pagesOf(fixture.ada, "gro");
  expect(ofAda.flat().toSorted()).toEqual(names);
  expect(ofAda.every((page) => page.length <= 25)).toBe(true);
  expect(await pagesOf(bob, "gro")).toEqual([names.slice(110)]);
});

test.each([24, 25, 26])("no page of %i teams tells that others are private", async (open) => {
  const bob = await fixture.join("bob@example.com");
  const hidden = [await create("Group first", { visibility: "private" })];
  for (let n = 0; n < open; n++) await create(`Group ${n}`);
  // made private later, or called otherwise while it is
  hidden.push(await create("Group later"), await create("Crew", { visibility: "private" }));
  const found = await pagesOf(bob, "group");
  await asAda(() => Team.edit({ team: hidden[1] as ID<"team">, visibility: "private" }));
  await asAda(() => Team.edit({ team: hidden[2] as ID<"team">, name: "Group last" }));
  const pages = await pagesOf(bob, "group");
  expect([found.flat().length, pages.map(({ length }) => length)]).toEqual([
    open + 1,
    open > 25 ? [25, open - 25] : [open],
  ]);
  for (const team of hidden) await asAda(() => Team.edit({ team, visibility: "open" }));
  expect((await pagesOf(bob, "group")).flat()).toHaveLength(open + 3);
});

test("a private team whose words do not say so is found by nobody outside it", async () => {
  const { organization, world } = fixture;
  const bob = await fixture.join("bob@example.com");
  const team = await create("Secret", { visibility: "private" });
  await world.table.write(put(teamKeys.teamWord(organization, "secret", team), { team }));
  expect(await found("secret", {}, bob)).toEqual([]);
  expect(await found("secret")).toEqual(["Secret"]);
});
