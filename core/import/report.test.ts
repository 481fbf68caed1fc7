import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import * as Team from "../team/team.ts";
import { isOver } from "./import.ts";
import * as Manage from "./manage.ts";
import * as Rows from "./rows.ts";
import * as Setting from "./setting.ts";

let fixture: OrganizationFixture;
let imports: ReturnType<typeof importsOf>;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 2 });
  imports = importsOf(fixture);
});

const report = (id: string, kind: "all" | "failed", pass = 1) =>
  fixture.world.bucket.text(`reports/${fixture.organization}/${id}-${pass}-${kind}.csv`);
const seats = (count: number) =>
  fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { add: { capacity: count, free: count } }),
  );

const file =
  'Name;E-Mail;Department;Role\r\n"Lovelace, Ada";one@x.example;=1+1;read\r\n;nobody;"R&D ""x""";\r\n\r\n;two@x.example;@home;\r\n;ONE@x.example;;\r\n;three@x.example;;write\r\n';

test("a report has each row of the file with its line and outcome", async () => {
  const id = await imports.begin(file);
  await imports.work();
  expect(report(id, "all")?.split("\r\n")).toEqual([
    "\ufeffName,E-Mail,Department,Role,line,outcome,reason",
    '"Lovelace, Ada",one@x.example,\'=1+1,read,2,invited,Invited.',
    ',nobody,"R&D ""x""",,3,invalid_email,This is not an email address.',
    ",two@x.example,'@home,,5,invited,Invited.",
    ",ONE@x.example,,,6,duplicate,Already in this file. See line 2.",
    ",three@x.example,,write,7,no_seat,No seat available.",
    "",
  ]);
  const { url } = await fixture.as(fixture.ada, () => Rows.report({ import: id, rows: "failed" }));
  expect(decodeURIComponent(url)).toMatch(
    new RegExp(`reports/${fixture.organization}/${id}-1-failed.csv\\?name=people - not invited.csv$`),
  );
});

test("the rows that were not invited can be fixed and uploaded again, and are read as before", async () => {
  const id = await imports.begin(file);
  await imports.work();
  const failed = report(id, "failed") ?? "";
  expect(failed.split("\r\n")).toHaveLength(5);
  await seats(5);
  const again = await imports.begin(failed.replace(",nobody,", ",four@x.example,"));
  await imports.work();
  expect(await imports.outcomes(again)).toEqual(["invited", "already_invited", "invited"]);
  expect(await fixture.rowOf("three@x.example")).toMatchObject({ role: "write" });
  expect(report(again, "all")?.split("\r\n")[0]).toBe("\ufeffName,E-Mail,Department,Role,line,outcome,reason");
});

test("unquoted teams in a file with semicolons stay together in the report, and are read back", async () => {
  const id = await imports.begin("email;role;teams\r\na@x.example;write;Red;Blue\r\n");
  await imports.work();
  const failed = report(id, "failed") ?? "";
  expect(failed).toContain('a@x.example,write,"Red;Blue",2,unknown_team,');
  for (const name of ["Red", "Blue"]) await fixture.as(fixture.ada, () => Team.create({ name }));
  await imports.begin(failed);
  await imports.work();
  expect(teamsOf(await fixture.rowOf("a@x.example"))).toHaveLength(2);
});

test("a row that is refused says what is wrong with it: its role, its teams, or whose limit it is", async () => {
  const { world, organization, ada } = fixture;
  const bob = await fixture.join("bob@x.example", "admin");
  await fixture.as(ada, () => Team.create({ name: "Red" }));
  const reasons = async (id: string, by = ada) => {
    const { items } = await fixture.as(by, () => Rows.rows({ import: id }));
    const said = items.map(({ message }) => message);
    const written = (report(id, "failed") ?? "").split("\r\n").slice(1, -1);
    expect(written.map((line, at) => line.includes(said[at] ?? "?"))).toEqual(said.map(() => true));
    return said;
  };
  const content = `email;role;teams
a@x.example;boss;
b@x.example;;Red;Gréen;Blue
c@x.example;owner;
d@x.example;;${"n".repeat(59)}1;${"n".repeat(59)}2
e@x.example;${"b".repeat(400)};
f@x.example;read;"Red
`;
  const id = await imports.begin(content, bob);
  await imports.work();
  expect(await reasons(id, bob)).toEqual([
    "Unknown role “boss”. Use owner, admin, write, or read.",
    "Unknown teams: Gréen, Blue.",
    "Only an owner can invite an owner.",
    `Unknown teams: ${"n".repeat(59)}1, ${"n".repeat(58)}….`,
    `Unknown role “${"b".repeat(119)}…”. Use owner, admin, write, or read.`,
    "A quote opens on this line and is never closed.",
  ]);
  const setting = { runAs: ada.account, role: "read", lifetimeDays: 7, revision: 0 } as const;
  await fixture.as(ada, () => Setting.edit(setting));
  await imports.script("people.csv", 'email,role,team\ng@x.example,write,\nh@x.example,,"Pink, West"\n');
  await imports.work();
  const { items } = await fixture.as(ada, () => Manage.list({}));
  expect(await reasons(items[0]?.id ?? "")).toEqual([
    "The import setting of scripts does not allow this role.",
    "Unknown team: Pink, West.",
  ]);
  expect(world.bucket.text(`reports/${organization}/${id}-1-failed.csv`)).toContain("f@x.example,read,Red,7,");
});

test("teams that a spreadsheet would run are safe in the report, and read back as they are", async () => {
  const id = await imports.begin('email,teams\na@x.example,"Red;=1+1"\n');
  await imports.work();
  const failed = report(id, "failed") ?? "";
  expect(failed).toContain('a@x.example,"Red;\'=1+1",2,unknown_team,"Unknown teams: Red, =1+1."');
  for (const name of ["Red", "=1+1"]) await fixture.as(fixture.ada, () => Team.create({ name }));
  await imports.begin(failed);
  await imports.work();
  expect(teamsOf(await fixture.rowOf("a@x.example"))).toHaveLength(2);
});

test("a file without a header gets one, and a later pass a report of its own", async () => {
  const id = await imports.begin("a@x.example,read\nb@x.example,write\nc@x.example,admin\n");
  await imports.work();
  expect(report(id, "failed")).toBe(
    "\ufeffemail,role,line,outcome,reason\r\nc@x.example,admin,3,no_seat,No seat available.\r\n",
  );
  await seats(1);
  await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
  expect(await resultOf(fixture.as(fixture.ada, () => Rows.report({ import: id })))).toBe("import.report_not_ready");
  await imports.work();
  expect(report(id, "failed", 2)).toBe("\ufeffemail,role,line,outcome,reason\r\n");
  expect((await imports.get(id)).reported).toBe(true);
});

test("without the copy of its file an import has no report, and says so", async () => {
  const id = await imports.begin(file);
  const gone = () => resultOf(fixture.as(fixture.ada, () => Rows.report({ import: id })));
  expect(await gone()).toBe("import.report_not_ready");
  while (!isOver((await imports.row(id)) as never)) {
    await imports.run(fixture.world.queued.imports[0] as object);
    fixture.world.queued.imports.shift();
  }
  expect(await gone()).toBe("import.report_not_ready");
  fixture.world.bucket.remove((await imports.row(id)).file as string);
  await imports.work();
  expect(await imports.get(id)).toMatchObject({ state: "done", reported: false, isReportMissing: true });
  expect(await gone()).toBe("import.report_missing");
});

test("rows with remarks are listed in pages, by outcome if one is requested", async () => {
  const people = Array.from({ length: 500 }, (_, n) => `p${n}@x.example,${n % 2 ? "read" : "boss"}`);
  const id = await imports.begin(`email,role\n${people.join("\n")}\n`);
  await imports.work();
  const page = (more = {}) => fixture.as(fixture.ada, () => Rows.rows({ import: id, ...more }));
  const all: { row: number }[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor === undefined ? {} : { cursor });
    all.push(...items);
    cursor = next;
  } while (cursor);
  expect(all).toHaveLength(498);
  expect(all.map(({ row }) => row)).toEqual(all.map(({ row }) => row).toSorted((one, other) => one - other));
  const { next } = await page();
  expect(await resultOf(page({ cursor: next, outcome: "no_seat" }))).toBe("cursor.invalid");
  expect(await resultOf(fixture.as(fixture.ada, () => Rows.rows({ import: ID.create("import"), cursor: next })))).toBe(
    "import.missing",
  );
  const { items } = await page({ outcome: "unknown_role" });
  expect(items[0]).toEqual({
    row: 1,
    line: 2,
    email: "p0@x.example",
    outcome: "unknown_role",
    message: "Unknown role “boss”. Use owner, admin, write, or read.",
  });
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(["unknown_role"]));
});
