import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { fold } from "../base/fold.ts";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { readAll, reportFaults } from "../kernel/stored.ts";
import { equal, lacks } from "../table/table.ts";
import { teamKeys } from "./keys.ts";
import { TeamNameRow, TeamRow } from "./row.ts";

// A membership and an invitation hold team ids. A deleted team is removed from them a little later, so code that shows or
// assigns teams first checks which still exist.

type Organization = ID.ID<"organization">;
type Team = ID.ID<"team">;
/** Existing teams, ordered by name. */
export type Names = ReadonlyMap<Team, string>;
/** A row that holds team ids. */
type Teamed = { teams?: ReadonlySet<Team> | undefined };
type Led = Teamed & { leads?: ReadonlySet<Team> | undefined };

/** A team as a member or an invitation shows it. */
export const Named = v.object({
  id: ID.schema("team"),
  /** The name of the team. */
  name: v.string(),
});

export const failures = { missing: failure("missing", "team.missing", "Team not found.") };

export type Viewer = Pick<Actor, "role" | "ownTeams">;
/** For what owners, admins and workers see. */
export const seesAll = { role: "admin" } as const satisfies Viewer;

// threat: strangers of a private team see it
/** Returns whether somebody sees a team. A private one is seen by its members, owners and admins. */
export const seesTeam = (
  { role, ownTeams }: Viewer,
  team: Team,
  { visibility = "open" }: { visibility?: TeamRow["visibility"] },
): boolean => visibility === "open" || role === "owner" || role === "admin" || ownTeams?.has(team) === true;

/** Returns a team that somebody sees. @throws team.missing for the others, as if it did not exist */
export function requireTeam(viewer: Viewer, row: TeamRow | undefined): TeamRow {
  // threat: a private team answers as if it were there
  if (!row || !seesTeam(viewer, row.sk, row)) throw failures.missing();
  return row;
}

/** Returns the team ids of a membership or an invitation. */
export const teamsOf = (row: Teamed | undefined): Team[] => [...setOf(row, "teams")].toSorted();

/** Returns the teams that a member leads. Nobody leads a team without being in it. */
export function leadsOf(row: Led | undefined): Team[] {
  const led = setOf(row, "leads");
  // threat: somebody leads a team without being in it
  return teamsOf(row).filter((team) => led.has(team));
}

/** Reads a set of teams. What is no set, through damage or a newer release, holds none: its member still signs in. */
function setOf(row: Led | undefined, attribute: "teams" | "leads"): ReadonlySet<Team> {
  const held: unknown = row?.[attribute];
  if (held instanceof Set) return held;
  if (row && held !== undefined) reportFaults(row, [attribute]);
  return new Set();
}

/** Returns what an actor knows of the own teams, from the membership. */
export const holdingOf = (row: Led | undefined) => ({
  ownTeams: new Set(teamsOf(row)),
  ledTeams: new Set(leadsOf(row)),
});

/** Returns the attribute that holds team ids; a row without teams has none. */
export const teamsAttribute = (teams: readonly Team[]) => (teams.length > 0 ? { teams: new Set(teams) } : {});

/** The same for an event. */
export const eventTeams = (teams: readonly Team[]) => (teams.length > 0 ? { teams: [...teams] } : {});

/** Holds while the row's team ids are as they were read. */
export const sameTeams = ({ teams }: Teamed) => (teams === undefined ? lacks("teams") : equal("teams", teams));

/** Returns the names of these rows' teams that somebody sees; reads nothing if there are none. */
export const namesFor = (organization: Organization, rows: readonly (Teamed | undefined)[], viewer: Viewer) =>
  namesOf(organization, rows.flatMap(teamsOf), viewer);

/** Returns the names of those of these teams that exist and that somebody sees. */
export async function namesOf(organization: Organization, teams: Iterable<Team>, viewer: Viewer): Promise<Names> {
  const keys = keysOf(organization, [...new Set(teams)]);
  const rows = keys.length > 0 ? await table.getMany(keys) : [];
  // threat: members are shown in private teams
  const seen = readAll(
    TeamRow,
    rows.filter((row) => row !== undefined),
  ).filter((row) => seesTeam(viewer, row.sk, row));
  return new Map(seen.toSorted(byName).map(({ sk, name }) => [sk, name]));
}

/** Orders teams as a page of them does. */
export const byName = (one: { name: string }, other: { name: string }) => (fold(one.name) < fold(other.name) ? -1 : 1);

/** Returns the teams of these names, by folded name. A name that no team has is missing. */
export async function idsOf(organization: Organization, names: Iterable<string>): Promise<Map<string, Team>> {
  const folded = [...new Set([...names].map(fold))];
  const rows =
    folded.length > 0 ? await table.getMany(folded.map((name) => teamKeys.teamName(organization, name))) : [];
  const found = readAll(
    TeamNameRow,
    rows.filter((row) => row !== undefined),
  );
  return new Map(found.map(({ sk, team }) => [sk.slice("name#".length), team]));
}

/** Returns the existing teams of a row, by name. */
export function named(row: Teamed, names: Names): v.InferOutput<typeof Named>[] {
  const own = teamsOf(row);
  return [...names].flatMap(([id, name]) => (own.includes(id) ? [{ id, name }] : []));
}

export const keysOf = (organization: Organization, teams: readonly Team[]) =>
  teams.map((team) => teamKeys.team(organization, team));

/** Returns which of these teams exist: their rows in the same order. */
export const existing = (teams: readonly Team[], rows: readonly unknown[]): Team[] =>
  teams.filter((_, i) => rows[i] !== undefined);

/** Formats teams for a cell of a file, as an import reads them. */
export const cellOf = (teams: readonly { name: string }[]): string => teams.map(({ name }) => name).join("; ");
