import * as v from "valibot";
import { Color, colorOf } from "../account/shape.ts";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { seesAddresses } from "../member/member.ts";
import { MemberRow } from "../member/row.ts";
import type { Item, Key } from "../table/table.ts";
import { mayIn } from "../team/lead.ts";
import { keysOf, Named, seesTeam } from "../team/names.ts";
import { TeamRow } from "../team/row.ts";
import { updateKeys } from "./keys.ts";
import { mayOn } from "./place.ts";
import { ActivityRow, UpdateRow } from "./row.ts";
import { mentionsIn, type Reaction, reactions } from "./shape.ts";

// Shapes

export const Author = v.object({
  /** The account that wrote it. */
  account: ID.schema("account"),
  /** The member's name. A former member has none. */
  name: v.optional(v.string()),
  /** The color of the member's avatar. */
  color: Color,
});

/** The number of members who added each emoji. An emoji that nobody added is missing. */
export const Reactions = v.object({
  /** The number of members who added 👍. */
  thumbs_up: v.optional(Integer),
  /** The number of members who added ❤️. */
  heart: v.optional(Integer),
  /** The number of members who added 🎉. */
  celebrate: v.optional(Integer),
  /** The number of members who added 😄. */
  laugh: v.optional(Integer),
  /** The number of members who added 👀. */
  eyes: v.optional(Integer),
  /** The number of members who added 🙏. */
  thanks: v.optional(Integer),
} satisfies Record<Reaction, unknown>);

const shared = {
  author: Author,
  /** The time it was written. */
  createdAt: v.string(),
  /** The time it was last changed. */
  editedAt: v.optional(v.string()),
  /** Grows with every edit. Send it with a change to detect conflicts. */
  revision: Integer,
  /** The number of members who added each emoji. */
  reactions: Reactions,
};

/** An update: a post to all members of an organization or of a team. */
export const Info = v.object({
  id: ID.schema("update"),
  /** The team that it was posted to. Missing for an update to the whole organization. */
  team: v.optional(Named),
  /** The title, on one line. */
  title: v.string(),
  /** Markdown: the whole text, or its first 500 characters. */
  content: v.string(),
  /** True if there is more text than this. */
  isLong: v.boolean(),
  /** Its tags, in lowercase and without `#`. */
  tags: v.array(v.string()),
  ...shared,
  /** The time it was pinned. */
  pinnedAt: v.optional(v.string()),
  /** The number of its comments. It follows a change within seconds, as the other numbers do. */
  comments: Integer,
  /** The number of members who have seen it. Owners, admins, and its author see it. */
  seen: v.optional(Integer),
  /** Your own actions on it. */
  own: v.object({
    /** The emoji that you added. */
    reactions: v.array(v.picklist(reactions)),
    /** The time you saw it. */
    seenAt: v.optional(v.string()),
    /** True if you have muted it: its comments and answers do not notify you. */
    isMuted: v.boolean(),
  }),
  /** The actions that you may take on it. */
  may: v.object({
    /** True if you may edit it. */
    edit: v.boolean(),
    /** True if you may delete it. */
    remove: v.boolean(),
    /** True if you may pin it. */
    pin: v.boolean(),
    /** True if you may comment on it. */
    comment: v.boolean(),
  }),
});
export type Info = v.InferOutput<typeof Info>;

/** The names of the members and teams that texts mention, by id. Those who are no longer there are missing. */
export const Names = v.record(v.string(), v.string());
export type Names = v.InferOutput<typeof Names>;

type Account = ID.ID<"account">;
type People = {
  members: ReadonlyMap<Account, Read<typeof MemberRow>>;
  teams: ReadonlyMap<string, string>;
  /** Teams that are asked for and that nobody, or not this actor, sees. */
  hidden: ReadonlySet<string>;
  activities: ReadonlyMap<string, Read<typeof ActivityRow>>;
};

// Functions

/** Returns updates from their rows, and the names in them, in one round trip. `contents` are whole texts by update. */
export async function describeAll(
  actor: Actor,
  rows: readonly UpdateRow[],
  contents: ReadonlyMap<string, string> = new Map(),
): Promise<{ items: Info[]; names: Names }> {
  const shown = readAll(UpdateRow, rows).map((row) => ({ row, content: contents.get(row.sk) ?? row.excerpt }));
  const mentioned = shown.flatMap(({ content }) => mentionsIn(content));
  const people = await peopleIn(actor, {
    accounts: shown.map(({ row }) => row.author),
    teams: shown.flatMap(({ row }) => row.team ?? []),
    mentioned,
    activities: shown.map(({ row }) => updateKeys.activity(row.sk, actor.account)),
  });
  // a membership holds a deleted team until the cleanup finds it
  const there = shown.filter(({ row }) => row.team === undefined || !people.hidden.has(row.team));
  const items = there.map(({ row, content }) =>
    describe(actor, row, people, { content, isLong: row.isLong && !contents.has(row.sk) }),
  );
  return { items, names: namesIn(people, mentioned) };
}

/** The same for one update with its whole text. */
export async function describeWhole(actor: Actor, row: UpdateRow, content: string): Promise<Info & { names: Names }> {
  const { items, names } = await describeAll(actor, [row], new Map([[row.sk, content]]));
  const [info] = items;
  if (!info) throw implied.unreadable();
  return { ...info, names };
}

/** Reads members, teams and the actor's own activities together: consistently what decides about names of teams. */
export async function peopleIn(
  { organization, ...viewer }: Pick<Actor, "organization" | "role" | "ownTeams">,
  wanted: {
    accounts: readonly Account[];
    teams?: readonly ID.ID<"team">[];
    mentioned: readonly string[];
    activities?: readonly Key<ActivityRow>[];
  },
): Promise<People> {
  const mentioned = wanted.mentioned.filter((id) => ID.is("account", id));
  const accounts = [...new Set([...wanted.accounts, ...mentioned])];
  const teams = [...new Set([...(wanted.teams ?? []), ...wanted.mentioned.filter((id) => ID.is("team", id))])];
  const keys: Key[] = [
    ...accounts.map((account) => memberKeys.member(organization, account)),
    ...(wanted.activities ?? []),
  ];
  const [rows, found]: [(Item | undefined)[], (TeamRow | undefined)[]] = await Promise.all([
    table.getMany(keys, { consistent: false }),
    // threat: a text names a team that was just made private
    table.getMany(keysOf(organization, teams)),
  ]);
  const members = readAll(MemberRow, present(rows.slice(0, accounts.length)));
  // threat: texts name a private team to everybody
  const named = readAll(TeamRow, present(found)).filter((row) => seesTeam(viewer, row.sk, row));
  const activities = readAll(ActivityRow, present(rows.slice(accounts.length)));
  return {
    members: new Map(members.map((member) => [member.pk, member])),
    teams: new Map(named.map(({ sk, name }) => [sk, name])),
    hidden: new Set(teams.filter((team, i) => !found[i] || !seesTeam(viewer, team, found[i]))),
    activities: new Map(activities.map((activity) => [`${activity.pk}|${activity.sk}`, activity])),
  };
}

export const namesIn = ({ members, teams }: People, mentioned: readonly string[]): Names =>
  Object.fromEntries(
    mentioned.flatMap((id) => {
      const name = members.get(id as Account)?.name ?? teams.get(id);
      return name === undefined ? [] : [[id, name]];
    }),
  );

export function authorOf(account: Account, { members }: People): v.InferOutput<typeof Author> {
  const member = members.get(account);
  const color = v.is(Color, member?.color) ? member.color : colorOf(account);
  return { account, color, ...(member && { name: member.name }) };
}

/** Returns how many members added each emoji: at least you, for your `own`, before the stream has counted them. */
export function countsOf(
  row: { [R in Reaction]?: number | undefined },
  own: readonly Reaction[] = [],
): v.InferOutput<typeof Reactions> {
  const countOf = (one: Reaction) => Math.max(row[one] ?? 0, own.includes(one) ? 1 : 0);
  return Object.fromEntries(reactions.map((one) => [one, countOf(one)] as const).filter(([, count]) => count > 0));
}

/** Returns the emoji that a member added, in their usual order. */
export const reactionsOf = (activity: Pick<ActivityRow, "reactions"> | undefined): Reaction[] =>
  reactions.filter((one) => activity?.reactions?.has(one) === true);

function describe(
  actor: Actor,
  row: Read<typeof UpdateRow>,
  people: People,
  text: { content: string; isLong: boolean },
): Info {
  const { sk: id, team, author, title, tags = [], revision, editedAt, pinnedAt } = row;
  const activity = people.activities.get(`${id}|${actor.account}`);
  const own = reactionsOf(activity);
  const seesCount = seesAddresses(actor) || author === actor.account;
  const teamName = team && people.teams.get(team);
  return {
    id,
    ...(team && { team: { id: team, name: teamName ?? "" } }),
    title,
    ...text,
    tags,
    author: authorOf(author, people),
    createdAt: ID.madeAt(id),
    ...(editedAt !== undefined && { editedAt }),
    ...(pinnedAt !== undefined && { pinnedAt }),
    revision,
    reactions: countsOf(row, own),
    comments: Math.max(0, row.comments ?? 0),
    ...(seesCount && { seen: Math.max(0, row.seen ?? 0) }),
    own: {
      reactions: own,
      isMuted: activity?.isMuted === true,
      ...(activity?.seenAt !== undefined && { seenAt: activity.seenAt }),
    },
    may: {
      edit: mayOn(actor, "update.edit", author),
      remove: mayOn(actor, "update.remove", author),
      pin: mayIn(actor, "update.pin", team),
      comment: mayOn(actor, "comment.create", author),
    },
  };
}

const present = (rows: readonly (Item | undefined)[]): Item[] => rows.filter((row) => row !== undefined);
