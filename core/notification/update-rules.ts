import { hourSeconds } from "../base/duration.ts";
import type * as ID from "../base/id.ts";
import { CommentCreated, CommentDeleted, CommentEdited } from "../comment/events.ts";
import { table } from "../kernel/ports.ts";
import { on, type Reaction, type Recorded } from "../kernel/reaction.ts";
import * as Limit from "../limit/limit.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";
import { UpdateCreated, UpdateDeleted, UpdateEdited, UpdateReported, UpdateReportsClosed } from "../update/events.ts";
import { type About, readersOf } from "./about.ts";
import type { Draft } from "./draft.ts";
import { peoplePerHour } from "./limits.ts";
import { stillMembers } from "./still-members.ts";

// Who is notified of a text: those that it mentions for the first time, the authors of what a comment answers, and its
// own author if somebody else deletes it; of a report, owners and admins, and then who reported it.
// Mentioned teams are in team-mention.ts.

type Account = ID.ID<"account">;
type Event = Recorded<ID.ID<"organization">>;
type Written = { update: ID.ID<"update">; team?: ID.ID<"team"> | undefined; accounts?: Account[] | undefined };

// Functions

export const updateRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on([UpdateCreated, UpdateEdited], (data, event) =>
    drafts(event, data, [["update.mentioned", data.accounts ?? []]]),
  ),

  ...on(CommentCreated, async (data, event) =>
    drafts(event, data, [
      ["comment.mentioned", data.accounts ?? []],
      ["update.commented", await answeredBy(event.owner, data)],
    ]),
  ),

  ...on(UpdateDeleted, async ({ update }, event) => {
    const row = await table.get(Keys.updateText(update));
    return deleted(event, "update.deleted", row);
  }),

  ...on(CommentDeleted, async ({ update, comment }, event) => {
    const row = await table.get(Keys.comment(update, comment));
    return deleted(event, "comment.deleted", row);
  }),

  ...on(UpdateReported, async ({ isFirst, ...about }, { owner, by }): Promise<Draft[]> => {
    // threat: each of many reports notifies all owners and admins
    if (by === undefined || !isFirst) return [];
    const { update, comment } = about;
    const [[text], managers] = await Promise.all([
      table.getMany([comment === undefined ? Keys.updateText(update) : Keys.comment(update, comment)]),
      holders(owner, ["owner", "admin"]),
    ]);
    // neither who reported it, nor who wrote it and would learn who that is
    const to = managers.filter((manager) => manager !== by && manager !== text?.author);
    return [{ kind: "update.reported", to, person: by, ...about }];
  }),

  ...on(UpdateReportsClosed, async ({ outcome, accounts, ...about }, { owner }): Promise<Draft[]> => {
    const to = await stillMembers(owner, accounts);
    if (outcome === "deleted") return [{ kind: "update.report_deleted", to }];
    return outcome === "dismissed" ? [{ kind: "update.report_dismissed", to, ...about }] : [];
  }),

  ...on(CommentEdited, (data, event) => drafts(event, data, [["comment.mentioned", data.accounts ?? []]])),
];

/** The author, as long as they are a member, of what somebody else deleted. It may be restored by then. */
async function deleted(
  { owner, by }: Event,
  kind: "update.deleted" | "comment.deleted",
  row: { author: Account; deletedAt?: string | undefined } | undefined,
): Promise<Draft[]> {
  if (by === undefined || row?.deletedAt === undefined || row.author === by) return [];
  const member = await table.get(Keys.member(owner, row.author));
  // threat: somebody is notified of what was deleted although they are no longer a member
  return member ? [{ kind, to: [row.author], person: by }] : [];
}

/** The author of the update, and of the comment that is answered. */
async function answeredBy(
  organization: ID.ID<"organization">,
  { update, team, replyTo }: Written & { replyTo?: ID.ID<"comment"> | undefined },
): Promise<Account[]> {
  const [row, comment] = await table.getMany([
    Keys.update(team ?? organization, update),
    ...(replyTo ? [Keys.comment(update, replyTo)] : []),
  ]);
  return [...new Set([comment?.author, row?.author])].filter((one) => one !== undefined);
}

async function drafts(
  { owner: organization, by }: Event,
  { update, team, ...data }: Written & { comment?: ID.ID<"comment"> },
  wanted: readonly (readonly [Draft["kind"], readonly Account[]])[],
): Promise<Draft[]> {
  const accounts = [...new Set(wanted.flatMap(([, some]) => some))].filter((one) => one !== by);
  if (by === undefined || accounts.length === 0) return [];
  const about: About = { organization, team, update, comment: data.comment };
  const readers = await readersOf(about, accounts);
  // threat: one author floods everybody with mentions
  const notified = new Set(await withinQuota([...readers.keys()], "mentions", by, peoplePerHour));
  return wanted.map(([kind, some]) => {
    const to = some.filter((one) => notified.has(one));
    return { kind, to, person: by, update, team, comment: data.comment };
  });
}

// For teams

/** Counts the people, or teams, that an author notifies. Returns the first ones of them, as many as the hour has left. */
export async function withinQuota<T>(all: readonly T[], name: string, author: Account, quota: number): Promise<T[]> {
  return all.slice(0, await Limit.takeSome(all.length, name, author, { quota, windowSeconds: hourSeconds }));
}
