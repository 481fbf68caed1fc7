import * as v from "valibot";
import { fold } from "../base/fold.ts";
import type * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import { any, type Condition, equal, keyOf, lacks, oneOf, type Page, type Position } from "../table/table.ts";
import { pageSize } from "./limits.ts";
import { keysOf, seesTeam } from "./names.ts";
import { TeamCountRow, TeamNameRow, TeamRow } from "./row.ts";
import { Info, ownIn } from "./team.ts";

/** How many names are examined at once where teams are passed over. */
const rowsPerRead = 1000;

// Shapes

/** A team in the list of teams. */
export const Entry = v.object({
  ...v.pick(Info, ["id", "name", "members", "posting", "visibility", "own"]).entries,
  /** What the team is for, if the request includes it. */
  description: v.optional(v.string()),
});
type Entry = v.InferOutput<typeof Entry>;
type Listed = Pick<TeamRow, "name" | "posting" | "visibility"> & { team: ID.ID<"team"> };

// Functions

/**
 * Lists teams by name, 100 at once, each with its number of members, and with its description if that is included; or
 * only those that one is in. Private teams are listed for those who see them.
 */
export const list = fn(
  "team.list",
  {
    input: v.strictObject({
      /** Which teams: all of them, or those that you are in. All of them, if you leave it out. */
      of: v.optional(v.picklist(["all", "own"])),
      cursor: v.optional(Cursor),
      /** What else to return of each team: its description. */
      include: v.optional(v.picklist(["description"])),
    }),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ of = "all", cursor, include }, actor) => {
    const scope = `team.list ${of} ${actor.organization}`;
    const start = cursor === undefined ? undefined : open(scope, cursor);
    const [{ teams, next }, members] = await Promise.all([
      of === "own" ? ownTeams(actor) : seenTeams(actor, start),
      of === "own" ? ownCounts(actor) : allCounts(actor),
    ]);
    const rows = include ? await rowsOf(actor, teams) : new Map<string, Read<typeof TeamRow>>();
    const seen = teams.filter(({ team }) => seesTeam(actor, team, rows.get(team) ?? {}));
    const items = seen.map(({ team, name, posting = "members", visibility = "open" }): Entry => {
      const { description } = rows.get(team) ?? {};
      const shown = { id: team, name, members: members.get(team) ?? 0, posting, visibility, own: ownIn(actor, team) };
      return { ...shown, ...(description !== undefined && { description }) };
    });
    return { items, ...(next && { next: seal(scope, next) }) };
  },
);

async function ownTeams({
  organization,
  ownTeams: own = new Set(),
}: Actor): Promise<{ teams: Listed[]; next?: Position }> {
  const rows = (await table.getMany(keysOf(organization, [...own]))).filter((row) => row !== undefined);
  const teams = readAll(TeamRow, rows).map(({ sk: team, ...row }) => ({ team, ...row }));
  return { teams: teams.toSorted((one, other) => (fold(one.name) < fold(other.name) ? -1 : 1)) };
}

/** A page is full although teams are passed over, and the last one says so: nobody can tell how many these are. */
async function seenTeams(actor: Actor, from: Position | undefined): Promise<{ teams: Listed[]; next?: Position }> {
  const query = { ...Keys.teamNames(actor.organization), filter: seenBy(actor), consistent: true };
  const found: TeamNameRow[] = [];
  let start = from;
  for (let limit = pageSize + 1; ; limit = rowsPerRead) {
    const page: Page<TeamNameRow> = await table.query({ ...query, limit, start });
    found.push(...page.items);
    start = page.next;
    if (!start || found.length > pageSize) break;
  }
  const shown = found.slice(0, pageSize);
  const last = shown.at(-1);
  return { teams: readAll(TeamNameRow, shown), ...(found.length > pageSize && last && { next: keyOf(last) }) };
}

/** The same as `seesTeam`, for a query. */
function seenBy({ role, ownTeams: own = new Set() }: Actor): Condition | undefined {
  if (role === "owner" || role === "admin") return undefined;
  const open = [lacks("visibility"), equal("visibility", "open")];
  return own.size > 0 ? any(...open, oneOf("team", [...own])) : any(...open);
}

async function allCounts({ organization }: Actor) {
  const { items } = await table.query(Keys.teamCounts(organization));
  return countsOf(items);
}

async function ownCounts({ organization, ownTeams: own = new Set() }: Actor) {
  const keys = [...own].map((team) => Keys.teamCount(organization, team));
  const rows = await table.getMany(keys, { consistent: false });
  return countsOf(rows.filter((row) => row !== undefined));
}

const countsOf = (rows: readonly TeamCountRow[]): ReadonlyMap<string, number> =>
  new Map(readAll(TeamCountRow, rows).map((row) => [row.sk.slice("count#".length), row.members]));

/** The rows of listed teams. They decide who sees a team, whatever is kept with its name. */
async function rowsOf({ organization }: Actor, teams: readonly Listed[]) {
  const keys = keysOf(
    organization,
    teams.map(({ team }) => team),
  );
  const rows = (await table.getMany(keys, { consistent: false })).filter((row) => row !== undefined);
  return new Map<string, Read<typeof TeamRow>>(readAll(TeamRow, rows).map((row) => [row.sk, row]));
}
