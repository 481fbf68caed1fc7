import * as v from "valibot";
import { csv, Part } from "../base/csv.ts";
import { failures as cursorFailures, pageOf } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import { cellOf } from "../team/names.ts";
import { describeAll, Filter, readerOf, scopeOf, unitsOfMany } from "./list.ts";

const rowsPerPart = 1000;
/** An import reads the first four, so that an export can be uploaded again. */
const columns = ["email", "role", "name", "teams", "state", "at", "mail", "invitedBy", "invitation"] as const;

/** Returns one tab of the invitations as CSV, as the list shows it, 1,000 per part. */
export const exportPart = fn(
  "invitation.export",
  {
    input: v.strictObject(Filter.entries),
    output: Part,
    failures: [cursorFailures.invalid, Windows.failures.limited],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ state = "pending", mail, cursor, after }, actor, [organizationRow]) => {
    const { organization } = actor;
    // threat: exports of invitations are not counted
    await Windows.takeReads(unitsOfMany, actor);
    const gone = await include(organization, after);
    const read = readerOf(organization, { organizationRow, state, mail, limit: rowsPerPart });
    const { items, next } = await pageOf(scopeOf("invitation.export", { organization, state, mail }), cursor, read);
    const entries = await describeAll(
      organization,
      // threat: an export of invitations has one that was accepted
      items.filter(({ pk }) => !gone.has(pk)),
    );
    const records = entries.map(({ invitedBy, teams, ...entry }) => ({
      ...entry,
      invitedBy: invitedBy?.name,
      teams: cellOf(teams),
    }));
    return { csv: csv(columns, records, { isFirst: cursor === undefined }), ...(next && { next }) };
  },
);
