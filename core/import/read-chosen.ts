import type { Columns, Part } from "./read-columns.ts";
import { type ColumnName, columnNames } from "./shape.ts";

const parts: Record<ColumnName, Part | undefined> = {
  email: "email",
  name: "name",
  first_name: "first",
  last_name: "last",
  role: "role",
  teams: "teams",
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

/** Returns the name of a column. */
export function nameOf(columns: Columns, column: number): ColumnName {
  const holds = (name: ColumnName) => {
    const at = columns[parts[name] ?? "email"];
    return name !== "ignore" && (Array.isArray(at) ? at.includes(column) : at === column);
  };
  return columnNames.find(holds) ?? "ignore";
}
