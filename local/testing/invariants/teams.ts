import { terms } from "@muster/core/search/search.ts";
import type { Item } from "@muster/core/table/table.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import { maxTeams } from "@muster/core/team/limits.ts";
import { teamsOf } from "@muster/core/team/names.ts";
import type { OrganizationFixture } from "../fixtures/organization.ts";
import { differs } from "./differs.ts";

/** The state to check: all rows of the table, the members, and the organization row. */
type State = { rows: readonly Item[]; members: ReadonlyMap<string, Item>; organizationRow: Item };

/** Checks that teams, their names and their member counts agree. */
export function teamViolations(
  { organization }: Pick<OrganizationFixture, "organization">,
  { rows, members, organizationRow }: State,
): string[] {
  const own = rows.filter(({ pk }) => pk === `${organization}#teams`);
  const beginning = (prefix: string) => own.filter(({ sk }) => String(sk).startsWith(prefix));
  const teams = beginning("team_");
  const counts = new Map(beginning("count#").map(({ sk, members }) => [String(sk).slice("count#".length), members]));
  const names = teams.map(({ name }) => teamKeys.teamName(organization, String(name)).sk).toSorted();
  const claims = beginning("name#").filter(({ team, name }) =>
    teams.some((one) => one.sk === team && one.name === name),
  );
  const placed = [...members.values()].map(teamsOf);
  return [
    ...differs("counted teams", Number(organizationRow.teams ?? 0), teams.length),
    ...differs("claimed names", claims.map(({ sk }) => sk).join(), names.join()),
    ...differs("claims", beginning("name#").length, teams.length),
    ...teams.flatMap(({ sk: team }) =>
      differs(
        `displayed members of ${String(team)}`,
        Number(counts.get(String(team)) ?? 0),
        placed.filter((some) => some.includes(team as (typeof some)[number])).length,
      ),
    ),
    ...[...counts.keys()]
      .filter((id) => !teams.some(({ sk }) => sk === id))
      .map((id) => `${id} is gone and is counted`),
    ...placed.filter((some) => some.length > maxTeams).map((some) => `somebody is in ${some.length} teams`),
  ];
}

/** Returns rows with a team that does not exist. */
export function danglingTeams(
  { organization }: Pick<OrganizationFixture, "organization">,
  rows: readonly Item[],
): string[] {
  const teams = new Set(rows.filter(({ pk }) => pk === `${organization}#teams`).map(({ sk }) => sk));
  const members = rows.filter(({ pk, sk }) => sk === organization && String(pk).startsWith("acc_"));
  return members.flatMap((row) =>
    teamsOf(row)
      .filter((team) => !teams.has(team))
      .map((team) => `${String(row.pk)} names ${team}, which is gone`),
  );
}

/** Returns search rows that lead to a wrong place, after the view has caught up. */
export function searchViolations(
  { organization }: Pick<OrganizationFixture, "organization">,
  rows: readonly Item[],
): string[] {
  const found = rows.filter(({ pk }) => String(pk).startsWith(`${organization}#find#`));
  const members = rows.filter(({ pk, sk }) => sk === organization && String(pk).startsWith("acc_"));
  const named = (some: readonly Item[]) =>
    some
      .map(({ pk, sk }) => `${String(pk)} ${String(sk)}`)
      .toSorted()
      .join();
  return differs("search rows", named(found), named(members.flatMap(terms)));
}
