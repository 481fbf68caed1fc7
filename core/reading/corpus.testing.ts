import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Judged } from "./judge.ts";
import { preview } from "./preview.ts";

const root = fileURLToPath(new URL("corpus", import.meta.url));

/** The files of a folder of the corpus, and what is in one of them. */
export const filesIn = (folder = ".") => readdirSync(`${root}/${folder}`).filter((file) => file.endsWith(".csv"));
export const bytesOf = (file: string) => new Uint8Array(readFileSync(`${root}/${file}`));

/** Returns the lines of a block that is written by hand, without its indentation. */
export const linesOf = (block: string) =>
  block
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/**
 * Reads a file: how it is read (the encoding, the separator, `no header`) or why not; and for each row its line, the
 * address, the role, the name, the teams, and what was left out; or `!` and why the row cannot be invited.
 */
export function readFile(file: string): { look: string; rows: string[]; numbers: number[] } {
  const found = preview(bytesOf(file), true);
  if ("problem" in found) return { look: found.problem, rows: [], numbers: [] };
  const { encoding, separator, headings, rows } = found;
  return {
    look: [encoding, separator === "\t" ? "tab" : separator, ...(headings ? [] : ["no header"])].join(" "),
    rows: rows.map(({ judged }) => shown(judged)),
    numbers: rows.map(({ row }) => row.row),
  };
}

function shown(judged: Judged): string {
  if ("code" in judged) return `${judged.line} ! ${judged.code}`;
  const { line, email, role, name, teams, remarks } = judged;
  const parts = [line, email, role, name, teams && `[${teams.join("; ")}]`, remarks && `(${remarks.join(" ")})`];
  return parts.filter(Boolean).join(" ");
}
