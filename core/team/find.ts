import type { Member as Actor } from "../kernel/actor.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { type Read, readAll, usable } from "../kernel/stored.ts";
import { isFound, wordsOf } from "../search/words.ts";
import { type Position, put, remove, type Step } from "../table/table.ts";
import { teamKeys } from "./keys.ts";
import { seesTeam } from "./names.ts";
import { TeamRow, TeamWordRow } from "./row.ts";
import { pageSeen } from "./seen.ts";

// Teams by the words of their names. A row for each word points at a team; the team's own row decides.

/** Reads that one request makes where teams that somebody sees have other words. */
const maxReads = 4;

type Searcher = Pick<Actor, "organization" | "role" | "ownTeams">;
type Found = { teams: Read<typeof TeamRow>[]; next: Position | undefined };

/**
 * Returns teams that somebody sees, by the starts of words of their names. There may be fewer than `limit`, even none,
 * and still more of them; this depends only on teams that they see.
 * @param words as words.ts reads them, at least one
 */
export async function find(
  { organization, ...viewer }: Searcher,
  words: readonly string[],
  { limit, from }: { limit: number; from?: Position | undefined },
): Promise<Found> {
  const [longest = ""] = words;
  const teams: Found["teams"] = [];
  let start = from;
  for (let reads = 1; ; reads++) {
    const range = { ...teamKeys.teamWords(organization, longest), start };
    const { items, next } = await pageSeen(viewer, range, limit - teams.length);
    const pointers = readAll(TeamWordRow, items);
    const rows = await rowsOfEach(pointers, ({ team }) => [teamKeys.team(organization, team)]);
    for (const [i, [row]] of rows.entries()) {
      const team = usable(TeamRow, row);
      // threat: a search finds private teams foreverybody
      if (!team || !seesTeam(viewer, team.sk, team)) continue;
      const own = wordsOf(team.name);
      // a name with several such words is found by the first of them
      const [first = ""] = own.filter((word) => word.startsWith(longest)).toSorted();
      // threat: a team is found by what it is no longer called
      if (pointers[i]?.sk !== teamKeys.teamWord(organization, first, team.sk).sk) continue;
      if (isFound({ words: own }, words)) teams.push(team);
    }
    start = next;
    if (!start || teams.length === limit || reads === maxReads) return { teams, next: start };
  }
}

/** Returns the steps that find a team by its name from then on, and no longer by a former one. */
export function findBy(
  organization: Actor["organization"],
  team: TeamRow["sk"],
  { from = "", to = "", visibility }: { from?: string; to?: string; visibility?: TeamRow["visibility"] },
): Step[] {
  const [before, after] = [from, to].map(wordsOf) as [string[], string[]];
  const ended = before.filter((word) => !after.includes(word));
  return [
    // threat: words of a former name stay forever
    ...ended.map((word) => remove(teamKeys.teamWord(organization, word, team))),
    // threat: the gaps of a search tell that there are private teams
    ...after.map((word) =>
      put(teamKeys.teamWord(organization, word, team), { team, ...(visibility && { visibility }) }),
    ),
  ];
}
