import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { has, type Key, lacks, type Position, update, when } from "../table/table.ts";
import { failures as teamFailures } from "../team/names.ts";
import { Author, authorOf, peopleIn, reactionsOf } from "./describe.ts";
import { failures } from "./failures.ts";
import { Where } from "./feed.ts";
import { updateKeys } from "./keys.ts";
import { maxSeen, visitDays } from "./limits.ts";
import { keyOfText, keysOfPlaces, placesOf, requireVisible } from "./place.ts";
import { ActivityRow } from "./row.ts";
import { type Reaction, reactions } from "./shape.ts";

// What members do with an update other than writing: react to it, see it. Each is one write of the member's own row, and
// the stream counts.

const peoplePerPage = 50;
/** Rows that are examined for a page: most members see an update, and few react to it. */
const rowsPerRead = 500;
const readsPerPage = 4;

// Shapes

const One = v.strictObject({ update: ID.schema("update") });
const Paged = v.strictObject({ ...One.entries, cursor: v.optional(Cursor) });

/** An emoji to add or to remove. */
export const Reacting = {
  /** The emoji. */
  reaction: v.picklist(reactions),
  /** True to add the emoji; otherwise it is removed. */
  on: v.boolean(),
};
/** The result of adding or removing an emoji. */
export const Reacted = v.object({
  /** The emoji that you have added now. */
  own: v.array(v.picklist(reactions)),
});

/** A member who reacted to an update. */
export const Reactor = v.object({
  ...Author.entries,
  /** The emoji that the member added. */
  reactions: v.array(v.picklist(reactions)),
});
/** A member who has seen an update. */
export const Viewer = v.object({
  ...Author.entries,
  /** The time it was first seen. */
  at: v.string(),
});

// Functions

/** Adds an emoji to an update, or removes it. Repeating it changes nothing. */
export const setReaction = fn(
  "update.setReaction",
  {
    input: v.strictObject({ ...One.entries, ...Reacting }),
    output: Reacted,
    failures: [failures.missing],
    reads: keyOfText,
  },
  async ({ update: id, reaction, on }, actor, [text]) => {
    await requireVisible(actor, text);
    return { own: await writeReaction(actor, updateKeys.activity(id, actor.account), reaction, on) };
  },
);

/** Lists who added which emoji. */
export const listReactions = fn(
  "update.listReactions",
  {
    input: Paged,
    output: listOf(Reactor, peoplePerPage),
    failures: [failures.missing, cursorFailures.invalid],
    reads: keyOfText,
  },
  async ({ update: id, cursor }, actor, [text]) => {
    await requireVisible(actor, text);
    const { rows, people, next } = await activitiesOf(actor, id, "reactions", cursor);
    const items = rows
      .filter((row) => reactionsOf(row).length > 0)
      .map((row) => ({ ...authorOf(row.sk as ID.ID<"account">, people), reactions: reactionsOf(row) }));
    return { items, ...(next && { next }) };
  },
);

/** Lists who has seen an update, and when. */
export const listSeen = fn(
  "update.listSeen",
  {
    input: Paged,
    output: listOf(Viewer, peoplePerPage),
    failures: [failures.missing, cursorFailures.invalid],
    reads: keyOfText,
  },
  async ({ update: id, cursor }, actor, [text]) => {
    await requireVisible(actor, text);
    const { rows, people, next } = await activitiesOf(actor, id, "seenAt", cursor);
    const items = rows.flatMap(({ sk, seenAt }) =>
      seenAt === undefined ? [] : [{ ...authorOf(sk as ID.ID<"account">, people), at: seenAt }],
    );
    return { items, ...(next && { next }) };
  },
);

/** Marks updates as seen. Each costs one write per member, the first time. Those that are not there are passed over. */
export const markSeen = fn(
  "update.markSeen",
  {
    input: v.strictObject({
      /** The updates. */
      updates: v.pipe(
        v.array(ID.schema("update")),
        v.minLength(1, "At least one update."),
        v.maxLength(maxSeen, `At most ${maxSeen} updates at once.`),
      ),
    }),
    output: v.void(),
    reads: ({ updates }, { account }) =>
      [...new Set(updates)].flatMap((id) => [updateKeys.updateText(id), updateKeys.activity(id, account)]),
  },
  async ({ updates }, actor, rows) => {
    const ids = [...new Set(updates)];
    const seen = rows.filter((row) => row !== undefined && "seenAt" in row).map((row) => row?.pk);
    const unseen = ids.filter((id) => !seen.includes(id));
    const isVisible = await visibility(actor, ids, rows);
    await Promise.all(
      unseen.filter((id) => isVisible.has(id)).map((id) => see(actor, updateKeys.activity(id, actor.account))),
    );
  },
);

/** Records that you have looked at a feed: what is newer is unread at your next visit. */
export const visit = fn(
  "update.visit",
  {
    input: Where,
    output: v.void(),
    failures: [teamFailures.missing],
    reads: keysOfPlaces,
  },
  async (where, actor, rows) => {
    const [place] = placesOf(actor, where, rows);
    if (place === undefined) return;
    const set = { at: instant(), ttl: epoch(visitDays * daySeconds) };
    await table.write(update(updateKeys.visit(place, actor.account), { set }));
  },
);

// For comments

/** Adds or removes an emoji in one write, and returns what the member has added then. */
export async function writeReaction(
  { organization }: Actor,
  key: Key<ActivityRow>,
  reaction: Reaction,
  on: boolean,
): Promise<Reaction[]> {
  const change = { [on ? "add" : "drop"]: { reactions: new Set([reaction]) } };
  const row = await table.change(update(key, { set: { organization, stream: "view" }, ...change }));
  return reactionsOf(row);
}

async function see({ organization }: Actor, key: Key<ActivityRow>): Promise<void> {
  const set = { organization, stream: "view", seenAt: instant() };
  // another tab may have been faster
  await writeUnless(failures.changed, update(key, { set }, when(lacks("seenAt"), failures.changed)));
}

async function visibility(
  actor: Actor,
  ids: readonly ID.ID<"update">[],
  rows: readonly unknown[],
): Promise<Set<ID.ID<"update">>> {
  const texts = ids.map((_, i) => rows[2 * i] as Parameters<typeof requireVisible>[1]);
  const seen = await Promise.all(
    texts.map((text) =>
      requireVisible(actor, text).catch((error: unknown) => {
        if (!isFailure(error, failures.missing)) throw error;
      }),
    ),
  );
  return new Set(ids.filter((_, i) => seen[i]));
}

/** Reads on past members who did something else, up to a bound, until a page is full. */
async function activitiesOf(
  actor: Actor,
  id: ID.ID<"update">,
  did: "reactions" | "seenAt",
  cursor: string | undefined,
) {
  const scope = `update.${did} ${id}`;
  const rows: Read<typeof ActivityRow>[] = [];
  let start: Position | undefined = cursor === undefined ? undefined : open(scope, cursor);
  for (let read = 0; read < readsPerPage; read++) {
    // threat: those who reacted are hidden behind those who only saw an update
    // threat: the list of reactions is read from a replica that lags
    const query = { ...updateKeys.activities(id), limit: rowsPerRead, filter: has(did), consistent: true, start };
    const { items, next } = await table.query(query);
    // a row about a comment has the id of the comment, too
    rows.push(...readAll(ActivityRow, items).filter(({ sk }) => ID.is("account", sk)));
    start = next;
    if (start === undefined || rows.length >= peoplePerPage) break;
  }
  const shown = rows.slice(0, peoplePerPage);
  const last = shown.at(-1);
  const next = rows.length > shown.length && last ? { pk: last.pk, sk: last.sk } : start;
  const people = await peopleIn(actor, { accounts: shown.map(({ sk }) => sk as ID.ID<"account">), mentioned: [] });
  return { rows: shown, people, ...(next && { next: seal(scope, next) }) };
}
