import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { table } from "../kernel/ports.ts";
import {
  all,
  any,
  type Condition,
  contains,
  equal,
  type Item,
  keyOf,
  type Position,
  type Query,
} from "../table/table.ts";
import { searchKeys } from "./keys.ts";
import { bucketOf } from "./search.ts";
import { type Findable, isFound } from "./words.ts";

/** The size of a page; callers read one membership for each result. */
const page = 25;
/** The maximum number of rows that one request examines: 18 read units. */
export const maxExamined = 1000;
/** Rows that are examined first when rows are filtered: 4 read units. */
const firstExamined = 250;
/** Roughly how many words of one member share a beginning: in a name and an address. */
const rowsPerMember = 4;

/**
 * A search: `typed` as words.ts reads it. Its results are sorted by the word that matched, otherwise by role and name.
 */
export type Wanted = {
  typed: readonly string[];
  role?: Role | undefined;
  /** Members of a team are sorted by name. */
  team?: ID.ID<"team"> | undefined;
  /** Those who lead a team, in the same way. */
  leadOf?: ID.ID<"team"> | undefined;
  sort: "name" | "joined" | "role";
  /** True if addresses may be searched, too. */
  addresses: boolean;
  /** True if so few members have the role that it narrows the search more than a word does. */
  isRare?: boolean;
};

export type Found = { accounts: ID.ID<"account">[]; next: Position | undefined };

/** Returns the likely matches, from search rows that may lag. The membership decides. */
export async function find(organization: ID.ID<"organization">, wanted: Wanted, from?: Position): Promise<Found> {
  // threat: a list breaks off when a role becomes rare between two pages
  const { query, filter, counts } = plan(organization, from ? { ...wanted, isRare: isByRole(from) } : wanted);
  const found: Item[] = [];
  let [start, examined] = [from, 0];
  // threat: one search reads without an end
  do {
    const limit = examined === 0 ? firstLimit(wanted, filter) : maxExamined - examined;
    const { items, next } = await table.query({ ...query, filter, limit, start });
    found.push(...items.filter(counts));
    examined += limit;
    start = next;
  } while (start && found.length < page && examined < maxExamined);
  const shown = found.slice(0, page);
  const last = shown.at(-1);
  return { accounts: shown.map(accountOf), next: found.length > page && last ? keyOf(last) : start };
}

type Plan = { query: Query; filter?: Condition; counts: (row: Item) => boolean };

/**
 * Returns the range with the fewest rows, a filter for the rest, and which rows count, so that nobody is found twice.
 */
function plan(organization: ID.ID<"organization">, wanted: Wanted): Plan {
  const { typed, role, team, leadOf, sort, isRare } = wanted;
  if (leadOf) return byTeam(searchKeys.leading(organization, leadOf), wanted);
  if (team) return byTeam(searchKeys.placed(organization, team), wanted);
  const [narrowest, ...others] = typed;
  if (narrowest !== undefined) {
    return role && isRare ? byRole(organization, role, wanted) : byWord(organization, narrowest, others, wanted);
  }
  if (sort === "joined") {
    const query = { ...searchKeys.finding(organization, "~"), newestFirst: true };
    return { query, counts: () => true, ...(role && { filter: equal("role", role) }) };
  }
  return {
    query: role ? searchKeys.holding(organization, role) : searchKeys.finding(organization, "@"),
    counts: () => true,
  };
}

/** The kind of range that a list began with, so that later pages continue in it. */
const isByRole = ({ pk }: Position) => pk?.endsWith("#@") === true;

function byRole(organization: ID.ID<"organization">, role: Role, wanted: Wanted): Plan {
  return {
    query: searchKeys.holding(organization, role),
    filter: begins(wanted.typed, wanted),
    counts: (row) => isFound(seen(row, wanted), wanted.typed),
  };
}

function byTeam(query: Query, wanted: Wanted): Plan {
  const { typed, role } = wanted;
  const conditions = [...(typed.length > 0 ? [begins(typed, wanted)] : []), ...(role ? [equal("role", role)] : [])];
  return {
    query,
    counts: (row) => isFound(seen(row, wanted), typed),
    ...(conditions.length > 0 && { filter: all(...conditions) }),
  };
}

function byWord(organization: ID.ID<"organization">, word: string, others: readonly string[], wanted: Wanted): Plan {
  const { typed, role } = wanted;
  const conditions = [...(others.length > 0 ? [begins(others, wanted)] : []), ...(role ? [equal("role", role)] : [])];
  return {
    query: { ...searchKeys.finding(organization, bucketOf(word)), prefix: word },
    // threat: somebody is found twice, by two words that begin alike
    counts: (row) => isFound(seen(row, wanted), typed) && termOf(row) === first(seen(row, wanted), word),
    ...(conditions.length > 0 && { filter: all(...conditions) }),
  };
}

function firstLimit({ typed }: Wanted, filter?: Condition): number {
  if (filter) return firstExamined;
  return typed.length > 0 ? page * rowsPerMember : page;
}

const begins = (typed: readonly string[], { addresses }: Wanted): Condition =>
  all(
    ...typed.map((start) =>
      addresses ? any(contains("text", ` ${start}`), contains("email", start)) : contains("text", ` ${start}`),
    ),
  );

/** The texts by which the viewer may find a member. */
function seen(row: Item, { addresses }: Wanted): Findable {
  const words = String(row.text).split(" ").slice(1);
  // threat: where a page ends shows that an address is there
  return addresses ? { words, email: String(row.email) } : { words };
}

/** Returns the one row that counts among a member's rows that share a beginning. */
const first = ({ words, email }: Findable, start: string) =>
  [...words, email].find((word) => word?.startsWith(start) === true);

const cut = (row: Item) => String(row.sk).lastIndexOf("#");
const termOf = (row: Item) => String(row.sk).slice(0, cut(row));
const accountOf = (row: Item) => String(row.sk).slice(cut(row) + 1) as ID.ID<"account">;
