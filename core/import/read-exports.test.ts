import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { roleOf } from "../invitation/paste-words.ts";
import { maxRoleWord } from "./limits.ts";
import { exportWordOf, exportWords } from "./read-exports.ts";

const listOf = (words: readonly string[]) => words.join(", ") || "–";
const all = exportWords.flatMap(({ member, admin }) => [...member, ...admin]);

test("no word of another system is a role by itself, and none is both a member and an admin", () => {
  expect(all.filter((word) => roleOf(word) !== undefined || word.length > maxRoleWord)).toEqual([]);
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
