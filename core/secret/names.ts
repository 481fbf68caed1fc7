import type { ID } from "../base/id.ts";
import { departureKeys } from "../departure/keys.ts";
import { peopleOf } from "../departure/people.ts";
import { DepartureRow } from "../departure/row.ts";
import { table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import * as Team from "../team/names.ts";
import type { SecretRow } from "./row.ts";

type Exposed = Pick<SecretRow, "version" | "exposedVersion" | "exposedBy" | "teams">;

/** A departure with which an API key left. */
export type Departed = { departure: ID<"departure">; account: ID<"account">; name?: string; at: string };
/** Names that API keys only refer to: of their teams, and of the departures that they left with. */
export type Names = { teams: Team.Names; departures: ReadonlyMap<string, Departed> };

/** Returns the departures with which the current version of an API key left; none once it is replaced. */
export const departuresOf = ({ version, exposedVersion, exposedBy = new Set() }: Exposed): ID<"departure">[] =>
  exposedVersion === version ? [...exposedBy].toSorted() : [];

/** Returns what these rows name; reads nothing if they name nothing. */
export async function namesFor(
  organization: ID<"organization">,
  rows: readonly (Exposed | undefined)[],
): Promise<Names> {
  const ids = [...new Set(rows.flatMap((row) => (row ? departuresOf(row) : [])))];
  const [teams, departures] = await Promise.all([
    Team.namesFor(organization, rows, Team.seesAll),
    departed(organization, ids),
  ]);
  return { teams, departures };
}

async function departed(
  organization: ID<"organization">,
  ids: readonly ID<"departure">[],
): Promise<Map<string, Departed>> {
  if (ids.length === 0) return new Map();
  const found = await table.getMany(ids.map((id) => departureKeys.departure(organization, id)));
  const rows = readAll(
    DepartureRow,
    found.filter((row) => row !== undefined),
  );
  const people = await peopleOf(organization, rows);
  return new Map(
    rows.map(({ sk: departure, account, at }) => {
      const name = people.get(account)?.name;
      return [departure, { departure, account, ...(name !== undefined && { name }), at }];
    }),
  );
}
