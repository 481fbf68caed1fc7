import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { teamKeys } from "../team/keys.ts";
import { type Place, updateKeys } from "./keys.ts";
import type { UpdateRow } from "./row.ts";

// A walk through all updates of an organization and of its teams, which can stop anywhere and go on later.

type Organization = ID.ID<"organization">;

/** After an update of a team, or of the organization; without an update, at the newest one. */
export type Position = { team?: ID.ID<"team">; update?: ID.ID<"update"> };

/** Returns the next updates of the same place, newest first, also deleted ones, and where to go on in it. */
export async function updatesAfter(
  organization: Organization,
  { team, update }: Position,
  limit: number,
): Promise<{ rows: UpdateRow[]; next?: Position }> {
  const place: Place = team ?? organization;
  const range = updateKeys.updates(place);
  const start = update && { pk: range.pk, sk: update };
  const { items: rows, next } = await table.query({ ...range, newestFirst: true, limit, start });
  const last = next && rows.at(-1)?.sk;
  return { rows, ...(last && { next: { ...(team && { team }), update: last } }) };
}

/** Returns the beginning of the next place: of the first team, or of the one after this. */
export async function placeAfter(organization: Organization, { team }: Position): Promise<Position | undefined> {
  const { pk } = teamKeys.teams(organization);
  const start = team && { pk, sk: team };
  const { items } = await table.query({ pk, prefix: "team_", limit: 1, start });
  return items[0] && { team: items[0].sk as ID.ID<"team"> };
}
