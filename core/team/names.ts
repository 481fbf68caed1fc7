import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { equal, lacks, type Page, type Position } from "../table/table.ts";
import type { TeamNameRow } from "./row.ts";

// A membership, and an invitation, name their teams by ids. A deleted team goes from them a little later than it goes
// itself: whoever shows or gives teams asks which of them there are.

type Organization = ID.ID<"organization">;
type Team = ID.ID<"team">;
/** Teams that there are, in the order of what they are called. */
export type Names = ReadonlyMap<string, string>;
/** A row that names teams. */
type Teamed = { teams?: ReadonlySet<Team> | undefined };

/** A team as a member or an invitation shows it. */
export const Named = v.object({
  id: ID.schema("team"),
  /** The name of the team. */
  name: v.string(),
});

export const failures = { missing: failure("missing", "team.missing", "Team not found.") };

/** The teams that a membership or an invitation names. */
export const teamsOf = (row: Teamed | undefined): Team[] => [...(row?.teams ?? [])].toSorted();

/** The attribute that names teams; a row of no team has none. */
export const teamsAttribute = (teams: readonly Team[]) => (teams.length > 0 ? { teams: new Set(teams) } : {});

/** The same for an event. */
export const eventTeams = (teams: readonly Team[]) => (teams.length > 0 ? { teams: [...teams] } : {});

/** Holds while a row names the teams that it named when it was read. */
export function sameTeams(row: Teamed) {
  const teams = teamsOf(row);
  return teams.length > 0 ? equal("teams", new Set(teams)) : lacks("teams");
}

/** What the teams of these rows are called; nothing is read where none is named. */
export async function namesFor(organization: Organization, rows: readonly (Teamed | undefined)[]): Promise<Names> {
  return rows.some((row) => teamsOf(row).length > 0) ? namesIn(organization) : new Map();
}

/** What all teams of an organization are called. */
export async function namesIn(organization: Organization): Promise<Names> {
  const names = new Map<string, string>();
  let start: Position | undefined;
  do {
    const page: Page<TeamNameRow> = await table.query({ ...Keys.teamNames(organization), consistent: true, start });
    for (const { team, name } of page.items) names.set(team, name);
    start = page.next;
  } while (start);
  return names;
}

/** The teams that a row names and that there are, by name. */
export function named(row: Teamed, names: Names): v.InferOutput<typeof Named>[] {
  const own: readonly string[] = teamsOf(row);
  return [...names].flatMap(([id, name]) => (own.includes(id) ? [{ id: id as Team, name }] : []));
}

export const keysOf = (organization: Organization, teams: readonly Team[]) =>
  teams.map((team) => Keys.team(organization, team));

/** Which of these teams there are, by their rows in the same order. */
export const existing = (teams: readonly Team[], rows: readonly unknown[]): Team[] =>
  teams.filter((_, i) => rows[i] !== undefined);

/** Teams in a cell of a file, as an import reads them again. */
export const cellOf = (teams: readonly { name: string }[]): string => teams.map(({ name }) => name).join("; ");
