import * as v from "valibot";
import * as ID from "../base/id.ts";
import { SeenRevision } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { readKept, remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { readAll, readOnly } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import {
  absent,
  all,
  any,
  check,
  contains,
  equal,
  lacks,
  present,
  put,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { requireTeam, failures as teamFailures } from "../team/names.ts";
import type { TeamRow } from "../team/row.ts";
import { Author, authorOf, describeWhole, Info, Names, namesIn, peopleIn } from "./describe.ts";
import { UpdateCreated, UpdateEdited } from "./events.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { excerptLength, maxVersions } from "./limits.ts";
import { addedMentions, eventMentions, mentionedIn } from "./mention.ts";
import { keyOfText, managesUpdates, placeOf, requireOn, visible } from "./place.ts";
import { UpdateRow, UpdateVersionRow } from "./row.ts";
import { Content, mentionsIn, Tags, Title, tagsOf } from "./shape.ts";

export { failures };

// Shapes

const One = v.strictObject({ update: ID.schema("update") });

/** An update with its whole text. */
export const Whole = v.object({ ...Info.entries, names: Names });
type Whole = v.InferOutput<typeof Whole>;

/** The text of an update before an edit. */
export const Version = v.object({
  /** Its title then. */
  title: v.string(),
  /** Markdown. */
  content: v.string(),
  /** Its tags then. */
  tags: v.array(v.string()),
  /** The time it was written. */
  at: v.string(),
});

const Kept = v.object({ id: ID.schema("update") });

// Functions

/** Posts an update to the organization, or to a team. */
export const create = fn(
  "update.create",
  {
    input: v.strictObject({
      /** The title, on one line. */
      title: Title,
      content: Content,
      tags: v.optional(Tags),
      /** The team. Without one, the update is for the whole organization. */
      team: v.optional(ID.schema("team")),
    }),
    output: Whole,
    failures: [
      teamFailures.missing,
      failures.otherTeam,
      failures.adminsOnly,
      failures.leadsOnly,
      failures.missing,
      Windows.failures.limited,
      Event.failures.repeated,
    ],
    replay: (kept, actor) => wholeOf(actor, readKept(Kept, kept).id),
    reads: ({ team }, { organization }) => [team && teamKeys.team(organization, team)],
  },
  async ({ title, content, tags: written = [], team }, actor, [teamRow]) => {
    const { organization, account: author } = actor;
    if (team) requireTeam(actor, teamRow);
    const mentioned = await mentionedIn(content, "text");
    await Windows.take(Limits.updates, author);
    const id = ID.create("update");
    const tags = tagsOf(written);
    const { row, steps } = posting(id, { organization, ...(team && { team }), author, title, content, tags });
    await table.write(
      ...steps,
      ...(teamRow ? placed(actor, teamRow) : stillForAll(actor)),
      UpdateCreated.record(organization, { update: id, ...(team && { team }), ...eventMentions(mentioned) }, actor),
      ...remember({ id }),
    );
    return describeWhole(actor, row, content);
  },
);

type Posted = Pick<UpdateRow, "organization" | "team" | "author" | "title"> & {
  content: string;
  tags: readonly string[];
};

/** Returns the row of a new update, and the steps that put it and its whole text. */
export function posting(id: ID.ID<"update">, { title, content, tags, ...common }: Posted) {
  const key = updateKeys.update(common.team ?? common.organization, id);
  const item = { ...common, title, ...excerptOf(content), ...(tags.length > 0 && { tags: [...tags] }), revision: 0 };
  const listed = put(key, { ...item, stream: "view" }, when(absent, failures.changed));
  return {
    row: { pk: key.pk, sk: id, ...item },
    steps: [listed, put(updateKeys.updateText(id), { ...common, content })],
  };
}

/** Returns an update with its whole text. */
export const get = fn(
  "update.get",
  { input: One, output: Whole, failures: [failures.missing], reads: keyOfText },
  async (_, actor, [found]) => {
    const { text, row } = await visible(actor, found);
    return describeWhole(actor, row, text.content);
  },
);

/** Changes an update. What it said before stays in its history. */
export const edit = fn(
  "update.edit",
  {
    input: v.strictObject({
      ...One.entries,
      /** The title, on one line. */
      title: v.optional(Title),
      content: v.optional(Content),
      tags: v.optional(Tags),
      /**
       * The revision that was read. If the update was changed since then, the request fails with 409, unless it says
       * already what you send.
       */
      revision: v.optional(SeenRevision),
    }),
    output: Whole,
    failures: [failures.missing, failures.changed, Windows.failures.limited, Event.failures.repeated],
    reads: keyOfText,
  },
  async ({ update: id, revision, ...changes }, actor, [found]) => {
    const { text, row } = await visible(actor, found);
    // threat: others edit an update
    requireOn(actor, "update.edit", text.author);
    const before = { title: row.title, content: text.content, tags: row.tags ?? [] };
    const { title = before.title, content = before.content } = changes;
    const tags = tagsOf(changes.tags ?? before.tags);
    const after = { title, content, tags };
    // threat: an edit whose answer was lost is blamed on another window
    if (JSON.stringify(after) === JSON.stringify(before)) return describeWhole(actor, row, content);
    // threat: an edit overwrites a later one
    if (revision !== undefined && revision !== row.revision) throw failures.changed();
    const added = await addedMentions(content, before.content, "text");
    await Windows.take(Limits.edits, actor.account);
    const editedAt = instant();
    const { organization, team } = text;
    // threat: an edit sets and removes the tags of an update at once, which DynamoDB refuses
    const set = { title, ...excerptOf(content), editedAt, ...(tags.length > 0 && { tags }) };
    const asRead = when(all(present, equal("revision", row.revision), lacks("deletedAt")), failures.changed);
    await table.write(
      update(
        updateKeys.update(placeOf(text), id),
        { set, add: { revision: 1 }, ...(tags.length === 0 && { unset: ["tags"] }) },
        asRead,
      ),
      update(updateKeys.updateText(id), { set: { content } }, when(present, failures.missing)),
      put(updateKeys.updateVersion(id, row.revision), {
        organization,
        title: before.title,
        content: before.content,
        ...(before.tags.length > 0 && { tags: before.tags }),
        at: row.editedAt ?? ID.madeAt(id),
      }),
      UpdateEdited.record(organization, { update: id, ...(team && { team }), ...eventMentions(added) }, actor),
    );
    const { tags: _tags, ...kept } = row;
    return describeWhole(actor, { ...kept, ...set, revision: row.revision + 1 }, content);
  },
);

/** Returns what an update said before each of its last edits, newest first. */
export const history = fn(
  "update.history",
  {
    input: One,
    output: v.object({
      /** The texts before each edit, newest first: the last 20. */
      items: v.pipe(v.array(Version), v.maxLength(maxVersions)),
      /** The author of it, who also edited it. */
      author: Author,
      names: Names,
    }),
    failures: [failures.missing],
    reads: keyOfText,
  },
  async ({ update: id }, actor, [found]) => {
    const { text } = await visible(actor, found);
    const query = { ...updateKeys.updateVersions(id), newestFirst: true, limit: maxVersions, consistent: true };
    const versions = readAll(UpdateVersionRow, (await table.query(query)).items);
    const mentioned = [...new Set(versions.flatMap(({ content }) => mentionsIn(content)))];
    const people = await peopleIn(actor, { accounts: [text.author], mentioned });
    const items = versions.map(({ title, content, tags = [], at }) => ({
      title,
      content,
      tags,
      at,
    }));
    return { items, author: authorOf(text.author, people), names: namesIn(people, mentioned) };
  },
);

/** Members may post to the organization. A value of a newer release counts as narrower. */
const stillForAll = (actor: Actor): Step[] =>
  managesUpdates(actor)
    ? []
    : [
        check(
          organizationKeys.organization(actor.organization),
          // threat: a member posts while it is decided that only owners and admins do
          when(any(lacks("posting"), equal("posting", "members")), failures.adminsOnly),
        ),
      ];

/** The first characters of a text, as a feed shows them; a mention stays whole. */
export function excerptOf(content: string): { excerpt: string; isLong: boolean } {
  const characters = [...content];
  if (characters.length <= excerptLength) return { excerpt: content, isLong: false };
  const start = characters.slice(0, excerptLength).join("");
  return { excerpt: start.replace(/\S*$/u, (last) => (last.length < start.length ? "" : last)), isLong: true };
}

async function wholeOf(actor: Actor, id: ID.ID<"update">): Promise<Whole> {
  const { text, row } = await visible(actor, await table.get(updateKeys.updateText(id)));
  return describeWhole(actor, readOnly(UpdateRow, row), text.content);
}

/** The team exists and is as it was read, and who does not manage updates is in it, or leads it where its leads post. */
function placed(actor: Actor, { sk: team, posting }: TeamRow): Step[] {
  const { organization, account } = actor;
  if (managesUpdates(actor)) return [check(teamKeys.team(organization, team), when(present, teamFailures.missing))];
  const isForAll = posting === undefined;
  // threat: a member posts to a team whose leads alone post now
  const asRead = when(isForAll ? all(present, lacks("posting")) : present, (found: TeamRow | undefined) =>
    found ? failures.leadsOnly() : teamFailures.missing(),
  );
  const inTeam = contains("teams", team);
  // threat: members post where the leads of the team do
  const mayPost = when(isForAll ? inTeam : all(inTeam, contains("leads", team)), (found: MemberRow | undefined) =>
    found?.teams?.has(team) ? failures.leadsOnly() : failures.otherTeam(),
  );
  // threat: members post to teams that they are not in
  return [check(teamKeys.team(organization, team), asRead), check(memberKeys.member(organization, account), mayPost)];
}
