import { teamKey } from "@muster/core/reading/judge.ts";
import type { Column } from "@muster/core/reading/preview.ts";
import type { ColumnName } from "@muster/core/reading/shape.ts";

/** Says what one column holds. What another column held is that of this one only; addresses can be in several. */
export function withColumn(names: readonly ColumnName[], at: number, name: ColumnName): ColumnName[] {
  const isOne = name !== "email" && name !== "ignore";
  // threat: two columns hold the role, and the one that was not chosen is read
  return names.map((other, index) => (index === at ? name : isOne && other === name ? "ignore" : other));
}

/** Returns the columns as the API takes them: without those at the end that are not read. */
export const trimmed = (names: readonly ColumnName[]): ColumnName[] =>
  names.slice(0, names.findLastIndex((name) => name !== "ignore") + 1);

/** Two to four words that begin with a letter, the first with a capital one: `Ada Lovelace`, `Lovelace, Ada`. */
const fullName = /^\p{Lu}[\p{L}.'’-]*,?(?: \p{L}[\p{L}.'’-]*){1,3}$/u;

/**
 * Suggests what the columns of a file without a header hold that are not read: full names, or names of teams that exist.
 * Nothing, if it suggests nothing new.
 */
export function suggested(columns: readonly Column[], teams: ReadonlySet<string>): ColumnName[] | undefined {
  const names = columns.map(({ name }) => name);
  const suggest = (name: ColumnName, isMeant: (cell: string) => boolean) => {
    const at = columns.findIndex(({ cells }, at) => names[at] === "ignore" && cells.length > 0 && cells.every(isMeant));
    if (at >= 0 && !names.includes(name)) {
      names[at] = name;
    }
  };
  const isTeam = (cell: string) => cell.split(";").every((part) => teams.has(teamKey(part.trim())));
  suggest("teams", isTeam);
  if (!names.includes("first_name") && !names.includes("last_name")) {
    suggest("name", (cell) => fullName.test(cell));
  }
  return names.every((name, at) => name === columns[at]?.name) ? undefined : names;
}

/** Returns whether a person should look: something is not read, and it is not known what it is. */
export const isUnclear = (columns: readonly Column[], hasHeader: boolean) =>
  columns.some(({ name, cells }) => name === "ignore" && cells.length > 0) &&
  (!hasHeader || columns.filter(({ name }) => name !== "ignore").length === 1);
