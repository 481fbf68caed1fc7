import type { Role } from "../base/role.ts";
import { wordKey } from "../invitation/paste-words.ts";
import type { Columns, Part } from "./read-columns.ts";
import { type ColumnName, columnNames } from "./shape.ts";

/** The role that a word of the file's role column stands for, if a person says so. */
export type RoleWord = { word: string; role: Role };

/** How a file is read, as far as a person says so; the rest is recognized. */
export type Reading = { columns?: readonly ColumnName[] | undefined; roles?: readonly RoleWord[] | undefined };

const parts: Record<ColumnName, Part | undefined> = {
  email: "email",
  name: "name",
  first_name: "first",
  last_name: "last",
  role: "role",
  teams: "teams",
  status: "status",
  ignore: undefined,
};

/** Returns the columns as a person chose them: a name for each, in their order; further ones are not read. */
export function columnsFrom(chosen: readonly ColumnName[]): Columns {
  const columns: Columns = { email: [] };
  for (const [at, name] of chosen.entries()) {
    const part = parts[name];
    if (part === "email") columns.email.push(at);
    else if (part) columns[part] ??= at;
  }
  return columns;
}

/** Returns the roles that a person chose for words, by the key of each word. */
export const rolesFrom = (chosen: readonly RoleWord[] = []): ReadonlyMap<string, Role> =>
  new Map(chosen.map(({ word, role }) => [wordKey(word), role]));

/** Returns the name of a column. */
export function nameOf(columns: Columns, column: number): ColumnName {
  const holds = (name: ColumnName) => {
    const at = columns[parts[name] ?? "email"];
    return name !== "ignore" && (Array.isArray(at) ? at.includes(column) : at === column);
  };
  return columnNames.find(holds) ?? "ignore";
}
