import type { Failure, FailureType } from "../kernel/failure.ts";

export type Key = { pk: string; sk: string };
export const keyOf = (item: Item): Key => ({ pk: String(item.pk), sk: String(item.sk) });
export type Scalar = string | number | boolean;
export type Item = Record<string, unknown>;
/** Where a page ended: the keys of its last row. */
export type Position = Record<string, string>;

/** One range of one partition (`pk`), or of one list of the index (`list`). */
export type Query = ({ pk: string } | { list: string }) & {
  prefix?: string;
  /** Inclusive bounds of the sort key. */
  from?: string;
  to?: string;
  /** The most rows that are examined; all of them are answered unless there is a filter. */
  limit?: number;
  /** Which of the examined rows are answered. It names no key of what is queried. */
  filter?: Condition | undefined;
  start?: Position | undefined;
  newestFirst?: boolean;
  /** Partitions only: an index always answers late. */
  consistent?: boolean;
};
export type Page = { items: Item[]; next: Position | undefined };

/** A derived row to put, or the key of one to take away. */
export type Projection = { put: Key & Item } | { remove: Key };

/** The whole vocabulary. A new word is added here, to dynamo.ts, and to the contract test. */
export interface Table {
  /** One row, consistently. */
  get(key: Key): Promise<Item | undefined>;
  /** Rows in the order of their keys, in one round trip for up to 100; consistently unless told otherwise. */
  getMany(keys: readonly Key[], options?: { consistent?: boolean }): Promise<(Item | undefined)[]>;
  query(query: Query): Promise<Page>;
  /**
   * One step is one conditional request, several are one transaction of at most 100.
   * A refused step throws its own failure. A lost answer is asked again, never written again; only a lone guarded
   * removal may then be refused although it happened.
   * @throws table.contended, table.busy
   */
  write(...steps: Step[]): Promise<void>;
  /** One guarded update that answers the row as it is afterwards: counters, and tries that are counted before they count. */
  change(step: Update): Promise<Item>;
  /** Rows that are derived from others: no guard, the last writer wins, repeating changes nothing. */
  project(rows: readonly Projection[]): Promise<void>;
}

// Conditions are data, so that one vocabulary serves the adapter and the tests.

export type Condition =
  | { is: "absent" | "present" }
  | { is: "has" | "lacks"; attribute: string }
  | { is: "equal"; attribute: string; value: Scalar | ReadonlySet<string> }
  | { is: "above" | "below" | "atLeast" | "atMost"; attribute: string; value: Scalar }
  | { is: "oneOf"; attribute: string; values: readonly Scalar[] }
  | { is: "contains"; attribute: string; value: string }
  | { is: "fewer"; attribute: string; than: number }
  | { is: "not"; of: Condition }
  | { is: "all" | "any"; of: readonly Condition[] };

export const absent: Condition = { is: "absent" };
export const present: Condition = { is: "present" };
export const has = (attribute: string): Condition => ({ is: "has", attribute });
export const lacks = (attribute: string): Condition => ({ is: "lacks", attribute });
/** The same scalar, or a set of the same members. */
export const equal = (attribute: string, value: Scalar | ReadonlySet<string>): Condition => ({
  is: "equal",
  attribute,
  value,
});
export const above = (attribute: string, value: Scalar): Condition => ({ is: "above", attribute, value });
export const below = (attribute: string, value: Scalar): Condition => ({ is: "below", attribute, value });
export const atLeast = (attribute: string, value: Scalar): Condition => ({ is: "atLeast", attribute, value });
export const atMost = (attribute: string, value: Scalar): Condition => ({ is: "atMost", attribute, value });
export const oneOf = (attribute: string, values: readonly Scalar[]): Condition => ({ is: "oneOf", attribute, values });
/** A text with this part, or a set with this member. */
export const contains = (attribute: string, value: string): Condition => ({ is: "contains", attribute, value });
/** A set of fewer members, but of some: no row keeps an empty set. */
export const fewer = (attribute: string, than: number): Condition => ({ is: "fewer", attribute, than });
export const not = (of: Condition): Condition => ({ is: "not", of });
export const all = (...of: Condition[]): Condition => ({ is: "all", of });
export const any = (...of: Condition[]): Condition => ({ is: "any", of });

// Steps

/** What must hold, and the failure that its refusal means; it sees the row that refused. */
export type Guard = { when: Condition; otherwise: FailureType | ((found: Item | undefined) => Failure) };

export type Change = {
  set?: Item;
  /** Numbers to add to, or sets to add members to. */
  add?: Record<string, number | ReadonlySet<string>>;
  /** Attributes to take away. */
  unset?: readonly string[];
  /** Members to take out of sets. */
  drop?: Record<string, ReadonlySet<string>>;
};
export type Put = { do: "put"; key: Key; item: Item; guard?: Guard | undefined };
export type Update = { do: "update"; key: Key; change: Change; guard?: Guard | undefined };
export type Remove = { do: "remove"; key: Key; guard?: Guard | undefined };
export type Check = { do: "check"; key: Key; guard: Guard };
export type Step = Put | Update | Remove | Check;

export const put = (key: Key, item: Item, guard?: Guard): Put => ({ do: "put", key, item, guard });
export const update = (key: Key, change: Change, guard?: Guard): Update => ({ do: "update", key, change, guard });
export const remove = (key: Key, guard?: Guard): Remove => ({ do: "remove", key, guard });
export const check = (key: Key, guard: Guard): Check => ({ do: "check", key, guard });
export const when = (condition: Condition, otherwise: Guard["otherwise"]): Guard => ({ when: condition, otherwise });
