import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { type Read, readAll, usable } from "../kernel/stored.ts";
import { include as includeChange } from "../search/included.ts";
import { isFound, typed, wordsOf } from "../search/words.ts";
import type { Position } from "../table/table.ts";
import { find } from "./find.ts";
import { teamKeys } from "./keys.ts";
import * as Lead from "./lead.ts";
import { foundAtOnce, pageSize } from "./limits.ts";
import { byName, keysOf, seesTeam } from "./names.ts";
import { TeamCountRow, TeamNameRow, TeamRow } from "./row.ts";
import { pageSeen } from "./seen.ts";
import { Info } from "./team.ts";

const idsAtOnce = 100;

// Shapes

/** A team in the list of teams. */
export const Entry = v.object({
  ...v.pick(Info, ["id", "name", "members", "posting", "visibility", "own"]).entries,
  /** The purpose of the team, if the request includes it. */
  description: v.optional(v.string()),
});
type Entry = v.InferOutput<typeof Entry>;
type Team = ID.ID<"team">;
type Listed = Pick<Read<typeof TeamRow>, "sk" | "name" | "description" | "posting" | "visibility">;
type Found = { teams: Listed[]; next: Position | undefined; counts?: number[] };

const Ids = v.pipe(
  v.string(),
  v.maxLength(idsAtOnce * 32, `At most ${idsAtOnce} teams.`),
  v.check((text) => text.split(",").every((one) => ID.is("team", one)), "Expected ids of teams, separated by commas."),
);

// Functions

/**
 * Lists teams by name, 100 at once, each with its number of members, and with its description if that is included; or
 * only those that one is in, or some by their ids, or 25 at once that a search finds, ordered by the word found. Private
 * teams are listed for those who see them.
 */
export const list = fn(
  "team.list",
  {
    input: v.strictObject({
      /** The teams to list: all of them, or those that you are in. All of them, if you leave it out. */
      of: v.optional(v.picklist(["all", "own"])),
      /** Only these teams: up to 100 ids, separated by commas. A team that does not exist is left out. */
      teams: v.optional(Ids),
      /** The starts of words of the name. A page that it finds may be shorter, even empty, and still have a next one. */
      search: v.optional(v.pipe(v.string(), v.maxLength(100, "This search is too long."))),
      cursor: v.optional(Cursor),
      after: v.optional(After),
      /** Another field to return of each team: its description. */
      include: v.optional(v.picklist(["description"])),
    }),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ of = "all", teams: ids, search = "", cursor, include, after }, actor) => {
    // threat: a list of teams does not wait for a change
    await includeChange(actor.organization, after);
    const words = typed(search);
    const scope = JSON.stringify(["team.list", actor.organization, of, words]);
    const start = cursor === undefined ? undefined : open(scope, cursor);
    const { ownTeams = new Set<Team>() } = actor;
    const some = ids ? [...new Set(ids.split(",") as Team[])] : of === "own" ? [...ownTeams] : undefined;
    const { teams, next, counts }: Found = some
      ? await these(actor, of === "own" ? some.filter((team) => ownTeams.has(team)) : some, words)
      : words.length > 0
        ? await find(actor, words, { limit: foundAtOnce, from: start })
        : await seenTeams(actor, start, include);
    const members = counts ?? (await countsOf(actor, teams));
    const items = teams.map(({ sk: id, name, description, posting = "members", visibility = "open" }, i): Entry => {
      const shown = { id, name, members: members[i] ?? 0, posting, visibility, own: Lead.ownIn(actor, id) };
      return { ...shown, ...(include && description !== undefined && { description }) };
    });
    return { items, ...(next && { next: seal(scope, next) }) };
  },
);

/** Those of some teams that the actor sees, and that a search finds, with their numbers of members in one trip. */
async function these(actor: Actor, ids: readonly Team[], words: readonly string[]): Promise<Found> {
  const { organization } = actor;
  const rows = await rowsOfEach(
    ids,
    (id) => [teamKeys.team(organization, id), teamKeys.teamCount(organization, id)] as const,
  );
  const found = rows.flatMap(([row, count]) => {
    const team = usable(TeamRow, row);
    // threat: private teams are shown by their ids
    const isShown = team && seesTeam(actor, team.sk, team) && isFound({ words: wordsOf(team.name) }, words);
    return isShown ? [{ ...team, members: membersIn(count) }] : [];
  });
  const teams = found.toSorted(byName);
  return { teams, next: undefined, counts: teams.map(({ members }) => members) };
}

async function seenTeams(actor: Actor, from: Position | undefined, include: "description" | undefined): Promise<Found> {
  const { items, next } = await pageSeen(actor, { ...teamKeys.teamNames(actor.organization), start: from }, pageSize);
  // threat: one team name of a newer release hides all members and invitations
  const listed = readAll(TeamNameRow, items).map(({ team: sk, name, posting, visibility }) => {
    return { sk, name, posting, visibility };
  });
  return { teams: include ? await described(actor, listed) : listed, next };
}

/** Returns how many members each has. */
async function countsOf({ organization }: Actor, teams: readonly Listed[]): Promise<number[]> {
  const keys = teams.map(({ sk }) => teamKeys.teamCount(organization, sk));
  const rows = await table.getMany(keys, { consistent: false });
  return rows.map(membersIn);
}

const membersIn = (row: TeamCountRow | undefined) => usable(TeamCountRow, row)?.members ?? 0;

/** Listed teams as their rows have them. These decide who sees a team, whatever is kept with its name. */
async function described(actor: Actor, teams: readonly Listed[]): Promise<Listed[]> {
  const keys = keysOf(
    actor.organization,
    teams.map(({ sk }) => sk),
  );
  const found = readAll(TeamRow, present(await table.getMany(keys, { consistent: false })));
  const rows = new Map<Team, Listed>(found.map((row) => [row.sk, row]));
  return teams.flatMap((team) => {
    const row = rows.get(team.sk) ?? team;
    // threat: a private team whose name does not say so is listed with what it is for
    return seesTeam(actor, row.sk, row) ? [row] : [];
  });
}

const present = <R>(rows: readonly (R | undefined)[]): R[] => rows.filter((row) => row !== undefined);
