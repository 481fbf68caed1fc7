import type { Failure, FailureType } from "../base/failure.ts";

/** A row as the engine returns it, before its shape is known. */
export type Item = Record<string, unknown>;
export type Scalar = string | number | boolean;
/** The end of a page: the keys of its last row. */
export type Position = Record<string, string>;

// Only the compiler knows what a row holds: a key, a range and a list carry its type, and nothing at run time.

declare const holds: unique symbol;
type Holds<R extends Item> = { readonly [holds]?: R };

/** The table that a row is in: the main one, unless it is named. */
type In = { table?: "keys" };

/** Names one row, of type `R`. */
export type Key<R extends Item = Item> = { pk: string; sk: string } & In & Holds<R>;
/** Names the rows of one partition, or those whose sort keys begin with `prefix` or lie between the bounds. */
export type Range<R extends Item = Item> = { pk: string; prefix?: string; from?: string; to?: string } & In & Holds<R>;
/** Names a list of the index, whose rows have type `R`. */
export type List<R extends Item = Item> = string & Holds<R>;

export type RowOf<K> = K extends undefined ? never : K extends Holds<infer R extends Item> ? R : Item;
/** The rows of several keys, in their order. */
export type RowsOf<K extends readonly (Key | undefined)[]> = { -readonly [i in keyof K]: RowOf<K[i]> | undefined };

/** Returns the key of a row. */
export const keyOf = <R extends Item = Item>(row: R): Key<R> => {
  const { pk, sk } = row as Item;
  return { pk: String(pk), sk: String(sk) };
};

/** Returns a text that identifies a key, for use in maps. */
export const rowName = ({ pk, sk, table }: Key): string => (table ? `${pk}|${sk}|${table}` : `${pk}|${sk}`);

/** A range of one partition (`pk`), or of one list of the index (`list`). */
export type Query<R extends Item = Item> = (({ pk: string } & In & Holds<R>) | { list: List<R> }) & {
  prefix?: string;
  /** Inclusive bounds of the sort key. */
  from?: string;
  to?: string;
  /** The maximum number of rows to examine; all of them are returned unless there is a filter. */
  limit?: number;
  /** Selects the rows to return from those examined. It cannot name a key of the query. */
  filter?: Condition | undefined;
  start?: Position | undefined;
  newestFirst?: boolean;
  /** Partitions only: an index always lags. */
  consistent?: boolean;
};
export type Page<R extends Item = Item> = { items: R[]; next: Position | undefined };

/** A derived row to put, or the key of one to remove; in the main table. */
export type Projection = { put: Key & Item } | { remove: Key };

/** The whole vocabulary. A new word is added here, to dynamo.ts, and to the contract test. */
export type Table = {
  /** Reads one row, consistently. */
  get<R extends Item = Item>(key: Key<R>): Promise<R | undefined>;
  /** Reads rows in the order of their keys, in one round trip for up to 100; consistently by default. */
  getMany<const K extends readonly Key[]>(keys: K, options?: { consistent?: boolean }): Promise<RowsOf<K>>;
  query<R extends Item = Item>(query: Query<R>): Promise<Page<R>>;
  /**
   * Writes one step as one conditional request, several as one transaction of at most 100. A refused step throws its
   * own failure. After a lost answer the request is repeated, which never writes twice; only a single guarded removal
   * may then be refused although it happened.
   * @throws table.contended, table.busy
   */
  write(...steps: Step[]): Promise<void>;
  /**
   * One guarded update that returns the row as it is afterwards: for counters, and for attempts that count before they
   * run.
   */
  change<R extends Item = Item>(step: Update<R>): Promise<R>;
  /** Writes rows that are derived from others: without guards, the last writer wins, repeating changes nothing. */
  project(rows: readonly Projection[]): Promise<void>;
};

// Conditions are data, so that one vocabulary serves the adapter and the tests. Their types remember which attributes
// they compare with what, so that a row's step only accepts a condition that fits the row.

type Test = readonly [attribute: string, value: unknown];
declare const tests: unique symbol;

export type Condition<T extends Test = Test> = (
  | { is: "absent" | "present" }
  | { is: "has" | "lacks"; attribute: string }
  | { is: "equal"; attribute: string; value: Scalar | ReadonlySet<string> | Item }
  | { is: "above" | "below" | "atLeast" | "atMost"; attribute: string; value: Scalar }
  | { is: "oneOf"; attribute: string; values: readonly Scalar[] }
  | { is: "contains"; attribute: string; value: string }
  | { is: "fewer"; attribute: string; than: number }
  | { is: "not"; of: Condition }
  | { is: "all" | "any"; of: readonly Condition[] }
) & { readonly [tests]?: T };
type TestsIn<C> = C extends { readonly [tests]?: infer T extends Test } ? T : never;
/** Every test that fits a row of this type. */
type Tests<R extends Item> = R extends unknown
  ? { [A in keyof R & string]-?: readonly [A, Exclude<R[A], undefined>] }[keyof R & string]
  : never;
/** A condition that fits rows of this type. */
export type ConditionOf<R extends Item> = Condition<Tests<R>>;
type Of<A extends string, V = never> = Condition<readonly [A, V]>;

export const absent: Condition<never> = { is: "absent" };
export const present: Condition<never> = { is: "present" };
export const has = <A extends string>(attribute: A): Of<A> => ({ is: "has", attribute });
export const lacks = <A extends string>(attribute: A): Of<A> => ({ is: "lacks", attribute });
/** The same scalar, a set of the same members, or the same map. */
export const equal = <A extends string, const V extends Scalar | ReadonlySet<string> | Item>(
  attribute: A,
  value: V,
): Of<A, V> => ({
  is: "equal",
  attribute,
  value,
});
type Compare = <A extends string, const V extends Scalar>(attribute: A, value: V) => Of<A, V>;
export const above: Compare = (attribute, value) => ({ is: "above", attribute, value });
export const below: Compare = (attribute, value) => ({ is: "below", attribute, value });
export const atLeast: Compare = (attribute, value) => ({ is: "atLeast", attribute, value });
export const atMost: Compare = (attribute, value) => ({ is: "atMost", attribute, value });
export const oneOf = <A extends string, const V extends Scalar>(attribute: A, values: readonly V[]): Of<A, V> => ({
  is: "oneOf",
  attribute,
  values,
});
/** A text with this part, or a set with this member. */
export const contains = <A extends string>(attribute: A, value: string): Of<A> => ({
  is: "contains",
  attribute,
  value,
});
/** A set of fewer members, but not none: a row never holds an empty set. */
export const fewer = <A extends string>(attribute: A, than: number): Of<A> => ({ is: "fewer", attribute, than });
export const not = <T extends Test>(of: Condition<T>): Condition<T> => ({ is: "not", of });
export const all = <const C extends readonly Condition[]>(...of: C): Condition<TestsIn<C[number]>> => ({
  is: "all",
  of,
});
export const any = <const C extends readonly Condition[]>(...of: C): Condition<TestsIn<C[number]>> => ({
  is: "any",
  of,
});

// Steps

/** A condition, and the failure if it does not hold; the failure receives the row that refused, of type `R`. */
export type Guard<T extends Test = Test, R = never> = {
  when: Condition<T>;
  otherwise: FailureType | ((found: R | undefined) => Failure);
};
type GuardOf<R extends Item> = Guard<Tests<R>, R>;

type AttributesOf<R> = R extends unknown ? Exclude<keyof R & string, "pk" | "sk"> : never;
type ValueOf<R, A extends string> = R extends unknown ? (A extends keyof R ? R[A] : never) : never;
/** The attributes of a row of this type, without its key. */
export type Attributes<R extends Item> = R extends unknown ? Omit<R, "pk" | "sk"> : never;
/** Some attributes of this type of row. */
export type Some<R extends Item> = { [A in AttributesOf<R>]?: ValueOf<R, A> | undefined };

/** The type of what can be added to a value: a number to a number, members to a set. */
type Sum<V> = unknown extends V ? number | ReadonlySet<string> : Extract<V, number | ReadonlySet<string>>;

export type Change<R extends Item = Item> = {
  set?: Some<R>;
  /** Numbers to add, or members to add to sets. */
  add?: { [A in AttributesOf<R>]?: Sum<ValueOf<R, A>> };
  /** Attributes to remove. */
  unset?: readonly AttributesOf<R>[];
  /** Members to remove from sets. */
  drop?: { [A in AttributesOf<R>]?: ReadonlySet<string> };
};
export type Put = { do: "put"; key: Key; item: Item; guard?: Guard | undefined };
export type Update<R extends Item = Item> = {
  do: "update";
  key: Key<R>;
  change: Change;
  guard?: Guard | undefined;
};
export type Remove = { do: "remove"; key: Key; guard?: Guard | undefined };
export type Check = { do: "check"; key: Key; guard: Guard };
export type Step = Put | Update | Remove | Check;

export const put = <R extends Item = Item>(
  key: Key<R>,
  item: Attributes<NoInfer<R>>,
  guard?: GuardOf<NoInfer<R>>,
): Put => ({ do: "put", key, item, guard });
export const update = <R extends Item = Item>(
  key: Key<R>,
  change: Change<NoInfer<R>>,
  guard?: GuardOf<NoInfer<R>>,
): Update<R> => ({ do: "update", key, change, guard });
export const remove = <R extends Item = Item>(key: Key<R>, guard?: GuardOf<NoInfer<R>>): Remove => ({
  do: "remove",
  key,
  guard,
});
export const check = <R extends Item = Item>(key: Key<R>, guard: GuardOf<NoInfer<R>>): Check => ({
  do: "check",
  key,
  guard,
});
export function when<T extends Test>(
  condition: Condition<T>,
  otherwise: FailureType | (() => Failure),
): Guard<T, unknown>;
export function when<T extends Test, R>(
  condition: Condition<T>,
  otherwise: (found: R | undefined) => Failure,
): Guard<T, R>;
export function when(condition: Condition, otherwise: Guard["otherwise"]): Guard {
  return { when: condition, otherwise };
}

/** A table that knows no types of rows: what an engine offers, and what a test wraps. */
export type RawTable = {
  get(key: Key): Promise<Item | undefined>;
  getMany(keys: readonly Key[], options?: { consistent?: boolean }): Promise<(Item | undefined)[]>;
  query(query: Query): Promise<Page>;
  change(step: Update): Promise<Item>;
} & Pick<Table, "write" | "project">;
/** Adds the types of keys to what such a table returns. */
export const typed = (table: RawTable): Table => table as Table;
