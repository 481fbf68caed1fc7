import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { readKept, remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { above, absent, all, check, equal, lacks, present, put, type Step, update, when } from "../table/table.ts";
import { Reacted, Reacting, writeReaction } from "../update/activity.ts";
import { Author, authorOf, countsOf, Names, namesIn, peopleIn, Reactions, reactionsOf } from "../update/describe.ts";
import { failures as updateFailures } from "../update/failures.ts";
import { updateKeys } from "../update/keys.ts";
import { undoMinutes } from "../update/limits.ts";
import { addedMentions, eventMentions, mentionedIn } from "../update/mention.ts";
import { keyOfText, mayOn, requireOn, requireRestorable, requireVisible } from "../update/place.ts";
import type { UpdateTextRow } from "../update/row.ts";
import { CommentContent, mentionsIn, reactions } from "../update/shape.ts";
import { CommentCreated, CommentDeleted, CommentEdited, CommentRestored } from "./events.ts";
import { failures } from "./failures.ts";
import { commentKeys } from "./keys.ts";
import { CommentRow } from "./row.ts";

const pageSize = 50;

// Shapes

const One = v.strictObject({ update: ID.schema("update"), comment: ID.schema("comment") });

/** A comment below an update. */
export const Info = v.object({
  id: ID.schema("comment"),
  /** The comment that it answers. */
  replyTo: v.optional(ID.schema("comment")),
  /** Markdown. Empty if the comment was deleted. */
  content: v.string(),
  author: Author,
  /** The time it was written. */
  createdAt: v.string(),
  /** The time it was last changed. */
  editedAt: v.optional(v.string()),
  /** True if it was deleted. It keeps its place because of the answers to it. */
  isDeleted: v.boolean(),
  /** Grows with every edit. Send it with a change to detect conflicts. */
  revision: Integer,
  /** The number of members who added each emoji. */
  reactions: Reactions,
  /** The emoji that you added. */
  own: v.array(v.picklist(reactions)),
  /** The actions that you may take on it. */
  may: v.object({
    /** True if you may edit it. */
    edit: v.boolean(),
    /** True if you may delete it. */
    remove: v.boolean(),
  }),
});
export type Info = v.InferOutput<typeof Info>;

/** A comment with the names of those it mentions. */
export const Whole = v.object({ ...Info.entries, names: Names });
type Whole = v.InferOutput<typeof Whole>;

const Kept = v.object({ id: ID.schema("comment") });
const writing = [updateFailures.missing, failures.missing, failures.changed, Event.failures.repeated];

// Functions

/** Comments on an update, or answers a comment. */
export const create = fn(
  "comment.create",
  {
    input: v.strictObject({
      update: ID.schema("update"),
      /** Markdown. */
      content: CommentContent,
      /** The comment that it answers. An answer to an answer stands beside it. */
      replyTo: v.optional(ID.schema("comment")),
    }),
    output: Whole,
    failures: [...writing, Windows.failures.limited],
    replay: async (kept, actor) => {
      const { id, update: parent } = readKept(v.object({ ...Kept.entries, update: ID.schema("update") }), kept);
      const row = await table.get(commentKeys.comment(parent, id));
      if (!row) throw failures.missing();
      return describeOne(actor, row);
    },
    reads: ({ update: parent, replyTo }) => [
      updateKeys.updateText(parent),
      replyTo && commentKeys.comment(parent, replyTo),
    ],
  },
  async ({ update: parent, content, replyTo }, actor, [text, answered]) => {
    const { organization } = await requireVisible(actor, text);
    if (replyTo && (!answered || answered.deletedAt !== undefined)) throw failures.missing();
    const mentioned = await mentionedIn(content, "comment");
    await Windows.take(Limits.comments, actor.account);
    const id = ID.create("comment");
    // one level: who answers an answer answers what it answers
    const top = answered?.replyTo ?? replyTo;
    const item = { organization, author: actor.account, content, ...(top && { replyTo: top }), revision: 0 };
    await table.write(
      put(commentKeys.comment(parent, id), { ...item, stream: "view" }, when(absent, failures.changed)),
      unlessDeleted(parent),
      ...(top
        ? [update(commentKeys.comment(parent, top), { set: { isAnswered: true } }, when(present, failures.missing))]
        : []),
      CommentCreated.record(
        organization,
        { ...thing(text, id), ...eventMentions(mentioned), ...(replyTo && { replyTo }) },
        actor,
      ),
      ...remember({ id, update: parent }),
    );
    return describeOne(actor, { pk: parent, sk: id, ...item });
  },
);

/** Lists the comments on an update, oldest first, 50 at once. */
export const list = fn(
  "comment.list",
  {
    input: v.strictObject({ update: ID.schema("update"), cursor: v.optional(Cursor) }),
    output: v.object({ ...listOf(Info, pageSize).entries, names: Names }),
    failures: [updateFailures.missing, cursorFailures.invalid],
    reads: keyOfText,
  },
  async ({ update: parent, cursor }, actor, [text]) => {
    await requireVisible(actor, text);
    const query = { ...commentKeys.comments(parent), limit: pageSize, consistent: true };
    const { items, next } = await page(`comment.list ${parent}`, query, cursor);
    const rows = readAll(CommentRow, items) as CommentRow[];
    const answered = new Set(rows.flatMap(({ deletedAt, replyTo }) => (deletedAt === undefined && replyTo) || []));
    // a list of several pages may have the answers on another one
    const isWhole = cursor === undefined && next === undefined;
    const keepsPlace = ({ sk, isAnswered }: CommentRow) => (isWhole ? answered.has(sk) : isAnswered === true);
    const shown = rows.filter((row) => row.deletedAt === undefined || keepsPlace(row));
    return { ...(await describeAll(actor, shown)), ...(next && { next }) };
  },
);

/** Changes a comment. */
export const edit = fn(
  "comment.edit",
  {
    input: v.strictObject({
      ...One.entries,
      /** Markdown. */
      content: CommentContent,
      /**
       * The revision that was read. If the comment was changed since then, the request fails with 409, unless it says
       * already what you send.
       */
      revision: v.optional(SeenRevision),
    }),
    output: Whole,
    failures: [...writing, Windows.failures.limited],
    reads: own,
  },
  async ({ update: parent, comment: id, content, revision }, actor, [text, found]) => {
    const { row, organization } = await visible(actor, text, found);
    // threat: others edit a comment
    requireOn(actor, "comment.edit", row.author);
    // threat: an edit of a comment whose answer was lost is blamed on another window
    if (content === row.content) return describeOne(actor, row);
    if (revision !== undefined && revision !== row.revision) throw failures.changed();
    const added = await addedMentions(content, row.content, "comment");
    await Windows.take(Limits.edits, actor.account);
    const set = { content, editedAt: instant() };
    const asRead = when(all(present, equal("revision", row.revision), lacks("deletedAt")), failures.changed);
    await table.write(
      update(commentKeys.comment(parent, id), { set, add: { revision: 1 } }, asRead),
      CommentEdited.record(organization, { ...thing(text, id), ...eventMentions(added) }, actor),
    );
    return describeOne(actor, { ...row, ...set, revision: row.revision + 1 });
  },
);

/** Deletes a comment. For 10 minutes it can be restored. */
export const remove = fn(
  "comment.remove",
  { input: One, output: v.void(), failures: writing, reads: own },
  async ({ update: parent, comment: id }, actor, [text, found]) => {
    const { row, organization } = await visible(actor, text, found);
    requireOn(actor, "comment.remove", row.author);
    const isThere = when(all(present, lacks("deletedAt")), failures.missing);
    await table.write(
      update(commentKeys.comment(parent, id), { set: { deletedAt: instant(), deletedBy: actor.account } }, isThere),
      CommentDeleted.record(organization, thing(text, id), actor),
    );
  },
);

/** Restores a comment that was deleted less than 10 minutes ago. An author restores only what they deleted themselves. */
export const restore = fn(
  "comment.restore",
  { input: One, output: Whole, failures: [...writing, failures.notDeleted], reads: own },
  async ({ update: parent, comment: id }, actor, [text, row]) => {
    const { organization } = await requireVisible(actor, text);
    if (!row) throw failures.missing();
    requireRestorable(actor, "comment.restore", row);
    const since = instant(-undoMinutes * minuteSeconds);
    // what was deleted with all that a former member wrote has no text anymore
    const isRecent = when(all(above("deletedAt", since), above("content", "")), failures.notDeleted);
    const { deletedAt: _at, deletedBy: _by, ...kept } = row;
    const info = await describeOne(actor, kept);
    await table.write(
      update(commentKeys.comment(parent, id), { unset: ["deletedAt", "deletedBy"] }, isRecent),
      CommentRestored.record(organization, thing(text, id), actor),
      ...remember(info),
    );
    return info;
  },
);

/** Adds an emoji to a comment, or removes it. Repeating it changes nothing. */
export const setReaction = fn(
  "comment.setReaction",
  {
    input: v.strictObject({ ...One.entries, ...Reacting }),
    output: Reacted,
    failures: [updateFailures.missing, failures.missing],
    reads: own,
  },
  async ({ update: parent, comment: id, reaction, on }, actor, [text, found]) => {
    await visible(actor, text, found);
    return { own: await writeReaction(actor, updateKeys.activity(parent, actor.account, id), reaction, on) };
  },
);

function own({ update: parent, comment: id }: v.InferOutput<typeof One>) {
  return [updateKeys.updateText(parent), commentKeys.comment(parent, id)] as const;
}

async function visible(actor: Actor, text: UpdateTextRow | undefined, row: CommentRow | undefined) {
  const { organization } = await requireVisible(actor, text);
  if (!row || row.deletedAt !== undefined) throw failures.missing();
  return { row, organization };
}

const unlessDeleted = (parent: ID.ID<"update">): Step =>
  check(updateKeys.updateText(parent), when(all(present, lacks("deletedAt")), updateFailures.missing));

const thing = (text: UpdateTextRow | undefined, comment: ID.ID<"comment">) => ({
  update: text?.pk as ID.ID<"update">,
  comment,
  ...(text?.team && { team: text.team }),
});

async function describeOne(actor: Actor, row: CommentRow): Promise<Whole> {
  const { items, names } = await describeAll(actor, [row]);
  return { ...(items[0] as Info), names };
}

async function describeAll(actor: Actor, rows: readonly CommentRow[]): Promise<{ items: Info[]; names: Names }> {
  const texts = rows.map(({ deletedAt, content }) => (deletedAt === undefined ? content : ""));
  const mentions = texts.flatMap(mentionsIn);
  const people = await peopleIn(actor, {
    accounts: rows.map(({ author }) => author),
    mentioned: mentions,
    activities: rows.map(({ pk, sk }) => updateKeys.activity(pk, actor.account, sk)),
  });
  const items = rows.map((row, i): Info => {
    const { pk, sk: id, replyTo, author, editedAt, revision, deletedAt } = row;
    const own = reactionsOf(people.activities.get(`${pk}|${actor.account}#${id}`));
    return {
      id,
      ...(replyTo && { replyTo }),
      content: texts[i] ?? "",
      author: authorOf(author, people),
      createdAt: ID.madeAt(id),
      ...(editedAt !== undefined && { editedAt }),
      isDeleted: deletedAt !== undefined,
      revision,
      reactions: countsOf(row, own),
      own,
      may: {
        edit: deletedAt === undefined && mayOn(actor, "comment.edit", author),
        remove: deletedAt === undefined && mayOn(actor, "comment.remove", author),
      },
    };
  });
  return { items, names: namesIn(people, mentions) };
}
