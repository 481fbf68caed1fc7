import { type Pasted, read } from "@muster/core/reading/paste.ts";
import { roleText } from "#features/rights/text.ts";
import type { KnownRole } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import type { Row } from "./form.ts";

/** A pasted row; without a role, none was given. */
export type PastedRow = Omit<Row, "role"> & { role?: KnownRole };

/**
 * Converts pasted text to rows: one for each address, valid or not. `rest` are the lines without one. Roles are those
 * that the sender may grant.
 */
export function readPaste(text: string, roles: readonly KnownRole[]) {
  const { found, rest } = read(text);
  // threat: a pasted list invites somebody twice
  const rows = found.filter(({ problem }) => problem !== "duplicate").map((piece) => rowOf(piece, roles));
  const notes = [
    note(
      found.filter(({ problem }) => problem === "duplicate").length,
      "duplicate is left out",
      "duplicates are left out",
    ),
    note(
      found.filter(({ problem }) => problem === "invalid").length,
      "is not a valid address",
      "are not valid addresses",
    ),
    note(rows.filter(({ remark }) => remark !== undefined).length, "role to check", "roles to check"),
  ];
  return { rows, rest, note: notes.filter((words) => words !== undefined).join(", ") };
}

function rowOf(
  { text, email = text, name, role, unknownRole, asideRole }: Pasted,
  roles: readonly KnownRole[],
): PastedRow {
  const remark =
    remarkOn(role, unknownRole, roles) ??
    (asideRole === undefined ? undefined : `“${asideRole}” is on the same line. Check this person’s role.`);
  return {
    email,
    ...(name !== undefined && { name }),
    ...(role !== undefined && remark === undefined && { role }),
    ...(remark !== undefined && { remark }),
  };
}

/** Returns the remark about a written role that is unknown or above the sender's own. */
export function remarkOn(role: KnownRole | undefined, unknownRole: string | undefined, roles: readonly KnownRole[]) {
  if (unknownRole !== undefined) {
    return `“${unknownRole}” isn’t a role. Check this person’s role.`;
  }
  return role === undefined || roles.includes(role)
    ? undefined
    : `You can’t invite someone as ${roleText[role].label}. Check this person’s role.`;
}

function note(count: number, one: string, many: string) {
  return count === 0 ? undefined : plural(count, one, many);
}
