import * as v from "valibot";
import * as ID from "../base/id.ts";
import { CommentCreated, CommentEdited } from "../comment/events.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import * as Limits from "../rate/limits.ts";
import { searchKeys } from "../search/keys.ts";
import { accountOf } from "../search/row.ts";
import { teamKeys } from "../team/keys.ts";
import { teamsOf } from "../team/names.ts";
import { UpdateCreated, UpdateEdited } from "../update/events.ts";
import { managesUpdates } from "../update/place.ts";
import { readersOf } from "./about.ts";
import { maxMailedTeam } from "./limits.ts";
import { notificationsOf, withinQuota } from "./rules.ts";
import { notify } from "./write.ts";

// A mention of a team notifies its members. Members mention the teams that they are in; owners and admins mention any.

const rowsPerRead = 100;
/** Reads of so many members that one message makes before it queues the next one. */
const readsPerMessage = 4;

// Shapes

/** Notifies the members of a team that a text mentions, as a queue message. */
export const Job = v.strictObject({
  job: v.literal("notifyTeam"),
  organization: ID.schema("organization"),
  team: ID.schema("team"),
  notification: ID.schema("notification"),
  kind: v.picklist(["update.mentioned", "comment.mentioned"]),
  update: ID.schema("update"),
  comment: v.optional(ID.schema("comment")),
  /** The team that the update is for. */
  in: v.optional(ID.schema("team")),
  author: ID.schema("account"),
  at: v.string(),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

export const reactions: readonly Reaction[] = on(
  [UpdateCreated, UpdateEdited, CommentCreated, CommentEdited],
  async ({ update, team, teams = [], ...data }, { id, owner: organization, by: author, at }) => {
    if (author === undefined || teams.length === 0) return;
    const member = usable(MemberRow, await table.get(memberKeys.member(organization, author)));
    const own: readonly string[] = teamsOf(member);
    // threat: a member notifies teams that they are not in
    const allowed = teams.filter((one) => member && (managesUpdates(member) || own.includes(one)));
    const mentioned = await withinQuota(allowed, Limits.teamMentions, author);
    if (mentioned.length === 0) return;
    const comment = "comment" in data ? data.comment : undefined;
    const common = {
      job: "notifyTeam",
      organization,
      notification: ID.alias("notification", id),
      kind: comment ? "comment.mentioned" : "update.mentioned",
      update,
      ...(comment && { comment }),
      ...(team && { in: team }),
      author,
      at,
    } as const;
    await queues.send(
      "work",
      mentioned.map((one): Job => ({ ...common, team: one })),
    );
  },
);

/** Notifies members of a mentioned team who see the text, each once. It may be repeated. */
export const notifyTeam = fn("notification.notifyTeam", { input: Job, output: v.void() }, async (job) => {
  const { organization, team, notification, kind, update, comment, author, at } = job;
  const about = { organization, team: job.in, update, comment };
  const count = await table.get(teamKeys.teamCount(organization, team));
  let { start } = job;
  for (let read = 0; read < readsPerMessage; read++) {
    const query = { ...searchKeys.placed(organization, team), limit: rowsPerRead, consistent: true, start };
    const { items, next } = await table.query(query);
    const readers = await readersOf(about, items.map(accountOf));
    // threat: a search row that is late notifies somebody who has left the team
    const to = [...readers].filter(([, member]) => teamsOf(member).includes(team)).map(([account]) => account);
    const draft = { kind, to, person: author, update, comment, team: job.in };
    const notifications = await notificationsOf({ owner: organization, by: author, at }, [draft]);
    await notify(notification, notifications, { isMailed: (count?.members ?? 0) <= maxMailedTeam });
    start = next;
    if (!start) return;
  }
  // threat: the rest of a large team is not notified
  await queues.send("work", [{ ...job, start } satisfies Job]);
});
