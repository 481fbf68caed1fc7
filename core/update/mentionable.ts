import * as v from "valibot";
import { Color, colorOf } from "../account/shape.ts";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { readAll } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import * as Windows from "../rate/windows.ts";
import * as Find from "../search/find.ts";
import { include } from "../search/included.ts";
import { isFound, typed, wordsOf } from "../search/words.ts";
import { find as findTeams } from "../team/find.ts";
import { teamKeys } from "../team/keys.ts";
import { namesOf, requireTeam, failures as teamFailures } from "../team/names.ts";
import { managesUpdates } from "./place.ts";

/** People and teams that are offered at once. */
const maxOffered = 8;
const maxTeamsOffered = 3;

// Shapes

/** A member or a team that a text can mention, by `@` and this id. */
export const Mentionable = v.object({
  /** The id of the account or of the team. */
  id: v.union([ID.schema("account"), ID.schema("team")]),
  /** The name of the member or of the team. */
  name: v.string(),
  /** The color of the member's avatar. A team has none. */
  color: v.optional(Color),
});
type Mentionable = v.InferOutput<typeof Mentionable>;

// Functions

/**
 * Finds members and teams to mention, by how words of their names begin: teams that the mention would notify, and in a
 * private team only its members.
 */
export const mentionable = fn(
  "update.mentionable",
  {
    input: v.strictObject({
      /** The text that was typed after `@`. */
      search: v.optional(v.pipe(v.string(), v.maxLength(100, "This search is too long."))),
      /** The team in which the text is to be read. */
      team: v.optional(ID.schema("team")),
      after: v.optional(After),
    }),
    output: v.object({
      /** Up to 8, the members first. */
      items: v.pipe(v.array(Mentionable), v.maxLength(maxOffered)),
    }),
    failures: [teamFailures.missing, Windows.failures.limited],
    reads: ({ team }, { organization }) => [team && teamKeys.team(organization, team)],
  },
  async ({ search = "", team, after }, actor, [row]) => {
    if (team) requireTeam(actor, row);
    const gone = await include(actor.organization, after);
    // an open team has readers beyond its members
    const isOpen = (row?.visibility ?? "open") === "open";
    // threat: members who do not see a private team are offered to be mentioned in it
    const within = isOpen ? undefined : team;
    const words = typed(search);
    const [teams, members] = await Promise.all([
      teamsLike(actor, words, within),
      membersLike(actor.organization, words, within),
    ]);
    // threat: somebody who was removed can be mentioned
    const there = members.filter(({ id }) => !gone.has(id as ID.ID<"account">));
    return { items: [...there.slice(0, maxOffered - teams.length), ...teams] };
  },
);

type Team = ID.ID<"team">;

async function teamsLike(actor: Actor, words: readonly string[], within: Team | undefined): Promise<Mentionable[]> {
  if (words.length === 0) return [];
  const { organization, ownTeams = new Set<Team>() } = actor;
  if (within === undefined && managesUpdates(actor)) {
    const { teams } = await findTeams(actor, words, { limit: maxOffered });
    return teams.slice(0, maxTeamsOffered).map(({ sk: id, name }) => ({ id, name }));
  }
  const names = await namesOf(organization, within === undefined ? ownTeams : [within], actor);
  const found = [...names].filter(([, name]) => isFound({ words: wordsOf(name) }, words));
  return found.slice(0, maxTeamsOffered).map(([id, name]) => ({ id, name }));
}

async function membersLike(
  organization: ID.ID<"organization">,
  words: readonly string[],
  within: Team | undefined,
): Promise<Mentionable[]> {
  const isAny = words.length === 0 && within === undefined;
  const rows = isAny ? await first(organization) : await found(organization, words, within);
  return readAll(MemberRow, rows).map(({ pk, name, color }) => ({
    id: pk,
    name,
    color: v.is(Color, color) ? color : colorOf(pk),
  }));
}

const first = async (organization: ID.ID<"organization">) =>
  (await table.query({ list: memberKeys.members(organization), limit: maxOffered })).items;

async function found(
  organization: ID.ID<"organization">,
  words: readonly string[],
  team: Team | undefined,
): Promise<MemberRow[]> {
  const wanted = {
    typed: words,
    role: undefined,
    team,
    sort: "name",
    addresses: false,
    isRare: false,
  } as const;
  const { accounts } = await Find.find(organization, wanted, undefined);
  const keys = accounts.slice(0, maxOffered).map((account) => memberKeys.member(organization, account));
  return (await table.getMany(keys, { consistent: false })).filter((row) => row !== undefined);
}
