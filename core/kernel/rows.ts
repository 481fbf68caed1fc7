import type { Item, Key, Page, Position, Query, RowsOf } from "../table/table.ts";
import { table } from "./ports.ts";

/** Reads page by page, the next one only when it is wanted: a loop that ends early reads no more. */
export async function* pagesOf<R extends Item>(query: Query<R>): AsyncGenerator<R[], void> {
  let { start } = query;
  do {
    const page: Page<R> = await table.query({ ...query, start });
    yield page.items;
    start = page.next;
  } while (start);
}

/** Returns all rows of a query, from all pages; for what one person or one import has. */
export async function rowsOf<R extends Item>(query: Query<R>): Promise<R[]> {
  const rows: R[] = [];
  for await (const items of pagesOf(query)) rows.push(...items);
  return rows;
}

/**
 * Reads page by page, the next one while this one is looked at.
 * @param isEnough whether to stop after so many pages
 * @returns where to go on, if there are more
 */
export async function eachPage<R extends Item>(
  query: Query<R>,
  look: (items: readonly R[]) => unknown,
  isEnough: (pages: number) => boolean,
): Promise<Position | undefined> {
  const read = (start: Position | undefined): Promise<Page<R>> => table.query({ ...query, start });
  let reading = read(query.start);
  for (let pages = 1; ; pages++) {
    const { items, next } = await reading;
    const isLast = next === undefined || isEnough(pages);
    if (!isLast) {
      reading = read(next);
      // it fails where it is awaited, unless what is looked at fails first
      reading.catch(() => undefined);
    }
    await look(items);
    if (isLast) return next;
  }
}

/** Reads rows of several keys for each of several things in one round trip: "organization and payment of each". */
export async function rowsOfEach<T, const K extends readonly Key[]>(
  things: readonly T[],
  keysOf: (thing: T) => K,
  options?: { consistent?: boolean },
): Promise<RowsOf<K>[]> {
  const keys = things.map(keysOf);
  const rows = await table.getMany(keys.flat(), options);
  let from = 0;
  return keys.map(({ length }) => rows.slice(from, (from += length)) as RowsOf<K>);
}
