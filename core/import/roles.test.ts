import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { canGrant } from "../base/permission.ts";
import { type Role, roles } from "../base/role.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { judge } from "../reading/judge.ts";
import { maxRoleWord } from "../reading/limits.ts";
import { type RoleWord, roleOf, rolesFrom, roleWords, wordKey } from "../reading/role-words.ts";
import { update } from "../table/table.ts";
import { importKeys } from "./keys.ts";
import { maxRoleWords } from "./limits.ts";
import * as Manage from "./manage.ts";

let fixture: OrganizationFixture;
let imports: ReturnType<typeof importsOf>;
beforeEach(async () => {
  fixture = await openOrganization();
  imports = importsOf(fixture);
});

const atlassian =
  "User id,User name,email,User status,Added to org,Org role\n" +
  "1,Ada,ada@x.example,Active,3 Jan 2026,User\n" +
  "2,Grace,grace@x.example,Active,3 Jan 2026,USER \n" +
  "3,Edsger,edsger@x.example,Active,3 Jan 2026,Org  admin\n" +
  "4,Barbara,barbara@x.example,Active,3 Jan 2026,Contractor\n";
const said: RoleWord[] = [
  { word: "User", role: "read" },
  { word: "Org admin", role: "write" },
];

async function begin(content: string, chosen?: RoleWord[], by = fixture.ada) {
  const id = await imports.begin(content, by, chosen && { roles: chosen });
  await imports.work();
  return id;
}
const report = (id: string) =>
  fixture.world.bucket.text(`reports/${fixture.organization}/${id}-1-all.csv`)?.split("\r\n").slice(1, -1);
const roleIn = async (name: string) => (await fixture.rowOf(`${name}@x.example`))?.role;

test("words of another system are unknown roles, until a person says what they stand for", async () => {
  const unread = await begin(atlassian);
  expect((await imports.get(unread)).counts).toEqual({ unknown_role: 4 });
  const id = await begin(atlassian, said);
  expect(await imports.outcomes(id)).toEqual(["invited", "invited", "invited", "unknown_role"]);
  expect(await Promise.all(["ada", "grace", "edsger"].map(roleIn))).toEqual(["read", "read", "write"]);
  expect((await imports.get(id)).roles).toEqual(said);
  expect(report(id)?.map((line) => line.split(",").slice(5).join())).toEqual([
    "User,2,invited,Invited. “User” counts as read.",
    "USER,3,invited,Invited. “USER” counts as read.",
    "Org  admin,4,invited,Invited. “Org  admin” counts as write.",
    'Contractor,5,unknown_role,"Unknown role “Contractor”. Use owner, admin, write, or read."',
  ]);
});

const exported: [system: string, content: string, outcomes: string[]][] = [
  [
    "Slack",
    "username,email,status,billing-active\na,ada@x.example,Admin,1\nb,bob@x.example,Member,1\nc,cleo@x.example,Owner,1\nd,dan@x.example,Deactivated,0\n",
    ["unknown_role", "unknown_role", "unknown_role", "deactivated"],
  ],
  [
    "Google Workspace",
    "Email Address [Required],Status [READ ONLY],Admin Role\nada@x.example,Active,Super Admin\nbob@x.example,Active,\ndan@x.example,Suspended,\n",
    ["unknown_role", "invited", "deactivated"],
  ],
  [
    "Microsoft Entra",
    "userPrincipalName,userType,accountEnabled\nada@x.example,Member,True\nguest@x.example,Guest,True\ndan@x.example,Member,False\n",
    ["unknown_role", "unknown_role", "deactivated"],
  ],
  [
    "Okta",
    "login,email,status\nada,ada@x.example,ACTIVE\nbob,bob@x.example,STAGED\ncleo,cleo@x.example,DEPROVISIONED\ndan,dan@x.example,suspended\n",
    ["invited", "invited", "deactivated", "deactivated"],
  ],
];

test.each(exported)("nobody in an export of %s gets a role or an invitation unasked", async (_, content, outcomes) => {
  const id = await begin(content);
  expect(await imports.outcomes(id)).toEqual(outcomes);
  const roles = await Promise.all(["ada", "bob", "cleo", "dan", "guest"].map(roleIn));
  expect(roles.filter((role) => role !== undefined && role !== "read")).toEqual([]);
});

test("words of Slack's column count as a person says, and deactivated people are left out with their reason", async () => {
  const id = await begin(exported[0]?.[1] ?? "", [
    { word: "Admin", role: "write" },
    { word: "Member", role: "read" },
  ]);
  expect(await imports.outcomes(id)).toEqual(["invited", "invited", "unknown_role", "deactivated"]);
  expect(report(id)?.at(-1)).toBe("d,dan@x.example,Deactivated,0,5,deactivated,Deactivated in the file.");
});

test("the column of the account status can be chosen, and counts then", async () => {
  const content = "mail,zustand\nada@x.example,Suspended\nbob@x.example,Active\n";
  const unread = await imports.begin(content, fixture.ada, { columns: ["email", "ignore"] });
  await imports.work();
  expect(await imports.outcomes(unread)).toEqual(["invited", "invited"]);
  const id = await imports.begin(content, fixture.ada, { columns: ["email", "status"] });
  await imports.work();
  expect(await imports.outcomes(id)).toEqual(["deactivated", "already_invited"]);
});

test("what a person said counts before the words that Muster knows", async () => {
  await begin("email,role\nada@x.example,Admin\ngrace@x.example,write\n", [{ word: "admin", role: "read" }]);
  expect([await roleIn("ada"), await roleIn("grace")]).toEqual(["read", "write"]);
});

test("a file of several chunks, and each of its passes, is read with what the person said", async () => {
  fixture = await openOrganization({ seats: 1 });
  imports = importsOf(fixture);
  const filler = Array.from({ length: 100 }, (_, at) => `nobody ${at} ${"n".repeat(12_000)},User\n`).join("");
  const id = await begin(`email,role\nada@x.example,User\n${filler}grace@x.example,User\n`, said);
  expect((await imports.get(id)).counts).toEqual({ invited: 1, invalid_email: 100, no_seat: 1 });
  await fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { add: { capacity: 2, free: 2 } }),
  );
  await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
  await imports.work();
  expect((await imports.get(id)).counts).toEqual({ invited: 2, invalid_email: 100 });
  expect(await roleIn("grace")).toBe("read");
});

test("the same bytes with other roles for their words are not the same import again", async () => {
  const first = await begin(atlassian, said);
  const other = await begin(atlassian, [{ word: "Contractor", role: "read" }]);
  expect(await imports.get(other)).not.toHaveProperty("earlier");
  const again = await begin(atlassian, [{ word: " contractor", role: "read" }]);
  expect(await imports.get(again)).toMatchObject({ state: "done", earlier: other });
  expect(await imports.get(first)).toMatchObject({ state: "done" });
});

describe("nobody gives a role above their own", () => {
  test("by a word: an import that says so is not created", async () => {
    for (const actor of ["owner", "admin"] as const) {
      const person = actor === "owner" ? fixture.ada : await fixture.join("carl@example.com", actor);
      for (const role of roles) {
        const create = () => Manage.create({ roles: [...said, { word: "Chief", role }] });
        const code = await resultOf(fixture.as(person, create));
        expect(code, `${actor} ${role}`).toBe(canGrant(actor, role) ? "done" : "role.forbidden");
      }
    }
  });

  test("by an import that was created before their own role was lowered", async () => {
    const id = await imports.upload("email,role\nada@x.example,Chief\nbob@x.example,User\n", fixture.ada, {
      roles: [
        { word: "Chief", role: "owner" },
        { word: "User", role: "read" },
      ],
    });
    const ada = memberKeys.member(fixture.organization, fixture.ada.account);
    await fixture.world.table.write(update(ada, { set: { role: "admin" } }));
    await imports.arrive(imports.keyOf(id));
    await imports.work();
    expect(await imports.outcomes(id)).toEqual(["not_allowed", "invited"]);
    expect(await fixture.rowOf("ada@x.example")).toBeUndefined();
  });
});

test.each<[string, unknown]>([
  ["for a word of nothing", [{ word: "", role: "read" }]],
  ["for a word of spaces", [{ word: " \t", role: "read" }]],
  ["for a word that is too long", [{ word: "x".repeat(maxRoleWord + 1), role: "read" }]],
  ["that do not exist", [{ word: "User", role: "king" }]],
  ["for one word twice", [...said, { word: " uSER", role: "read" }]],
  ["with more than is known", [{ word: "User", role: "read", note: "x" }]],
  ["for too many words", Array.from({ length: maxRoleWords + 1 }, (_, at) => ({ word: `w${at}`, role: "read" }))],
])("roles %s are refused", async (_, chosen) => {
  const create = () => Manage.create({ roles: chosen as RoleWord[] });
  expect(await resultOf(fixture.as(fixture.ada, create))).toBe("input.invalid");
});

test("a role that only a newer release knows stops the import, and nobody is invited", async () => {
  const id = await imports.upload(atlassian, fixture.ada, { roles: said });
  const key = raw(importKeys.import(fixture.organization, id));
  await fixture.world.table.write(update(key, { set: { roles: [{ word: "User", role: "auditor" }] } }));
  await imports.arrive(imports.keyOf(id));
  expect(await resultOf(imports.work())).toBe("row.unreadable");
  expect((await imports.get(id)).roles).toEqual([{ word: "User", role: "unknown" }]);
  expect(await fixture.rowOf("ada@x.example")).toBeUndefined();
});

describe("of any words", () => {
  const word = fc.oneof(
    fc.constantFrom(...Object.values(roleWords).flat(2), "User", "Member", "Org admin", "__proto__", "constructor"),
    fc.string({ minLength: 1, maxLength: maxRoleWord }).filter((text) => wordKey(text) !== ""),
  );
  const choices = fc.uniqueArray(fc.record({ word, role: fc.constantFrom(...roles) }), {
    selector: (one) => wordKey(one.word),
    maxLength: maxRoleWords,
  });
  type Judge = (text: string, chosen: RoleWord[]) => Role | undefined;
  const ours: Judge = (role, chosen) => {
    const row = { line: 2, row: 1, email: "ada@x.example", name: "", role, teams: "" };
    const judged = judge(row, rolesFrom(chosen));
    return "code" in judged ? undefined : judged.role;
  };

  /** A row has the role of its own word, as it was said or as Muster knows it, and no other word gives it one. */
  const holds = (judging: Judge) => {
    const rule = fc.property(choices, word, (chosen, text) => {
      const own = chosen.find((one) => wordKey(one.word) === wordKey(text));
      expect(judging(text, chosen)).toBe(own ? own.role : roleOf(text));
    });
    return !fc.check(rule, { numRuns: 500 }).failed;
  };

  test("only a word that a person chose gets its role, whatever else is chosen", () => {
    expect(holds(ours)).toBe(true);
  });

  test.each<[string, Judge]>([
    ["gives any unknown word the first role", (text, chosen) => ours(text, chosen) ?? chosen[0]?.role],
    ["compares beginnings", (text, chosen) => chosen.find((one) => text.startsWith(one.word))?.role ?? ours(text, [])],
    ["prefers what Muster knows", (text, chosen) => roleOf(text) ?? ours(text, chosen)],
    [
      "looks words up in an object",
      (text, chosen) => {
        const all: Record<string, Role> = Object.fromEntries(chosen.map((one) => [wordKey(one.word), one.role]));
        return all[wordKey(text)] ?? roleOf(text);
      },
    ],
  ])("and a reader that %s is found", (_, broken) => {
    expect(holds(broken)).toBe(false);
  });
});
