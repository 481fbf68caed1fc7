import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { read, usable } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import type { Key, Range } from "../table/table.ts";
import type { Place } from "../table/update-keys.ts";
import { failures as teamFailures } from "../team/names.ts";
import { describeAll, Info, Names } from "./describe.ts";
import { maxExamined, pageSize } from "./limits.ts";
import { keysOfPlaces, placesOf } from "./place.ts";
import { PinsRow, UpdateRow, VisitRow } from "./row.ts";
import { Tag, tagOf } from "./shape.ts";
import { isFound, term, wordsOf } from "./words.ts";

// The feed of an organization, of a team, and the one that merges what concerns a member.

/** Rows to read of each place beyond its share, because shares are uneven. */
const spareRows = 3;
/** Tags that are suggested at once. */
const maxSuggested = 12;

// Shapes

/** Which updates: of everything that concerns you, of the organization, or of one team. */
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
});
type Filters = v.InferOutput<typeof Filters>;

const Feed = v.object({
  ...listOf(Info, pageSize).entries,
  /** Pinned updates, the most recently pinned first; on the first page of an unfiltered feed. */
  pinned: v.optional(v.array(Info)),
  names: Names,
  /** When you last looked at this feed. */
  lastVisit: v.optional(v.string()),
});

/** A tag in use. */
export const TagEntry = v.object({
  /** The tag, in lower case and without `#`. */
  tag: v.string(),
});

type UpdateId = ID.ID<"update">;
type Found = { place: Place; id: UpdateId };
type Source = { place: Place; found: Found[]; isEnd: boolean };

// Functions

/** Lists updates, newest first, 20 at once. A page may be shorter, even empty, and still have a next one. */
export const list = fn(
  "update.list",
  {
    input: Filters,
    output: Feed,
    failures: [cursorFailures.invalid, teamFailures.missing],
    reads: keysOfPlaces,
  },
  async ({ tag, ...rest }, actor, own) => {
    const { cursor } = rest;
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
    const isPlain = words.length === 0 && filters.tag === undefined && filters.author === undefined;
    const isStart = before === undefined && isPlain;
    const [found, pinned, visit] = await Promise.all([
      words.length > 0 ? search(places, words, before) : merged(places, isPlain ? undefined : termOf(filters), before),
      isStart ? pinnedIn(places[0] as Place) : [],
      isStart ? table.get(Keys.visit(places[0] as Place, actor.account)) : undefined,
    ]);
    const rows = found.rows ?? (await rowsOf(found.ids));
    const there = rows.flatMap((row) => usable(UpdateRow, row) ?? []);
    const shown = there.filter((row) => row.deletedAt === undefined && isWanted(row, filters, words));
    const { items, names } = await describeAll(actor, [...shown, ...pinned]);
    const described = new Map(items.map((item) => [item.id, item]));
    const of = (part: readonly UpdateRow[]) => part.flatMap(({ sk }) => described.get(sk) ?? []);
    return {
      items: of(shown),
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
      /** How the tags begin. */
      search: v.optional(v.pipe(v.string(), v.maxLength(30, "This search is too long."))),
    }),
    output: v.object({
      /** Up to 12 tags. */
      items: v.pipe(v.array(TagEntry), v.maxLength(maxSuggested)),
    }),
    failures: [teamFailures.missing],
    reads: keysOfPlaces,
  },
  async (where, actor, own) => {
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

/** The narrower of two filters; the other one is applied to what it finds. */
const termOf = ({ tag, author }: Filters): string => (author === undefined ? term.tag(tag ?? "") : term.author(author));

const isWanted = (row: UpdateRow, { tag, author }: Filters, words: readonly string[]): boolean =>
  (tag === undefined || row.tags?.includes(tag) === true) &&
  (author === undefined || row.author === author) &&
  isFound(row, words);

const visited = (visit: VisitRow | undefined) => (visit ? { lastVisit: visit.at } : {});

type Merged = { ids: Found[]; rows?: UpdateRow[]; next: UpdateId | undefined };

/**
 * Returns the newest updates of several places as if they were one. Reads each place's share at once, then reads on in
 * those that hold more of the newest.
 */
async function merged(
  places: readonly Place[],
  wanted: string | undefined,
  before: UpdateId | undefined,
): Promise<Merged> {
  const rows = new Map<string, UpdateRow>();
  const read = async (place: Place, limit: number, older: UpdateId | undefined): Promise<Source> => {
    const range: Range = wanted === undefined ? Keys.updates(place, older) : Keys.updatesWith(place, wanted, older);
    // a range includes its bound
    const page = await table.query({ ...range, newestFirst: true, limit: limit + 1, consistent: true });
    const fresh = page.items.filter(({ sk }) => idIn(String(sk)) !== older).slice(0, limit);
    if (wanted === undefined) for (const row of fresh) rows.set(String(row.sk), row as UpdateRow);
    return {
      place,
      found: fresh.map(({ sk }) => ({ place, id: idIn(String(sk)) })),
      isEnd: page.next === undefined && page.items.length <= limit,
    };
  };
  const share = places.length === 1 ? pageSize : Math.ceil(pageSize / places.length) + spareRows;
  let sources = await Promise.all(places.map((place) => read(place, share, before)));
  for (;;) {
    const all = sources.flatMap(({ found }) => found).toSorted((one, other) => (one.id < other.id ? 1 : -1));
    // what remains of a place is older than the last row that was read of it
    const horizons = sources.flatMap(({ isEnd, found }) => (isEnd ? [] : (found.at(-1)?.id ?? [])));
    const horizon = horizons.toSorted().at(-1);
    const sure = horizon === undefined ? all : all.filter(({ id }) => id >= horizon);
    if (sure.length >= pageSize || horizon === undefined) {
      const ids = sure.slice(0, pageSize);
      const isLast = horizon === undefined && ids.length === all.length;
      return {
        ids,
        ...(wanted === undefined && { rows: ids.flatMap(({ id }) => rows.get(id) ?? []) }),
        next: isLast ? undefined : ids.at(-1)?.id,
      };
    }
    sources = await Promise.all(
      sources.map(async (source) => {
        const last = source.found.at(-1)?.id;
        if (source.isEnd || last === undefined || last < (all[pageSize - 1]?.id ?? "")) return source;
        const more = await read(source.place, pageSize, last);
        return { ...more, found: [...source.found, ...more.found] };
      }),
    );
  }
}

/** Finds the newest updates with the longest typed word, and examines some with longer words that begin like it. */
async function search(
  places: readonly Place[],
  words: readonly string[],
  before: UpdateId | undefined,
): Promise<Merged> {
  const [longest = ""] = words.toSorted((one, other) => other.length - one.length);
  const found = await Promise.all(
    places.map(async (place) => {
      const word = term.word(longest);
      const both = await Promise.all([
        // those of a page, the one before it, which the range includes, and one that says whether there are more
        table.query({ ...Keys.updatesWith(place, word, before), newestFirst: true, limit: pageSize + 2 }),
        table.query({ ...Keys.longerTerms(place, word), newestFirst: true, limit: maxExamined }),
      ]);
      return both.flatMap(({ items }) => items).map(({ sk }): Found => ({ place, id: idIn(sk) }));
    }),
  );
  const distinct = [...new Map(found.flat().map((one) => [one.id, one])).values()];
  const older = distinct.filter(({ id }) => before === undefined || id < before);
  const ids = older.toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const page = ids.slice(0, pageSize);
  return { ids: page, next: ids.length > page.length ? page.at(-1)?.id : undefined };
}

const idIn = (sk: string) => sk.slice(-"upd_".length - ulidLength) as UpdateId;
const ulidLength = 26;

async function rowsOf(found: readonly Found[]): Promise<UpdateRow[]> {
  const rows = await table.getMany(
    found.map(({ place, id }) => Keys.update(place, id)),
    { consistent: false },
  );
  return rows.filter((row) => row !== undefined);
}

async function pinnedIn(place: Place): Promise<UpdateRow[]> {
  const row = await table.get(Keys.pins(place));
  const pins = row && read(PinsRow, row);
  const keys: Key<UpdateRow>[] = [...(pins?.updates ?? [])].map((id) => Keys.update(place, id));
  if (keys.length === 0) return [];
  const rows = (await table.getMany(keys)).filter((row) => row !== undefined);
  return rows
    .filter(({ deletedAt, pinnedAt }) => deletedAt === undefined && pinnedAt !== undefined)
    .toSorted((one, other) => ((one.pinnedAt ?? "") < (other.pinnedAt ?? "") ? 1 : -1));
}

/** Skips from each tag to the next, so that a tag that many updates have hides no other. */
async function tagsIn(place: Place, start: string, max: number): Promise<string[]> {
  const tags: string[] = [];
  const { pk } = Keys.termsIn(place);
  for (let from = term.tag(start); tags.length < max; ) {
    const { items } = await table.query({ pk, from, to: term.tag(`${start}\uffff`), limit: 1 });
    const tag = items[0] && String(items[0].sk).slice(term.tag("").length).split("#")[0];
    if (tag === undefined) return tags;
    tags.push(tag);
    from = term.tag(`${tag}#~`);
  }
  return tags;
}
