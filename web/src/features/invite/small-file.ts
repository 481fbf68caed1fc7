import { maxRows } from "@muster/core/invitation/limits.ts";
import { knownRole } from "@muster/core/reading/judge.ts";
import { isUnclear } from "#features/imports/choose-columns.ts";
import { type Inspection, inspect } from "#features/imports/inspect.ts";
import { problemText } from "#features/imports/inspection-text.ts";
import { grantable } from "#features/rights/permissions.ts";
import type { KnownRole, Role } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { type PastedRow, remarkOn } from "./paste-rows.ts";

/** A larger file has more rows than the dialog accepts. */
const maxBytes = 64 * 1024;

/** Rows for the dialog, with a remark about missing ones; nothing, if the file is one to import. */
export type SmallFile = { rows: PastedRow[]; note: string | undefined } | { problem: string } | undefined;

/**
 * Reads a file for the dialog. One with many rows, or with teams, which the dialog does not support, is imported; and so
 * is one of which the preview asks something: what a column without a heading is, or what a word of several rows means.
 */
export async function readSmallFile(file: Blob, viewer: Role): Promise<SmallFile> {
  if (file.size > maxBytes) {
    return undefined;
  }
  let last: Inspection | undefined;
  for await (const inspection of inspect(file, viewer)) {
    last = inspection;
  }
  if (!last || "problem" in last) {
    return { problem: problemText[last?.problem ?? "unreadable"] };
  }
  const { sample, columns, hasHeader } = last.sheet;
  const isAsking = (!hasHeader && isUnclear(columns, hasHeader)) || last.stats.roles.some(({ rows }) => rows > 1);
  if (isAsking || last.stats.rows > maxRows || sample.some(({ row }) => row.teams !== "")) {
    return undefined;
  }
  const active = sample.filter(({ judged }) => !("code" in judged && judged.code === "deactivated"));
  const addressed = active.filter(({ row }) => row.email !== "");
  const notes = [
    leftOut(active.length - addressed.length, "without an address"),
    leftOut(sample.length - active.length, "of deactivated people"),
  ].filter((note) => note !== undefined);
  return {
    rows: addressed.map((one) => rowOf(one, grantable(viewer))),
    note: notes.length === 0 ? undefined : notes.join(" "),
  };
}

const leftOut = (count: number, which: string) =>
  count > 0 ? `${plural(count, "row")} of the file ${which} ${count === 1 ? "is" : "are"} left out.` : undefined;

type Sample = Extract<Inspection, { sheet: unknown }>["sheet"]["sample"][number];

function rowOf({ row, judged }: Sample, roles: readonly KnownRole[]): PastedRow {
  const read = "code" in judged ? undefined : judged;
  const isRead = read !== undefined || ("code" in judged && judged.code === "unknown_role");
  const isUnknown = isRead && row.role !== "" && knownRole(row) === undefined;
  const remark = remarkOn(read?.role, isUnknown ? row.role : undefined, roles);
  const name = read?.name ?? row.name;
  return {
    email: read?.email ?? row.email,
    ...(name && { name }),
    ...(remark === undefined ? read && { role: read.role } : { remark }),
  };
}
