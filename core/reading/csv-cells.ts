import type { Columns } from "./columns.ts";
import { type Fields, valueOf } from "./csv-record.ts";
import type { Format } from "./csv-survey.ts";
import type { Text } from "./encoding.ts";
import type { Row } from "./judge.ts";

/** Returns the cells of a record, up to the last known column. */
export function rowOf(text: Text, fields: Fields, format: Format, line: number, row: number): Row {
  const { columns, rest, isForeign } = format;
  const status = statusOf(text, fields, format);
  return {
    line,
    row,
    email: addressOf(text, fields, columns),
    name: cellOf(text, fields, columns.name) || nameOf(text, fields, columns),
    role: cellOf(text, fields, columns.role),
    teams: rest === undefined ? cellOf(text, fields, columns.teams) : restOf(text, fields, rest),
    ...(status !== "" && { status }),
    ...(isForeign && { isForeign }),
  };
}

function statusOf(text: Text, fields: Fields, { columns, saysBlocked }: Format): string {
  const cell = cellOf(text, fields, columns.status);
  // threat: a person who is blocked in Microsoft 365 is invited
  return saysBlocked ? (/^(false|falsch|faux|falso|no|0)?$/i.test(cell) ? "" : "blocked") : cell;
}

/** Returns all cells of a record; those from a column `rest` on as one. */
export function cellsOf(text: Text, fields: Fields, rest = fields.count): string[] {
  const cells = Array.from({ length: Math.min(rest, fields.count) }, (_, column) => cellOf(text, fields, column));
  return rest < fields.count ? [...cells, restOf(text, fields, rest)] : cells;
}

/** Joins all cells from a column on, with the separator of teams. */
function restOf(text: Text, fields: Fields, column: number): string {
  if (fields.count <= column + 1) return cellOf(text, fields, column);
  const cells = Array.from({ length: fields.count - column }, (_, at) => cellOf(text, fields, column + at));
  return cells.filter((cell) => cell !== "").join(";");
}

function cellOf({ slice }: Text, { count, starts, ends, isEscaped }: Fields, column: number | undefined): string {
  if (column === undefined || column >= count) return "";
  return valueOf(slice(starts[column] ?? 0, ends[column] ?? 0), isEscaped);
}

/** Returns the first address of a record, however many columns have them. */
function addressOf(text: Text, fields: Fields, { email }: Columns): string {
  for (const column of email) {
    const cell = cellOf(text, fields, column);
    if (cell !== "") return cell;
  }
  return "";
}

function nameOf(text: Text, fields: Fields, { first, last }: Columns): string {
  if (first === undefined && last === undefined) return "";
  return `${cellOf(text, fields, first)} ${cellOf(text, fields, last)}`.trim();
}
