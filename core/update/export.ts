import * as v from "valibot";
import { csv, Part } from "../base/csv.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { commentKeys } from "../comment/keys.ts";
import { CommentRow } from "../comment/row.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import { teamKeys } from "../team/keys.ts";
import { Named } from "../team/names.ts";
import { authorOf, countsOf, Names, namesIn, peopleIn, Reactions } from "./describe.ts";
import { updateKeys } from "./keys.ts";
import { UpdateRow, UpdateTextRow } from "./row.ts";
import { mentionsIn, withNames } from "./shape.ts";
import * as Walk from "./walk.ts";

// All updates of an organization and of its teams with their comments, part by part. A part is bounded by what it reads
// and by how much text it has, whatever the size of the organization.

const updatesPerPart = 25;
const commentsPerRead = 100;
/** Teams without updates that a part passes over. */
const placesPerPart = 50;
const maxCharacters = 500_000;
const maxEntries = updatesPerPart * (1 + commentsPerRead) + commentsPerRead;

// Shapes

/** The author. A former member has no name. */
const Writer = v.object({
  /** The account. */
  account: ID.schema("account"),
  /** The member's name. */
  name: v.optional(v.string()),
});
const shared = {
  /** The author. */
  author: Writer,
  /** Markdown. */
  content: v.string(),
  /** The time it was written. */
  createdAt: v.string(),
  /** The time it was last changed. */
  editedAt: v.optional(v.string()),
  /** The number of members who added each emoji. */
  reactions: Reactions,
};

/** An update, or a comment on the update before it. */
export const Entry = v.variant("type", [
  v.object({
    /** An update. */
    type: v.literal("update"),
    id: ID.schema("update"),
    /** The team that it was posted to. Missing for an update to the whole organization. */
    team: v.optional(Named),
    /** The title, on one line. */
    title: v.string(),
    /** Its tags. */
    tags: v.array(v.string()),
    ...shared,
    /** The time it was pinned. */
    pinnedAt: v.optional(v.string()),
    /** The number of members who have seen it. */
    seen: Integer,
  }),
  v.object({
    /** A comment. */
    type: v.literal("comment"),
    id: ID.schema("comment"),
    /** The update that it is about. */
    update: ID.schema("update"),
    /** The comment that it answers. */
    replyTo: v.optional(ID.schema("comment")),
    ...shared,
  }),
]);
export type Entry = v.InferOutput<typeof Entry>;

const Input = v.strictObject({ cursor: v.optional(Cursor), after: v.optional(After) });

/** The last thing that was returned: an update, or a comment on it. */
type Position = Walk.Position & { comment?: ID.ID<"comment"> };
type Whole = { row: Read<typeof UpdateRow>; content: string };
/** `last` is there as long as there are more. */
type Commented = { rows: Read<typeof CommentRow>[]; last?: ID.ID<"comment"> };
type Found = { update: Whole } | { comment: Read<typeof CommentRow> };
type Place = { team?: { id: ID.ID<"team">; name: string } };

// Functions

/** Returns all updates with their comments: those of the organization, then team by team, newest first. */
export const exportEntries = fn(
  "update.export",
  {
    input: Input,
    output: v.object({ ...listOf(Entry, maxEntries).entries, names: Names }),
    failures: [cursorFailures.invalid, Windows.failures.limited],
  },
  async ({ cursor, after }, actor) => {
    await include(actor.organization, after);
    const { found, place, next } = await part(actor, "update.export", cursor);
    const { items, names } = await describe(actor, found, place);
    return { items, names, ...(next && { next }) };
  },
);

const columns = [
  "type",
  "id",
  "update",
  "replyTo",
  "team",
  "author",
  "account",
  "title",
  "content",
  "tags",
  "reactions",
  "seen",
  "createdAt",
  "editedAt",
] as const;

/** Returns the same as CSV, with names in place of the ids that texts mention. */
export const exportTable = fn(
  "update.exportTable",
  { input: Input, output: Part, failures: [cursorFailures.invalid, Windows.failures.limited] },
  async ({ cursor, after }, actor) => {
    await include(actor.organization, after);
    const { found, place, next } = await part(actor, "update.exportTable", cursor);
    const { items, names } = await describe(actor, found, place);
    const records = items.map((entry) => recordOf(entry, names));
    return { csv: csv(columns, records, { isFirst: cursor === undefined }), ...(next && { next }) };
  },
);

function recordOf(entry: Entry, names: Names) {
  const own =
    entry.type === "update"
      ? {
          update: entry.id,
          team: entry.team?.name,
          title: entry.title,
          tags: entry.tags.join(" "),
          seen: `${entry.seen}`,
        }
      : { update: entry.update, replyTo: entry.replyTo };
  const { type, id, author, content, reactions, createdAt, editedAt } = entry;
  return {
    type,
    id,
    ...own,
    author: author.name,
    account: author.account,
    content: withNames(content, names),
    reactions: Object.entries(reactions)
      .map(([reaction, count]) => `${reaction} ${count}`)
      .join(" "),
    createdAt,
    editedAt,
  };
}

/** Returns what comes after a position, of one place, and where to go on. */
async function part({ organization }: Actor, name: string, cursor: string | undefined) {
  const scope = `${name} ${organization}`;
  let position: Position = cursor === undefined ? {} : open(scope, cursor);
  for (let places = 1; ; places++) {
    const place = await placeAt(organization, position);
    const { found, last } = await entriesAfter(organization, position);
    const next = last ?? (await Walk.placeAfter(organization, position));
    const sealed = next && { next: seal(scope, next) };
    if (found.length > 0 || !next || places === placesPerPart) return { found, place, ...sealed };
    position = next;
  }
}

async function placeAt(organization: ID.ID<"organization">, { team }: Position): Promise<Place> {
  if (team === undefined) return {};
  const row = await table.get(teamKeys.team(organization, team));
  return { team: { id: team, name: row?.name ?? "" } };
}

/** Returns the rest of the comments on the last update, and the next updates with their comments. */
async function entriesAfter(
  organization: ID.ID<"organization">,
  { comment, ...position }: Position,
): Promise<{ found: Found[]; last?: Position }> {
  const { team, update } = position;
  // threat: an export loses comments of an update that has many
  const rest: Commented = update && comment ? await commentsOn(update, comment) : { rows: [] };
  const found: Found[] = rest.rows.map((row) => ({ comment: row }));
  if (rest.last) return { found, last: { ...position, comment: rest.last } };
  const { rows: items, next } = await Walk.updatesAfter(organization, position, updatesPerPart);
  // threat: an export has a deleted update
  const rows = items.filter(({ deletedAt }) => deletedAt === undefined);
  const [texts, comments] = await Promise.all([
    table.getMany(
      rows.map(({ sk }) => updateKeys.updateText(sk)),
      { consistent: false },
    ),
    Promise.all(rows.map(({ sk }) => commentsOn(sk))),
  ]);
  let characters = 0;
  for (const [n, { sk }] of rows.entries()) {
    const { rows: own, last } = comments[n] ?? { rows: [] };
    const { entries, content } = entriesOf(rows[n] as UpdateRow, texts[n], own);
    found.push(...entries);
    characters += [content, ...own.map((one) => one.content)].join("").length;
    // threat: an export loses updates where a part is full
    const here = { ...(team && { team }), update: sk };
    if (last || characters > maxCharacters) return { found, last: { ...here, ...(last && { comment: last }) } };
  }
  return { found, ...(next && { last: next }) };
}

/** Comments are there also where their update cannot be read. */
function entriesOf(stored: UpdateRow, text: UpdateTextRow | undefined, comments: Commented["rows"]) {
  const row = read(UpdateRow, stored);
  const { content } = (text && read(UpdateTextRow, text)) ?? { content: row?.excerpt ?? "" };
  const entries: Found[] = [
    ...(row ? [{ update: { row, content } }] : []),
    ...comments.map((comment) => ({ comment })),
  ];
  return { entries, content };
}

async function commentsOn(update: ID.ID<"update">, after?: ID.ID<"comment">): Promise<Commented> {
  const range = commentKeys.comments(update);
  const start = after && { pk: range.pk, sk: after };
  const { items, next } = await table.query({ ...range, limit: commentsPerRead, start });
  const rows = readAll(CommentRow, items).filter(({ deletedAt }) => deletedAt === undefined);
  const last = next && items.at(-1)?.sk;
  return { rows, ...(last && { last }) };
}

async function describe(
  actor: Actor,
  found: readonly Found[],
  place: Place,
): Promise<{ items: Entry[]; names: Names }> {
  const texts = found.map((one) =>
    "update" in one
      ? { author: one.update.row.author, content: one.update.content }
      : { author: one.comment.author, content: one.comment.content },
  );
  const mentioned = texts.flatMap(({ content }) => mentionsIn(content));
  const people = await peopleIn(actor, { accounts: texts.map(({ author }) => author), mentioned });
  const writer = (account: ID.ID<"account">) => {
    const { name } = authorOf(account, people);
    return { account, ...(name !== undefined && { name }) };
  };
  const items = found.map((one): Entry => {
    if ("update" in one) {
      const { sk: id, title, tags = [], editedAt, pinnedAt, seen = 0, ...row } = one.update.row;
      return {
        type: "update",
        id,
        ...place,
        title,
        tags,
        author: writer(row.author),
        content: one.update.content,
        createdAt: ID.madeAt(id),
        ...withoutUndefined({ editedAt, pinnedAt }),
        reactions: countsOf(row),
        seen: Math.max(0, seen),
      };
    }
    const { pk: update, sk: id, replyTo, content, editedAt, ...row } = one.comment;
    return {
      type: "comment",
      id,
      update,
      ...withoutUndefined({ replyTo, editedAt }),
      author: writer(row.author),
      content,
      createdAt: ID.madeAt(id),
      reactions: countsOf(row),
    };
  });
  return { items, names: namesIn(people, mentioned) };
}
