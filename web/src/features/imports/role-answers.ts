import type { Role } from "@muster/core/base/role.ts";
import { maxRoleWords } from "@muster/core/import/limits.ts";
import { RoleText } from "@muster/core/import/shape.ts";
import { type ExportWord, exportWordOf } from "@muster/core/reading/export-words.ts";
import { type Judged, judge, knownRole, type Row } from "@muster/core/reading/judge.ts";
import { maxRoleWord } from "@muster/core/reading/limits.ts";
import { type RoleWord, wordKey } from "@muster/core/reading/role-words.ts";
import * as v from "valibot";

/** A person's answer about a word: its role, or nothing to leave its rows out. */
export type Answer = { word: string; role?: Role | undefined };

/** A word of the role column that Muster does not know: in how many rows, what it counts as, and what it means elsewhere. */
export type Asked = { word: string; rows: number; role?: Role; known?: ExportWord };

/**
 * Judges the rows of a file with what a person said of its words. What they said nothing of counts as suggested: Read for
 * the members of another system, and else nothing.
 */
export function judgeOf(answers: readonly Answer[] = []) {
  const said = new Map(answers.map(({ word, role }) => [wordKey(word), { role }]));
  const asked = new Map<string, Asked>();
  const roles = new Map<string, Role>();

  /** Takes up a word where it occurs first. */
  function askedOf(row: Row): Asked | undefined {
    const text = row.role;
    if (text === "" || text.length > maxRoleWord || knownRole(row) !== undefined) {
      return undefined;
    }
    const key = wordKey(text);
    const before = asked.get(key);
    if (before || asked.size === maxRoleWords || key === "") {
      return before;
    }
    const word = text.replace(/\s+/g, " ");
    if (!v.is(RoleText, word)) {
      return undefined;
    }
    const known = exportWordOf(text);
    // threat: an admin of another system becomes one here, though nobody said so
    const { role } = said.get(key) ?? { role: known?.kind === "member" ? ("read" as const) : undefined };
    const one: Asked = { word, rows: 0, ...(role && { role }), ...(known && { known }) };
    asked.set(key, one);
    if (role) {
      roles.set(key, role);
    }
    return one;
  }

  return {
    judge(row: Row): Judged {
      const one = askedOf(row);
      const judged = judge(row, roles);
      if (one && (!("code" in judged) || judged.code === "unknown_role")) {
        one.rows += 1;
      }
      return judged;
    },
    /** The words so far, in the order of the file. */
    asked: (): Asked[] => [...asked.values()].filter(({ rows }) => rows > 0).map((one) => ({ ...one })),
  };
}

/** Says what one word counts as, and keeps what was said of the others. */
export function withAnswer(answers: readonly Answer[], word: string, role: Role | undefined): Answer[] {
  return [...answers.filter((one) => wordKey(one.word) !== wordKey(word)), { word, role }];
}

/** Returns the words that count as a role, as the API takes them: exactly what is shown. */
export const chosenIn = (asked: readonly Asked[]): RoleWord[] =>
  asked.flatMap(({ word, role }) => (role ? [{ word, role }] : []));
