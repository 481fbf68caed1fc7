import { table } from "../kernel/ports.ts";
import { any, type Condition, equal, type Item, keyOf, lacks, oneOf, type Page, type Query } from "../table/table.ts";
import type { Viewer } from "./names.ts";

/** Rows that are examined at once where teams are passed over. */
const rowsPerRead = 1000;

/**
 * Returns rows of teams that somebody sees, up to `size`. A page is full although teams are passed over, and the last
 * one says so: nobody can tell how many these are. The rows hold `team`, and `visibility` as the team does.
 */
export async function pageSeen<R extends Item>(viewer: Viewer, query: Query<R>, size: number): Promise<Page<R>> {
  const found: R[] = [];
  let start = query.start;
  for (let limit = size + 1; ; limit = rowsPerRead) {
    // threat: private teams are listed foreverybody
    const page: Page<R> = await table.query({ ...query, filter: seenBy(viewer), consistent: true, limit, start });
    found.push(...page.items);
    start = page.next;
    // threat: the length of a page tells how many teams are private
    if (!start || found.length > size) break;
  }
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, next: found.length > size && last ? keyOf(last) : undefined };
}

/** The same as `seesTeam`, for a query. */
function seenBy({ role, ownTeams: own = new Set() }: Viewer): Condition | undefined {
  if (role === "owner" || role === "admin") return undefined;
  const open = [lacks("visibility"), equal("visibility", "open")];
  return own.size > 0 ? any(...open, oneOf("team", [...own])) : any(...open);
}
