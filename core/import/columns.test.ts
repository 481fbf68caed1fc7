import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, expect, test } from "vitest";
import type * as ID from "../base/id.ts";
import { columnNames } from "../reading/shape.ts";
import { update } from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import * as Team from "../team/team.ts";
import { importKeys } from "./keys.ts";
import * as Manage from "./manage.ts";

let fixture: OrganizationFixture;
let imports: ReturnType<typeof importsOf>;
beforeEach(async () => {
  fixture = await openOrganization();
  imports = importsOf(fixture);
});

const unknownRole = '"Unknown role “boss”. Use owner, admin, write, or read."';

type Columns = (typeof columnNames)[number][];
const report = (id: string, kind: "all" | "failed" = "all", pass = 1) =>
  fixture.world.bucket.text(`reports/${fixture.organization}/${id}-${pass}-${kind}.csv`)?.split("\r\n").slice(0, -1);

/** Imports a file with the columns that a person chose. */
async function begin(content: string, columns?: Columns): Promise<ID.ID<"import">> {
  const id = await imports.begin(content, fixture.ada, columns && { columns });
  await imports.work();
  return id;
}

const headless = "Lovelace,ada@x.example,Ada,Engines,admin,London\nHopper,grace@x.example,Grace,,boss,Boston,extra\n";
const chosen: Columns = ["last_name", "email", "first_name", "teams", "role"];

test("what a person chose is read, in the import and in its report", async () => {
  const team = (await fixture.as(fixture.ada, () => Team.create({ name: "Engines" }))).id;
  const id = await begin(headless, chosen);
  expect(await imports.outcomes(id)).toEqual(["invited", "unknown_role"]);
  const row = await fixture.rowOf("ada@x.example");
  expect(row).toMatchObject({ name: "Ada Lovelace", role: "admin" });
  expect(teamsOf(row)).toEqual([team]);
  expect((await imports.get(id)).columns).toEqual(chosen);
  expect(report(id)).toEqual([
    "\ufefflast name,email,first name,teams,role,column 6,column 7,line,outcome,reason",
    "Lovelace,ada@x.example,Ada,Engines,admin,London,,1,invited,Invited.",
    `Hopper,grace@x.example,Grace,,boss,Boston,extra,2,unknown_role,${unknownRole}`,
  ]);
});

test("the report of a file without a header is recognized by its headings when it is uploaded", async () => {
  const failed = report(await begin(headless, chosen), "failed")?.join("\r\n") ?? "";
  await begin(failed.replace(",boss,", ",write,"));
  expect(await fixture.rowOf("grace@x.example")).toMatchObject({ name: "Grace Hopper", role: "write" });
});

test("of several columns of addresses, the first that is not empty counts", async () => {
  const id = await begin("a@x.example,b@x.example,c@x.example\n,d@x.example,\n,,e@x.example\n, ,f@x.example\n,,\n", [
    "email",
    "email",
    "email",
  ]);
  expect(await imports.outcomes(id)).toEqual(["invited", "invited", "invited", "invited"]);
  for (const name of ["a", "d", "e", "f"]) expect(await fixture.rowOf(`${name}@x.example`)).toBeDefined();
});

test("a heading does not count against what a person chose, and the report keeps it", async () => {
  const id = await begin("email,Backup,Role\nada@x.example,grace@x.example,boss\n", ["ignore", "email"]);
  expect(await imports.outcomes(id)).toEqual(["invited"]);
  expect(await fixture.rowOf("ada@x.example")).toBeUndefined();
  expect(await fixture.rowOf("grace@x.example")).toMatchObject({ role: "read" });
  expect(report(id)).toEqual([
    "\ufeffemail,Backup,Role,line,outcome,reason",
    "ada@x.example,grace@x.example,boss,2,invited,Invited.",
  ]);
});

test("a column that says who is blocked leaves those out, and nobody else", async () => {
  const file =
    "email,Block credential,Status\na@x.example,False,active\nb@x.example,WAHR,active\nc@x.example,,deleted\n";
  const blocked = await begin(file, ["email", "status"]);
  expect(await imports.outcomes(blocked)).toEqual(["invited", "deactivated", "invited"]);
  const named = await begin(file, ["email", "ignore", "status"]);
  expect(await imports.outcomes(named)).toEqual(["already_invited", "invited", "deactivated"]);
});

test("of two columns with addresses, the first that is not empty counts", async () => {
  await begin("x,y\n,ada@x.example\nbob@x.example,eve@x.example\n", ["email", "email"]);
  expect(await fixture.rowOf("ada@x.example")).toBeDefined();
  expect(await fixture.rowOf("bob@x.example")).toBeDefined();
  expect(await fixture.rowOf("eve@x.example")).toBeUndefined();
});

test("a report has every cell of its rows, also those beyond the headings, again and again", async () => {
  const first = report(await begin("email,role\nada@x.example,boss,x,y\n"), "failed") ?? [];
  expect(first).toEqual([
    "\ufeffemail,role,line,outcome,reason",
    `ada@x.example,boss,2,unknown_role,${unknownRole},x,y`,
  ]);
  expect(report(await begin(`${first.join("\r\n")}\r\n`), "failed")).toEqual(first);
  const unread = await begin("ada@x.example,London,+44 20\nbob@x.example,Boston\n");
  expect(report(unread)?.[0]).toBe("\ufeffemail,column 2,column 3,line,outcome,reason");
  expect(report(unread)?.[1]).toBe("ada@x.example,London,'+44 20,1,invited,Invited.");
});

test("a file of several ranges is read with the columns throughout", async () => {
  const rows = Array.from({ length: 20_000 }, (_, at) => `London,${at},${"n".repeat(40)},none\n`);
  const last = "Boston,,Grace Hopper,grace@x.example\n";
  const id = await begin(`London,1,Ada,ada@x.example\n${rows.join("")}${last}`, ["ignore", "ignore", "name", "email"]);
  expect((await imports.get(id)).counts).toEqual({ invited: 2, invalid_email: 20_000 });
  expect(await fixture.rowOf("grace@x.example")).toMatchObject({ name: "Grace Hopper" });
  expect(report(id)?.at(-1)).toBe("Boston,,Grace Hopper,grace@x.example,20002,invited,Invited.");
});

test("the same bytes with other columns are not the same import again", async () => {
  const file = "Ada,ada@x.example,bob@x.example\n";
  const first = await begin(file, ["name", "email"]);
  const second = await begin(file, ["name", "ignore", "email"]);
  expect(await imports.outcomes(second)).toEqual(["invited"]);
  expect(await imports.get(second)).not.toHaveProperty("earlier");
  expect(await fixture.rowOf("bob@x.example")).toMatchObject({ name: "Ada" });
  const again = await begin(file, ["name", "ignore", "email"]);
  expect(await imports.get(again)).toMatchObject({ state: "done", earlier: second });
  expect(await imports.get(first)).toMatchObject({ state: "done" });
});

test.each<[string, Columns]>([
  ["without an address", ["name", "role"]],
  ["of nothing", []],
  ["with two names", ["email", "name", "name"]],
  ["of more than a thousand", Array.from({ length: 1_001 }, () => "email")],
])("columns %s are refused", async (_, columns) => {
  expect(await resultOf(fixture.as(fixture.ada, () => Manage.create({ columns })))).toBe("input.invalid");
});

test("a column of which only a newer release knows what it holds stops the import, and nobody is invited", async () => {
  const id = await imports.upload("Ada,ada@x.example\n", fixture.ada, { columns: ["name", "email"] });
  const key = raw(importKeys.import(fixture.organization, id));
  await fixture.world.table.write(update(key, { set: { columns: ["pronouns", "email"] } }));
  await imports.arrive(imports.keyOf(id));
  expect(await resultOf(imports.work())).toBe("row.unreadable");
  expect((await imports.get(id)).columns).toEqual(["unknown", "email"]);
  expect(await fixture.rowOf("ada@x.example")).toBeUndefined();
});
