import { roleOf } from "@muster/core/invitation/paste-words.ts";
import { isUnclear } from "#features/imports/choose-columns.ts";
import { type Inspection, inspect } from "#features/imports/inspect.ts";
import { problemText } from "#features/imports/inspection-text.ts";
import { grantable } from "#features/organization/permissions.ts";
import type { KnownRole, Role } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { maxRows } from "./form.ts";
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
  const addressed = sample.filter(({ row }) => row.email !== "");
  const empty = sample.length - addressed.length;
  return {
    rows: addressed.map((one) => rowOf(one, grantable(viewer))),
    note:
      empty > 0
        ? `${plural(empty, "row")} of the file without an address ${empty === 1 ? "is" : "are"} left out.`
        : undefined,
  };
}

type Sample = Extract<Inspection, { sheet: unknown }>["sheet"]["sample"][number];

function rowOf({ row, judged }: Sample, roles: readonly KnownRole[]): PastedRow {
  const read = "code" in judged ? undefined : judged;
  const isRead = read !== undefined || ("code" in judged && judged.code === "unknown_role");
  const isUnknown = isRead && row.role !== "" && roleOf(row.role) === undefined;
  const remark = remarkOn(read?.role, isUnknown ? row.role : undefined, roles);
  const name = read?.name ?? row.name;
  return {
    email: read?.email ?? row.email,
    ...(name && { name }),
    ...(remark === undefined ? read && { role: read.role } : { remark }),
  };
}
