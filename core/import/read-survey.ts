import { type Columns, columnsIn, type Found } from "./read-columns.ts";
import type { FileProblem } from "./read-problem.ts";
import { cursorAt, isBlank, noFields, scan, valueOf } from "./read-record.ts";
import { type Encoding, encodingOf, type Text, textOf } from "./read-text.ts";

export type Separator = "," | ";" | "\t";

/** How a file is to be read. `rest`: the column of teams, where all cells from it on are its own. */
export type Format = { encoding: Encoding; separator: Separator; columns: Columns; rest?: number };
/** `offset` and `line`: where its rows begin. `header`: the texts of the row that heads the columns, if one does. */
export type Survey = Format & { offset: number; line: number; header: string[] | undefined };

const separators: Separator[] = [",", ";", "\t"];
const maxRecords = 200;
const maxCell = 400;

/** Decides over the first part of a file how all of it is read. */
export function survey(prefix: Uint8Array, isWhole: boolean): Survey | FileProblem {
  const kind = encodingOf(prefix, isWhole);
  if (typeof kind === "string") return kind;
  const { encoding, markBytes } = kind;
  const text = textOf(prefix.subarray(markBytes), encoding);
  const start = directiveIn(text);
  const samples = (start.separator ? [start.separator] : separators).map((separator) => ({
    separator,
    records: recordsIn(text, separator, start, isWhole),
  }));
  if (isWhole && samples.some(({ records }) => records.length === 0)) return "empty";
  const looks = samples.flatMap(({ separator, records }) => {
    const found = columnsIn(records.map(({ cells }) => cells));
    return found ? [{ separator, found, records }] : [];
  });
  const [best] = looks.toSorted((one, other) => compare(other.found, one.found));
  if (!best) return "no_address";
  const { separator, found, records } = best;
  const data = found.data === 0 ? start : (records[found.data - 1]?.next ?? start);
  const rest = separator === ";" ? openTeams(found) : undefined;
  return {
    encoding,
    separator,
    columns: found.columns,
    ...(rest !== undefined && { rest }),
    offset: markBytes + data.at * text.width,
    line: data.line,
    header: found.header,
  };
}

/** Semicolons part teams too: what lies beyond the last heading is theirs, where that is the heading of teams. */
function openTeams({ columns, header = [] }: Found): number | undefined {
  const { teams, ...others } = columns;
  const isLast =
    teams !== undefined &&
    Object.values(others)
      .flat()
      .every((column) => column < teams);
  return isLast && header.length === teams + 1 ? teams : undefined;
}

/** With the right separator more addresses stand alone in their column, and more headings are known. */
function compare(one: Found, other: Found): number {
  const known = ({ columns }: Found) => Object.keys(columns).length;
  return one.addresses - other.addresses || known(one) - known(other);
}

type Start = { at: number; line: number; separator?: Separator };

/** A first line `sep=;`, by which Excel is told the separator. */
function directiveIn(text: Text): Start {
  const begin = text.slice(0, Math.min(text.units.length, 12));
  const [whole, sign] = /^"?sep=([,;\t])"?(?:\r\n|\n|\r|$)/i.exec(begin) ?? [];
  return whole && sign ? { at: whole.length, line: 2, separator: sign as Separator } : { at: 0, line: 1 };
}

type Sample = { cells: string[]; next: { at: number; line: number } };

/** The first records that are not blank, whole ones only. */
function recordsIn({ units, slice }: Text, separator: Separator, start: Start, isWhole: boolean): Sample[] {
  const cursor = cursorAt(start.at, start.line);
  const fields = noFields();
  const code = separator.charCodeAt(0);
  const records: Sample[] = [];
  while (cursor.at < units.length && records.length < maxRecords) {
    const begin = cursor.at;
    const outcome = scan(units, code, isWhole, cursor, fields);
    if (outcome === "open") break;
    if (outcome === "unclosed") {
      Object.assign(cursor, cursorAt(cursor.back?.at ?? units.length, cursor.back?.line ?? cursor.line));
    } else if (!isBlank(units, code, begin, fields.end)) {
      const cells = Array.from({ length: fields.count }, (_, at) =>
        valueOf(slice(fields.starts[at] ?? 0, Math.min(fields.ends[at] ?? 0, (fields.starts[at] ?? 0) + maxCell))),
      );
      records.push({ cells, next: { at: cursor.at, line: cursor.line } });
    }
  }
  return records;
}
