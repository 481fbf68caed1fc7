import type { Item, Key, Page, Position, Query, RowsOf } from "../table/table.ts";
import { table } from "./ports.ts";

/** Returns all rows of a query, from all pages; for what one person or one import has. */
export async function rowsOf<R extends Item>(query: Query<R>): Promise<R[]> {
  const items: R[] = [];
  for (let start: Position | undefined; ; ) {
    const page: Page<R> = await table.query({ ...query, start });
    items.push(...page.items);
    if (!page.next) return items;
    start = page.next;
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
