import { maxRoleWords } from "@muster/core/import/limits.ts";
import { maxRoleWord } from "@muster/core/reading/limits.ts";
import { expect, test } from "vitest";
import type { Role } from "#lib/api.ts";
import { type Inspection, inspect, type Said } from "./inspect.ts";
import { maxFindings } from "./inspect-limits.ts";
import { dialectOf, findingSentence, meaningOf, problemText } from "./inspection-text.ts";
import { chosenIn, withAnswer } from "./role-answers.ts";

async function all(file: Blob, viewer: Role = "admin", said?: Said) {
  const found: Inspection[] = [];
  for await (const inspection of inspect(file, viewer, said)) {
    found.push(inspection);
  }
  return found;
}

const last = async (text: string, viewer?: Role) => (await all(new Blob([text]), viewer)).at(-1);

test("each row that would be left out is listed by its line, with what is wrong", async () => {
  const found = await last(
    "email,role\nada@example.com,admin\nADA@example.com,\nbob@example,\ncleo@example.com,boss\n,\njürgen@example.com,\n",
  );
  expect(found).toMatchObject({
    stats: {
      read: 1,
      rows: 5,
      wrong: 4,
      counts: {
        duplicate: 1,
        invalid_email: 2,
        unknown_role: 1,
      },
      findings: [
        {
          line: 3,
          code: "duplicate",
          of: 2,
        },
        {
          line: 4,
          code: "invalid_email",
          text: "bob@example",
        },
        {
          line: 5,
          code: "unknown_role",
          text: "boss",
        },
        {
          line: 7,
          code: "invalid_email",
          text: "jürgen@example.com",
        },
      ],
    },
  });
  const { stats } = found as Extract<Inspection, { stats: unknown }>;
  expect(stats.findings.map(findingSentence)).toEqual([
    "Already in this file. See line 2.",
    "This is not an email address.",
    "Unknown role “boss”. Use owner, admin, write, or read.",
    "The letter “ü” cannot be used before the @.",
  ]);
});

test("an export of Slack asks for its words, and leaves out who is deactivated without asking", async () => {
  const found = await last(
    "username,email,status,billing-active\na,ada@x.example,Admin,1\nb,bob@x.example,Member,1\nd,dan@x.example,Deactivated,0\n",
  );
  const { stats } = found as Extract<Inspection, { stats: unknown }>;
  expect(stats.roles.map(({ word, role }) => [word, role])).toEqual([
    ["Admin", undefined],
    ["Member", "read"],
  ]);
  expect(stats.findings.map((finding) => [finding.line, findingSentence(finding)])).toEqual([
    [2, "Unknown role “Admin”. Use owner, admin, write, or read."],
    [4, "Deactivated in the file."],
  ]);
});

test("of two lines with one address, the first that can be invited counts", async () => {
  const found = await last("email,role\nada@example.com,boss\nada@example.com,read\n");
  expect(found).toMatchObject({ stats: { wrong: 1, findings: [{ line: 2, code: "unknown_role" }] } });
});

test("a role above one's own is invalid, and valid for somebody who can grant it", async () => {
  const text = "email,role\nada@example.com,owner\n";
  expect(await last(text, "admin")).toMatchObject({ stats: { findings: [{ line: 2, code: "not_allowed" }] } });
  expect(await last(text, "owner")).toMatchObject({ stats: { wrong: 0 } });
});

test("how a file is read is described in words", async () => {
  const found = (await last("Name;Mail\nAda;ada@example.com\n")) as Extract<Inspection, { sheet: unknown }>;
  expect(dialectOf(found.sheet)).toBe("UTF-8 text, separated by semicolons, with a header");
  expect(found.sheet.columns).toEqual([
    { heading: "Name", name: "name", cells: ["Ada"] },
    { heading: "Mail", name: "email", cells: ["ada@example.com"] },
  ]);
});

test("columns are read as a person chose, in all rows of the file", async () => {
  const line = (row: number) => `ada${row}@example.com,bob${row}@example.com,admin\n`;
  const text = Array.from({ length: 40_000 }, (_, row) => line(row)).join("");
  const found = (await all(new Blob([text]), "admin", { columns: ["ignore", "email"] })) as Extract<
    Inspection,
    { stats: unknown }
  >[];
  expect(found.at(-1)?.sheet.columns.map(({ name }) => name)).toEqual(["ignore", "email", "ignore"]);
  expect(found.at(-1)?.sheet.sample[0]?.judged).toMatchObject({ email: "bob0@example.com", role: "read" });
  expect(found.at(-1)?.stats).toMatchObject({ rows: 40_000, wrong: 0 });
  const wrong = (await all(new Blob([text]), "admin", { columns: ["role", "email"] })) as typeof found;
  expect(wrong.at(-1)?.stats).toMatchObject({ counts: { unknown_role: 40_000 } });
});

const exported =
  "email,Org role\nada@example.com,User\ngrace@example.com,USER\nedsger@example.com,Org admin\n" +
  "barbara@example.com,Contractor\nbob@example,User\ncleo@example.com,write\n";
const rolesOf = async (said: Said, viewer?: Role) => {
  const found = (await all(new Blob([exported]), viewer, said)).at(-1) as Extract<Inspection, { stats: unknown }>;
  return { ...found.stats, judged: found.sheet.sample.map(({ judged }) => ("code" in judged ? "-" : judged.role)) };
};

test("words for roles that are unknown are listed once, and only a member of another system counts by itself", async () => {
  const { roles, counts, judged } = await rolesOf({});
  expect(roles).toEqual([
    { word: "User", rows: 2, role: "read", known: { kind: "member", systems: ["Atlassian"] } },
    { word: "Org admin", rows: 1, known: { kind: "admin", systems: ["Atlassian", "Okta", "Slack"] } },
    { word: "Contractor", rows: 1 },
  ]);
  expect(roles.map(({ known }) => meaningOf(known))).toEqual([
    " · a member in Atlassian",
    " · an admin in Atlassian, Okta, or Slack",
    "",
  ]);
  expect(counts).toEqual({ unknown_role: 2, invalid_email: 1 });
  expect(judged).toEqual(["read", "read", "-", "-", "-", "write"]);
  expect(chosenIn(roles)).toEqual([{ word: "User", role: "read" }]);
});

test("what a person says of a word counts for all of its rows, and is what is sent", async () => {
  const answers = withAnswer(withAnswer(withAnswer([], "User", "write"), "org  ADMIN", "owner"), "user", undefined);
  const { roles, counts, judged } = await rolesOf({ roles: answers });
  expect(judged).toEqual(["-", "-", "owner", "-", "-", "write"]);
  expect(counts).toEqual({ unknown_role: 3, invalid_email: 1, not_allowed: 1 });
  expect(chosenIn(roles)).toEqual([{ word: "Org admin", role: "owner" }]);
  expect((await rolesOf({ roles: answers }, "owner")).counts).toEqual({ unknown_role: 3, invalid_email: 1 });
});

test("of very many words the first are listed, none of them too long, and no later one counts", async () => {
  const words = [...Array.from({ length: maxRoleWords }, (_, at) => `Title ${at}`), "User"];
  const text = [`x`.repeat(maxRoleWord + 1), ...words].map((word, at) => `p${at}@example.com,${word}\n`).join("");
  const { stats } = (await last(`email,role\n${text}`)) as Extract<Inspection, { stats: unknown }>;
  expect(stats.roles.map(({ word }) => word)).toEqual(words.slice(0, -1));
  expect(stats.counts).toEqual({ unknown_role: maxRoleWords + 2 });
});

test("a large file is previewed at once, then counted range by range, with a readable number of findings", async () => {
  const line = (row: number) => (row % 100 === 0 ? `nobody ${row}` : `person-${row}@a-rather-long-domain.example.com`);
  const text = Array.from({ length: 150_000 }, (_, row) => line(row)).join("\n");
  const found = (await all(new Blob([`email\n${text}\n`]))) as Extract<Inspection, { stats: unknown }>[];
  expect(found.length).toBeGreaterThan(2);
  expect(found[0]).toMatchObject({ stats: { read: 0, rows: 0 } });
  const parts = found.map(({ stats }) => stats.read);
  expect(parts).toEqual(parts.toSorted((one, other) => one - other));
  const { stats } = found.at(-1) ?? {};
  expect(stats).toMatchObject({ read: 1, rows: 150_000, wrong: 1_500, counts: { invalid_email: 1_500 } });
  expect(stats?.findings).toHaveLength(maxFindings);
});

test.each([
  ["", "empty"],
  ["PK\u0003\u0004", "workbook"],
  ["email\n", "no_rows"],
  ["one,two\nthree,four\n", "no_address"],
] as const)("%j cannot be imported", async (text, problem) => {
  expect(await all(new Blob([text]))).toEqual([{ problem }]);
  expect(problemText[problem]).toMatch(/\.$/);
});

test("a file that is too large is not read, and one that cannot be read says so", async () => {
  const unread = { size: 1, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
  expect(await all({ ...unread, size: 256 * 1024 * 1024 + 1 } as unknown as Blob)).toEqual([{ problem: "too_large" }]);
  expect(await all(unread as unknown as Blob)).toEqual([{ problem: "unreadable" }]);
});
