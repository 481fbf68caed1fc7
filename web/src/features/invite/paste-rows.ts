import { paste } from "@muster/core/invitation/paste.ts";
import { plural } from "#lib/format.ts";
import type { Row } from "./form.ts";

/** What was pasted, as rows: one for each address that was found, and for what should have been one. */
export function readPaste(text: string) {
  const found = paste(text);
  const rows = found
    .filter(({ problem }) => problem !== "duplicate")
    .map(({ text: piece, email = piece, name }): Row => ({ email, role: "read", ...(name !== undefined && { name }) }));
  const notes = [
    note(
      found.filter(({ problem }) => problem === "duplicate").length,
      "duplicate is left out",
      "duplicates are left out",
    ),
    note(found.filter(({ problem }) => problem === "invalid").length, "is no address yet", "are no addresses yet"),
  ];
  return { rows, note: notes.filter((words) => words !== undefined).join(", ") };
}

function note(count: number, one: string, many: string) {
  return count === 0 ? undefined : plural(count, one, many);
}
