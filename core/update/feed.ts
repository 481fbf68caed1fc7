import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { read } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import type { Key } from "../table/table.ts";
import { failures as teamFailures } from "../team/names.ts";
import { describeAll, Info, Names } from "./describe.ts";
import { find } from "./find.ts";
import { includeUpdates } from "./included.ts";
import { type Place, updateKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { keysOfPlaces, placesOf } from "./place.ts";
import { PinsRow, type UpdateRow, VisitRow } from "./row.ts";
import { Tag, tagOf } from "./shape.ts";
import { isFound, term, wordsOf } from "./words.ts";

// The feed of an organization, of a team, and the one that merges what concerns a member.

/** Tags that are suggested at once. */
const maxSuggested = 12;

// Shapes

/** The updates to return: of everything that concerns you, of the organization, or of one team. */
export const Where = v.strictObject({
  /** `overview` is the organization and your own teams, and is what you get by default; `organization` leaves your teams out. */
  in: v.optional(v.picklist(["overview", "organization"])),
  /** Only updates to this team. */
  team: v.optional(ID.schema("team")),
});
type Where = v.InferOutput<typeof Where>;

const Filters = v.strictObject({
  ...Where.entries,
  /** Only updates with this tag. */
  tag: v.optional(Tag),
  /** Only updates of this member. */
  author: v.optional(ID.schema("account")),
  /** The starts of words of the title, and of tags. */
  search: v.optional(v.pipe(v.string(), v.maxLength(100, "This search is too long."))),
  cursor: v.optional(Cursor),
  after: v.optional(After),
});
type Filters = v.InferOutput<typeof Filters>;

const Feed = v.object({
  ...listOf(Info, pageSize).entries,
  /** Pinned updates, the most recently pinned first; on the first page of an unfiltered feed. */
  pinned: v.optional(v.array(Info)),
  names: Names,
  /** The time you last looked at this feed. */
  lastVisit: v.optional(v.string()),
});

/** A tag in use. */
export const TagEntry = v.object({
  /** The tag, in lowercase and without `#`. */
  tag: v.string(),
});

type UpdateId = ID.ID<"update">;

// Functions

/** Lists updates, newest first, 20 at once. A page may be shorter, even empty, and still have a next one. */
export const list = fn(
  "update.list",
  {
    input: Filters,
    output: Feed,
    failures: [cursorFailures.invalid, teamFailures.missing, Windows.failures.limited],
    reads: keysOfPlaces,
  },
  async ({ tag, ...rest }, actor, own) => {
    const { cursor, after } = rest;
    await includeUpdates(actor.organization, after);
    const filters = { ...rest, ...(tag !== undefined && { tag: tagOf(tag) }) };
    const places = placesOf(actor, filters, own);
    const words = wordsOf(filters.search ?? "");
    const scope = JSON.stringify([
      "update.list",
      actor.organization,
      filters.in,
      filters.team,
      filters.tag,
      filters.author,
      words,
    ]);
    const before = cursor === undefined ? undefined : (open(scope, cursor).before as UpdateId);
    const terms = termsOf(filters);
    const isStart = before === undefined && words.length === 0 && terms.length === 0;
    const isShown = (row: UpdateRow) => row.deletedAt === undefined && isWanted(row, filters, words);
    const [found, pinned, visit] = await Promise.all([
      find(places, { words, terms, isShown }, before),
      isStart ? pinnedIn(places[0] as Place) : [],
      isStart ? table.get(updateKeys.visit(places[0] as Place, actor.account)) : undefined,
    ]);
    const { items, names } = await describeAll(actor, [...found.rows, ...pinned]);
    const described = new Map(items.map((item) => [item.id, item]));
    const of = (part: readonly UpdateRow[]) => part.flatMap(({ sk }) => described.get(sk) ?? []);
    return {
      items: of(found.rows),
      ...(isStart && { pinned: of(pinned) }),
      names,
      ...visited(visit && read(VisitRow, visit)),
      ...(found.next && { next: seal(scope, { before: found.next }) }),
    };
  },
);

/** Lists tags in use that begin like this, in alphabetical order. */
export const listTags = fn(
  "update.listTags",
  {
    input: v.strictObject({
      ...Where.entries,
      /** The beginning of the tags. */
      search: v.optional(v.pipe(v.string(), v.maxLength(30, "This search is too long."))),
      after: v.optional(After),
    }),
    output: v.object({
      /** Up to 12 tags. */
      items: v.pipe(v.array(TagEntry), v.maxLength(maxSuggested)),
    }),
    failures: [teamFailures.missing, Windows.failures.limited],
    reads: keysOfPlaces,
  },
  async (where, actor, own) => {
    await includeUpdates(actor.organization, where.after);
    const places = placesOf(actor, where, own);
    const start = tagOf(where.search ?? "");
    // each tag is a query: a member of many teams gets a few of each
    const perPlace = Math.max(2, Math.ceil((2 * maxSuggested) / places.length));
    const tags = (
      await Promise.all(places.map((place) => tagsIn(place, start, Math.min(maxSuggested, perPlace))))
    ).flat();
    const items = [...new Set(tags)].toSorted().slice(0, maxSuggested);
    return { items: items.map((tag) => ({ tag })) };
  },
);

/** The terms of the filters, the narrower one first. */
const termsOf = ({ tag, author }: Filters): string[] => [
  ...(author === undefined ? [] : [term.author(author)]),
  ...(tag === undefined ? [] : [term.tag(tag)]),
];

const isWanted = (row: UpdateRow, { tag, author }: Filters, words: readonly string[]): boolean =>
  (tag === undefined || row.tags?.includes(tag) === true) &&
  (author === undefined || row.author === author) &&
  isFound(row, words);

const visited = (visit: VisitRow | undefined) => (visit ? { lastVisit: visit.at } : {});

async function pinnedIn(place: Place): Promise<UpdateRow[]> {
  const row = await table.get(updateKeys.pins(place));
  const pins = row && read(PinsRow, row);
  const keys: Key<UpdateRow>[] = [...(pins?.updates ?? [])].map((id) => updateKeys.update(place, id));
  if (keys.length === 0) return [];
  const rows = (await table.getMany(keys)).filter((row) => row !== undefined);
  return rows
    .filter(({ deletedAt, pinnedAt }) => deletedAt === undefined && pinnedAt !== undefined)
    .toSorted((one, other) => ((one.pinnedAt ?? "") < (other.pinnedAt ?? "") ? 1 : -1));
}

/** Skips from each tag to the next, so that a tag that many updates have hides no other. */
async function tagsIn(place: Place, start: string, max: number): Promise<string[]> {
  const tags: string[] = [];
  const { pk } = updateKeys.termsIn(place);
  for (let from = term.tag(start); tags.length < max; ) {
    const { items } = await table.query({ pk, from, to: term.tag(`${start}\uffff`), limit: 1 });
    const tag = items[0] && String(items[0].sk).slice(term.tag("").length).split("#")[0];
    if (tag === undefined) return tags;
    tags.push(tag);
    from = term.tag(`${tag}#~`);
  }
  return tags;
}
