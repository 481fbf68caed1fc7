import * as v from "valibot";
import { csv, Part } from "../base/csv.ts";
import { Cursor, failures as cursorFailures, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { After } from "../kernel/position.ts";
import { readAll } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import { cellOf, namesFor } from "../team/names.ts";
import { memberKeys } from "./keys.ts";
import { describe } from "./member.ts";
import { MemberRow } from "./row.ts";

const rowsPerPart = 1000;
/** An import reads the first four, so that an export can be uploaded elsewhere. */
const columns = ["email", "role", "name", "teams", "joinedAt", "activeOn", "account"] as const;

/** Returns members by name as CSV, 1,000 per part. */
export const exportPart = fn(
  "member.export",
  {
    input: v.strictObject({ cursor: v.optional(Cursor), after: v.optional(After) }),
    output: Part,
    failures: [cursorFailures.invalid, Windows.failures.limited],
  },
  async ({ cursor, after }, actor) => {
    // threat: an export does not wait for a change
    const gone = await include(actor.organization, after);
    const query = { list: memberKeys.members(actor.organization), limit: rowsPerPart };
    const { items: listed, next } = await page(`member.export ${actor.organization}`, query, cursor);
    const items = listed.filter(({ pk }) => !gone.has(pk));
    const names = await namesFor(actor.organization, items, actor);
    const members = readAll(MemberRow, items).map((member) => describe(member, actor, names));
    const records = members.map(({ teams, ...member }) => ({ ...member, teams: cellOf(teams) }));
    return { csv: csv(columns, records, { isFirst: cursor === undefined }), ...(next && { next }) };
  },
);
