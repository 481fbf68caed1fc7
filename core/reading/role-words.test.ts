import { readFileSync } from "node:fs";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { roles } from "../base/role.ts";
import { exportWordOf, exportWords } from "./export-words.ts";
import { maxRoleWord } from "./limits.ts";
import { roleLanguages, roleOf, roleWords } from "./role-words.ts";

const all = roles.flatMap((role) => roleWords[role].flat().map((word) => [word, role] as const));

test.each(all)("%s is %s, in any case, and with any spaces around and between words", (word, role) => {
  const spaced = word.replaceAll(" ", "\u00a0 \t");
  for (const text of [word, word.toUpperCase(), word.toLowerCase(), ` ${spaced}\n`, word.normalize("NFD")]) {
    expect(roleOf(text)).toBe(role);
  }
});

test("each role has words in each language, and no word is of two roles", () => {
  expect(roles.map((role) => roleWords[role].length)).toEqual(roles.map(() => roleLanguages.length));
  const words = all.map(([word]) => word.toLowerCase());
  expect(new Set(words).size).toBe(words.length);
});

test("the document of imports has the same table", () => {
  const document = readFileSync(new URL("../../docs/imports.md", import.meta.url), "utf8");
  const rows = roles.map((role) => {
    const name = role.charAt(0).toUpperCase() + role.slice(1);
    return `| ${[name, ...roleWords[role].map((words) => words.join(", "))].join(" | ")} |\n`;
  });
  expect(document).toContain(`| Role | ${roleLanguages.join(" | ")} |\n|---|---|---|---|---|\n${rows.join("")}\n`);
});

test.each([
  "ADMİN",
  "admın",
  "a d m i n",
  "ad min",
  "adm\nin",
  "admin-",
  "admin_",
  "ad-min",
  "_admin",
  "аdmin",
  "ownеr",
  "own er",
  "o\u200bwner",
  "admin\u0000",
  "ａｄｍｉｎ",
  "𝐚𝐝𝐦𝐢𝐧",
  "ádmin",
  "òwner",
  "øwner",
  "superadmin",
  "admins",
  "admin,owner",
  "admin owner",
  "not owner",
  "Member",
  "Engineer",
  "constructor",
  "0",
  "",
  " ",
])("%j is no role", (text) => expect(roleOf(text)).toBeUndefined());

test("nothing but the words of the table is a role", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."admınİi ​\u0301ｎOWNERwrite-/read"), maxLength: 8 });
  const words = new Set(all.map(([word]) => word.toLowerCase()));
  fc.assert(
    fc.property(fc.oneof(letters, fc.string({ unit: "grapheme", maxLength: 12 })), (text) => {
      const plain = text.trim().replaceAll(/\s+/g, " ").normalize("NFC").toLowerCase();
      expect(roleOf(text) !== undefined).toBe(words.has(plain));
    }),
    { numRuns: depth(400, 20_000) },
  );
});

const listOf = (words: readonly string[]) => words.join(", ") || "–";
const exported = exportWords.flatMap(({ member, admin }) => [...member, ...admin]);

test("no word of another system is a role by itself, and none is both a member and an admin", () => {
  expect(exported.filter((word) => roleOf(word) !== undefined || word.length > maxRoleWord)).toEqual([]);
  for (const { system, member, admin } of exportWords) {
    for (const word of member) expect(exportWordOf(word), `${system} ${word}`).toMatchObject({ kind: "member" });
    for (const word of admin) expect(exportWordOf(word), `${system} ${word}`).toMatchObject({ kind: "admin" });
  }
  expect(exportWordOf(" FULL  member ")).toEqual({ kind: "member", systems: ["Slack"] });
  expect(exportWordOf("Contractor")).toBeUndefined();
});

test("the documentation has each system with its words and their source", () => {
  const document = readFileSync(new URL("../../docs/imports.md", import.meta.url), "utf8");
  for (const { system, source, member, admin } of exportWords) {
    expect(document).toContain(`| [${system}](${source}) | ${listOf(member)} | ${listOf(admin)} |\n`);
  }
});
