import * as v from "valibot";
import { implied } from "../base/failure.ts";
import { countUnknown } from "../base/row.ts";
import { type Item, type Key, keyOf } from "../table/table.ts";
import { faults } from "./ports.ts";

type RowSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/** The result of reading a row of this shape. */
export type Read<S extends RowSchema> = v.InferOutput<S>;

/**
 * Reads a stored row tolerantly: attributes that a newer release added are ignored, its new values are read as
 * `unknown`, and damaged optional attributes as missing. Each is reported as a fault.
 * @returns nothing for a row that lacks what every row of its kind has
 */
export function read<S extends RowSchema>(schema: S, row: Item): v.InferOutput<S> | undefined {
  const before = countUnknown();
  const result = v.safeParse(schema, row);
  // threat: stored rows are read by the parser of an input
  if (!result.success) return readDamaged(schema, row, attributesOf(result.issues));
  if (countUnknown() > before) reportFaults(row, changed(row, result.output));
  return result.output;
}

/** Returns the rows that can be read, in order. */
export const readAll = <S extends RowSchema>(schema: S, rows: readonly Item[]): v.InferOutput<S>[] =>
  rows.map((row) => read(schema, row)).filter((row) => row !== undefined);

/**
 * Reads a single row that was requested.
 * @throws row.unreadable
 */
export function readOnly<S extends RowSchema>(schema: S, row: Item): v.InferOutput<S> {
  const found = read(schema, row);
  if (!found) throw implied.unreadable();
  return found;
}

/** Returns a stored row as it is, to decide by it; nothing for one that this release cannot read. */
export const usable = <R extends Item>(schema: RowSchema, row: R | undefined): R | undefined =>
  row && read(schema, row) && row;

function readDamaged<S extends RowSchema>(schema: S, row: Item, damaged: string[]): v.InferOutput<S> | undefined {
  reportFaults(row, damaged);
  const isOptional = (attribute: string) => schema.entries[attribute]?.type.includes("optional") === true;
  if (!damaged.every(isOptional)) return undefined;
  return read(schema, Object.fromEntries(Object.entries(row).filter(([attribute]) => !damaged.includes(attribute))));
}

const attributesOf = (issues: readonly v.BaseIssue<unknown>[]): string[] => [
  ...new Set(issues.map(({ path }) => String(path?.[0]?.key))),
];

/** Returns the paths of what was read as something other than what is stored: `role`, `before.state`. */
export function changed(stored: unknown, output: unknown, path: readonly string[] = []): string[] {
  if (stored === output) return [];
  if (!isNested(stored) || !isNested(output)) return [path.join(".")];
  return Object.keys(output).flatMap((name) => changed(stored[name], output[name], [...path, name]));
}

const isNested = (value: unknown): value is Item => typeof value === "object" && value !== null;

/** Returns the key of a row as a log may hold it: without names of teams, and words by which people are found. */
export const withoutNames = ({ pk, sk }: Key) => ({
  pk,
  // threat: the log of faults reveals the words that find a person
  sk: pk.includes("#find#") ? "…" : sk.replace(/^name#.*/s, "name#…"),
});

/** Reports the row and its attributes, never a value. */
export function reportFaults(row: Item, attributes: readonly string[]): void {
  const key = withoutNames(keyOf(row));
  for (const attribute of attributes) faults.report({ ...key, attribute });
}
