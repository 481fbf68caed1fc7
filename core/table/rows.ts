import { table } from "../kernel/ports.ts";
import type { Item, Position, Query } from "./table.ts";

/** All rows of a query, however many pages they fill; for what one person or one import has. */
export async function rowsOf(query: Query): Promise<Item[]> {
  const items: Item[] = [];
  for (let start: Position | undefined; ; ) {
    const page = await table.query({ ...query, start });
    items.push(...page.items);
    if (!page.next) return items;
    start = page.next;
  }
}
