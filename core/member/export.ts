import * as v from "valibot";
import { csv, Part } from "../kernel/csv.ts";
import { fn } from "../kernel/fn.ts";
import { Cursor, failures as cursorFailures, page } from "../table/cursor.ts";
import { Lists } from "../table/keys.ts";
import { describe } from "./member.ts";

const rowsPerPart = 1000;
/** The first three are what an import reads, so that an export may be uploaded elsewhere. */
const columns = ["email", "role", "name", "joinedAt", "activeOn", "account"] as const;

/** Members by name as CSV, 1,000 a part. */
export const exportPart = fn(
  "member.export",
  { input: v.strictObject({ cursor: v.optional(Cursor) }), output: Part, failures: [cursorFailures.invalid] },
  async ({ cursor }, actor) => {
    const query = { list: Lists.members(actor.organization), limit: rowsPerPart };
    const { items, next } = await page(`member.export ${actor.organization}`, query, cursor);
    const members = items.map((item) => describe(item, actor));
    return { csv: csv(columns, members, { isFirst: cursor === undefined }), ...(next && { next }) };
  },
);
