import type { Item, List, Page, Position, Query } from "../table/table.ts";
import { table } from "./ports.ts";

/** Rows to read from each list beyond its share, because shares are uneven. */
const spareRows = 6;

type Range = Pick<Query, "prefix" | "from" | "to" | "newestFirst"> & { limit: number; start?: Position | undefined };
type Feed<R extends Item> = { list: List<R>; items: R[]; next: Position | undefined };

/**
 * Returns one page of several lists of the index as if they were one, ordered by rank. Reads each list's share at once,
 * then reads on in those that hold more of the first rows. The page ends at its last row, whichever list holds it, so a
 * list may be split while somebody pages through it.
 */
export async function queryAll<R extends Item>(
  lists: readonly List<R>[],
  { limit, start, ...range }: Range,
): Promise<Page<R>> {
  const read = async (list: List<R>, count: number, from: Position | undefined): Promise<Feed<R>> => {
    const { items, next } = await table.query({ ...range, list, limit: count, start: from && { ...from, list } });
    return { list, items, next };
  };
  const [only, ...others] = lists;
  if (only === undefined) throw new Error("There is no list to query.");
  if (others.length === 0) return read(only, limit, start);

  const sign = range.newestFirst ? -1 : 1;
  const isBefore = (one: unknown, other: unknown) => (String(one) < String(other) ? -1 : 1) * sign < 0;
  const share = Math.ceil(limit / lists.length) + spareRows;
  let feeds = await Promise.all(lists.map((list) => read(list, share, start)));
  for (;;) {
    const open = feeds
      .flatMap(({ next }) => next?.rank ?? [])
      .toSorted((one, other) => (isBefore(one, other) ? -1 : 1));
    const rows = feeds
      .flatMap(({ items }) => items)
      .toSorted((one, other) => (isBefore(one.rank, other.rank) ? -1 : 1));
    const [horizon] = open;
    // what remains of a list comes after the last row that was read from it
    // threat: a page of several lists ends before rows of another list that come first
    const sure = horizon === undefined ? rows : rows.filter(({ rank }) => !isBefore(horizon, rank));
    if (sure.length >= limit || horizon === undefined) {
      const items = sure.slice(0, limit);
      const isLast = items.length === rows.length && horizon === undefined;
      return { items, next: isLast ? undefined : positionOf(items.at(-1)) };
    }
    const [last] = rows.slice(limit - 1);
    feeds = await Promise.all(
      feeds.map(async (feed) => {
        if (!feed.next || (last && isBefore(last.rank, feed.next.rank))) return feed;
        const more = await read(feed.list, limit, feed.next);
        return { ...more, items: [...feed.items, ...more.items] };
      }),
    );
  }
}

/** Returns where a page of a list ends whose last row is this one. */
export function positionOf(row: Item | undefined): Position | undefined {
  if (!row) return undefined;
  return { pk: String(row.pk), sk: String(row.sk), list: String(row.list), rank: String(row.rank) };
}
