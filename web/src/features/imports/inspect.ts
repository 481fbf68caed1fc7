import { maxBytes } from "@muster/core/import/limits.ts";
import type { Reading } from "@muster/core/reading/columns.ts";
import { read, type State, start } from "@muster/core/reading/csv.ts";
import type { Judged, Row } from "@muster/core/reading/judge.ts";
import { prefixBytes } from "@muster/core/reading/limits.ts";
import { type Column, type Preview, preview } from "@muster/core/reading/preview.ts";
import { aboutOf, type FileProblem, type RowProblem } from "@muster/core/reading/problems.ts";
import { grantable } from "#features/rights/permissions.ts";
import type { Role } from "#lib/api.ts";
import { maxCompared, maxFindings, maxSample, rangeBytes } from "./inspect-limits.ts";
import { type Answer, type Asked, judgeOf } from "./role-answers.ts";

/** A person's corrections so far of the way in which a file is read. */
export type Said = { columns?: Reading["columns"]; roles?: readonly Answer[] };

/** The reason that a file cannot be imported at all. */
export type Problem = FileProblem | "too_large" | "unreadable";

export type FindingCode = RowProblem | "not_allowed" | "duplicate";
/**
 * A row that would not be invited; `text` is what is wrong with it, `of` the line of the same address, and `about` what
 * the report names.
 */
export type Finding = { line: number; code: FindingCode; text: string; of?: number; about?: string };

export type Sheet = {
  encoding: Extract<Preview, { rows: unknown }>["encoding"];
  separator: Extract<Preview, { rows: unknown }>["separator"];
  hasHeader: boolean;
  columns: Column[];
  /** The first rows as they are read. */
  sample: { row: Row; judged: Judged }[];
};

/** The numbers of rows so far; `read` is the part of the file that was read, from 0 to 1. */
export type Stats = {
  read: number;
  rows: number;
  /** Rows that are invalid, including duplicates, and the first of them. */
  wrong: number;
  findings: Finding[];
  counts: Partial<Record<FindingCode, number>>;
  /** The words for roles that Muster does not know, with what they count as here. */
  roles: Asked[];
};

export type Inspection = { problem: Problem } | { sheet: Sheet; stats: Stats };

/**
 * Reads a file like the import will, before it is uploaded: first how it is read, then all of its rows, with
 * intermediate results. `viewer` is the role that it is imported with.
 */
export async function* inspect(file: Blob, viewer: Role, said: Said = {}): AsyncGenerator<Inspection> {
  if (file.size > maxBytes) {
    yield { problem: "too_large" };
    return;
  }
  try {
    yield* inspectRows(file, viewer, said);
  } catch {
    yield { problem: "unreadable" };
  }
}

async function* inspectRows(file: Blob, viewer: Role, said: Said): AsyncGenerator<Inspection> {
  const first = await bytesOf(file, 0, prefixBytes);
  const seen = preview(first, first.length === file.size, said.columns);
  if ("problem" in seen) {
    yield seen;
    return;
  }
  const { encoding, separator, headings, columns } = seen;
  const hasHeader = headings !== undefined;
  const shown = judgeOf(said.roles);
  const sample = seen.rows.slice(0, maxSample).map(({ row }) => ({ row, judged: shown.judge(row) }));
  const sheet: Sheet = { encoding, separator, hasHeader, columns, sample };
  const count = counter(viewer, said.roles);
  if (!seen.isWhole) {
    yield { sheet, stats: { read: 0, rows: 0, wrong: 0, findings: [], counts: {}, roles: [] } };
  }
  let state: State = start;
  while (state.end === undefined) {
    const bytes = await bytesOf(file, state.offset, rangeBytes);
    const next = read(state, bytes, state.offset + bytes.length === file.size, { chosen: said.columns });
    for (const row of next.rows) {
      count.take(row);
    }
    state = next.state;
    if (state.end !== undefined && state.end !== "complete") {
      yield { problem: state.end };
      return;
    }
    yield { sheet, stats: count.stats(state.end ? 1 : state.offset / file.size) };
  }
}

async function bytesOf(file: Blob, from: number, length: number) {
  return new Uint8Array(await file.slice(from, from + length).arrayBuffer());
}

function counter(viewer: Role, answers: Said["roles"]) {
  const roles = grantable(viewer);
  const asking = judgeOf(answers);
  const lines = new Map<string, number>();
  const findings: Finding[] = [];
  const counts: Stats["counts"] = {};
  let [rows, wrong] = [0, 0];

  function find(row: Row): Finding | undefined {
    const { line } = row;
    const judged = asking.judge(row);
    if ("code" in judged) {
      const { code, about } = judged;
      const named = about !== undefined && { about: aboutOf(about) };
      return { line, code, text: code === "unknown_role" ? row.role : row.email, ...named };
    }
    if (!roles.includes(judged.role)) {
      return { line, code: "not_allowed", text: row.role };
    }
    const of = lines.get(judged.email);
    if (of === undefined && lines.size < maxCompared) {
      lines.set(judged.email, line);
    }
    return of === undefined ? undefined : { line, code: "duplicate", text: row.email, of };
  }

  return {
    take(row: Row) {
      rows += 1;
      const finding = find(row);
      if (finding) {
        wrong += 1;
        counts[finding.code] = (counts[finding.code] ?? 0) + 1;
        if (findings.length < maxFindings) {
          findings.push(finding);
        }
      }
    },
    stats: (read: number): Stats => ({
      read,
      rows,
      wrong,
      findings: [...findings],
      counts: { ...counts },
      roles: asking.asked(),
    }),
  };
}
