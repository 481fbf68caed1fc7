import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import type { Range } from "../table/table.ts";
import { type Place, updateKeys } from "./keys.ts";
import { maxExamined, pageSize } from "./limits.ts";
import { UpdateRow } from "./row.ts";
import { term } from "./words.ts";

// Finds the updates of a page of a feed: the newest of several places, by the terms of a filter or the words of a search.

/** Rows to read of each place beyond its share, because shares are uneven. */
const spareRows = 3;
/** Updates that are looked at, one step after the other, while few fit all conditions. */
const steps = [pageSize, 100, maxExamined - pageSize - 100];
/** A page with so many is not filled up. */
const enough = pageSize / 2;

type UpdateId = ID.ID<"update">;
type Found = { place: Place; id: UpdateId };
type Source = { place: Place; found: Found[]; isEnd: boolean };
/** Updates that fit one of the conditions, newest first, and the last one of them, if there are more. */
type Candidates = { ids: Found[]; rows?: UpdateRow[]; next: UpdateId | undefined };

export type Conditions = {
  words: readonly string[];
  terms: readonly string[];
  /** Returns true if an update fits all of them. */
  isShown: (row: UpdateRow) => boolean;
};

/**
 * Finds the newest updates of some places that fit all conditions: up to a page of those that were looked at, and where
 * to go on.
 */
export async function find(
  places: readonly Place[],
  { words, terms, isShown }: Conditions,
  before: UpdateId | undefined,
): Promise<{ rows: UpdateRow[]; next: UpdateId | undefined }> {
  const candidates = words.length > 0 ? searched(places, words) : merged(places, terms[0]);
  const found: UpdateRow[] = [];
  let next = before;
  // threat: a search for a rare second word takes hundreds of requests
  for (const limit of words.length + terms.length > 1 ? steps : [pageSize]) {
    const page = await candidates(limit, next);
    const rows = page.rows ?? (await rowsOf(page.ids));
    found.push(...rows.flatMap((row) => usable(UpdateRow, row) ?? []).filter(isShown));
    next = page.next;
    if (next === undefined || found.length >= enough) break;
  }
  // threat: a page of a search has more updates than a page may have
  const rows = found.slice(0, pageSize);
  return { rows, next: found.length > rows.length ? rows.at(-1)?.sk : next };
}

/**
 * Returns the newest updates of several places as if they were one. Reads each place's share at once, then reads on in
 * those that hold more of the newest.
 */
const merged =
  (places: readonly Place[], wanted: string | undefined) =>
  async (max: number, before: UpdateId | undefined): Promise<Candidates> => {
    const rows = new Map<string, UpdateRow>();
    const read = async (place: Place, limit: number, older: UpdateId | undefined): Promise<Source> => {
      const range: Range =
        wanted === undefined ? updateKeys.updates(place, older) : updateKeys.updatesWith(place, wanted, older);
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
    const share = places.length === 1 ? max : Math.ceil(max / places.length) + spareRows;
    let sources = await Promise.all(places.map((place) => read(place, share, before)));
    for (;;) {
      const all = newestFirst(sources.flatMap(({ found }) => found));
      // what remains of a place is older than the last row that was read of it
      const horizons = sources.flatMap(({ isEnd, found }) => (isEnd ? [] : (found.at(-1)?.id ?? [])));
      const horizon = horizons.toSorted().at(-1);
      const sure = horizon === undefined ? all : all.filter(({ id }) => id >= horizon);
      if (sure.length >= max || horizon === undefined) {
        const ids = sure.slice(0, max);
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
          if (source.isEnd || last === undefined || last < (all[max - 1]?.id ?? "")) return source;
          const more = await read(source.place, max, last);
          return { ...more, found: [...source.found, ...more.found] };
        }),
      );
    }
  };

/** Finds the newest updates with the longest typed word, and examines some with longer words that begin like it. */
function searched(places: readonly Place[], words: readonly string[]) {
  const [longest = ""] = words.toSorted((one, other) => other.length - one.length);
  const word = term.word(longest);
  const longerWords = Promise.all(
    places.map(async (place) => {
      const { items } = await table.query({
        ...updateKeys.longerTerms(place, word),
        newestFirst: true,
        limit: maxExamined,
      });
      return items.map(({ sk }): Found => ({ place, id: idIn(sk) }));
    }),
  );
  return async (max: number, before: UpdateId | undefined): Promise<Candidates> => {
    // the one before them, which the range includes, and one that says whether there are more
    const limit = Math.max(pageSize, Math.ceil(max / places.length)) + 2;
    const [longer, ...exact] = await Promise.all([
      longerWords,
      ...places.map(async (place) => {
        // threat: a search in a large feed reads hundreds of updates for each page, and ends after them
        const { items } = await table.query({
          ...updateKeys.updatesWith(place, word, before),
          newestFirst: true,
          limit,
        });
        return items.map(({ sk }): Found => ({ place, id: idIn(sk) }));
      }),
    ]);
    const distinct = [...new Map([...longer, ...exact].flat().map((one) => [one.id, one])).values()];
    const older = newestFirst(distinct.filter(({ id }) => before === undefined || id < before));
    const horizons = exact.flatMap((found) => (found.length < limit ? [] : (found.at(-1)?.id ?? [])));
    const horizon = horizons.toSorted().at(-1) ?? "";
    // threat: a search skips updates of a place that was not read so far
    const ids = older.filter(({ id }) => id >= horizon).slice(0, max);
    // threat: a search ends before a place was read to its end
    return { ids, next: horizon !== "" || older.length > ids.length ? ids.at(-1)?.id : undefined };
  };
}

const newestFirst = (all: readonly Found[]): Found[] => all.toSorted((one, other) => (one.id < other.id ? 1 : -1));

const idIn = (sk: string) => sk.slice(-"upd_".length - ulidLength) as UpdateId;
const ulidLength = 26;

async function rowsOf(found: readonly Found[]): Promise<UpdateRow[]> {
  const rows = await table.getMany(
    found.map(({ place, id }) => updateKeys.update(place, id)),
    { consistent: false },
  );
  return rows.filter((row) => row !== undefined);
}
