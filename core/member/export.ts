import * as v from "valibot";
import { byteOrderMark, csv } from "../kernel/csv.ts";
import { fn } from "../kernel/fn.ts";
import { Cursor, failures as cursorFailures, page } from "../table/cursor.ts";
import { Lists } from "../table/keys.ts";
import { describe } from "./member.ts";

const rowsPerPart = 1000;
/** The first three are what an import reads, so that an export may be uploaded elsewhere. */
const columns = ["email", "role", "name", "joinedAt", "activeOn", "account"] as const;

/** A part of a CSV file; the parts laid end to end are the file, and only the first has its heading. */
export const Part = v.object({ csv: v.string(), next: v.optional(v.string()) });

/** Members by name as CSV, 1,000 a part. */
export const exportPart = fn(
  "member.export",
  { input: v.strictObject({ cursor: v.optional(Cursor) }), output: Part, failures: [cursorFailures.invalid] },
  async ({ cursor }, actor) => {
    const query = { list: Lists.members(actor.organization), limit: rowsPerPart };
    const { items, next } = await page(`member.export ${actor.organization}`, query, cursor);
    const members = items.map((item) => describe(item, actor));
    const rows = members.map((member) => columns.map((column) => member[column]));
    const heading = cursor === undefined ? byteOrderMark + csv([columns]) : "";
    return { csv: heading + csv(rows), ...(next && { next }) };
  },
);
