import { type Pasted, read } from "@muster/core/invitation/paste.ts";
import { roleText } from "#features/organization/text.ts";
import type { KnownRole } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import type { Row } from "./form.ts";

/** A row that was pasted; without a role, nothing was said of one. */
export type PastedRow = Omit<Row, "role"> & { role?: KnownRole };

/**
 * What was pasted, as rows: one for each address that was found, and for what should have been one. `rest` are the
 * lines that have none. Roles are those that the reader may give.
 */
export function readPaste(text: string, roles: readonly KnownRole[]) {
  const { found, rest } = read(text);
  const rows = found.filter(({ problem }) => problem !== "duplicate").map((piece) => rowOf(piece, roles));
  const notes = [
    note(
      found.filter(({ problem }) => problem === "duplicate").length,
      "duplicate is left out",
      "duplicates are left out",
    ),
    note(found.filter(({ problem }) => problem === "invalid").length, "is no address yet", "are no addresses yet"),
    note(rows.filter(({ remark }) => remark !== undefined).length, "role is unknown", "roles are unknown"),
  ];
  return { rows, rest, note: notes.filter((words) => words !== undefined).join(", ") };
}

function rowOf({ text, email = text, name, role, unknownRole }: Pasted, roles: readonly KnownRole[]): PastedRow {
  const remark = remarkOn(role, unknownRole, roles);
  return {
    email,
    ...(name !== undefined && { name }),
    ...(role !== undefined && remark === undefined && { role }),
    ...(remark !== undefined && { remark }),
  };
}

/** What is to be said of a role that somebody wrote, where it is none or above one's own. */
export function remarkOn(role: KnownRole | undefined, unknownRole: string | undefined, roles: readonly KnownRole[]) {
  if (unknownRole !== undefined) {
    return `“${unknownRole}” is no role. Is this one right?`;
  }
  return role === undefined || roles.includes(role)
    ? undefined
    : `You may not invite somebody as ${roleText[role].label}. Is this role right?`;
}

function note(count: number, one: string, many: string) {
  return count === 0 ? undefined : plural(count, one, many);
}
