import { type Columns, columnsFrom, columnsIn, type Found, isForeignRole, saysBlocked } from "./columns.ts";
import { cursorAt, isBlank, noFields, scan, valueOf } from "./csv-record.ts";
import { type Coding, codingOf, type Text, textOf } from "./encoding.ts";
import type { FileProblem } from "./problems.ts";
import type { ColumnName } from "./shape.ts";

export type Separator = "," | ";" | "\t" | "|";

/**
 * The format of a file. `rest`: the column of teams, if it extends over all cells after it. `isEscaped`: a backslash
 * escapes a quote within quotes. `isForeign`: its roles are those of another system. `saysBlocked`: its status is true
 * of those who may not sign in.
 */
export type Format = Coding & {
  separator: Separator;
  columns: Columns;
  rest?: number;
  isEscaped?: true;
  isForeign?: true;
  saysBlocked?: true;
};
/**
 * `offset` and `line`: where its rows begin. `header`: the texts of the heading row, if there is one. `sample`: the first
 * rows.
 */
export type Survey = Format & { offset: number; line: number; header: string[] | undefined; sample: string[][] };

const separators: Separator[] = [",", ";", "\t", "|"];
const maxRecords = 200;
const maxCell = 400;

/** Decides from the first part of a file how all of it is read. A person may have chosen what its columns hold. */
export function survey(prefix: Uint8Array, isWhole: boolean, chosen?: readonly ColumnName[]): Survey | FileProblem {
  const kind = codingOf(prefix, isWhole);
  if (typeof kind === "string") return kind;
  const { markBytes, ...coding } = kind;
  const text = textOf(prefix.subarray(markBytes), coding);
  const start = directiveIn(text);
  const isEscaped = escapesQuotes(text);
  const samples = (start.separator ? [start.separator] : separators).map((separator) => ({
    separator,
    records: recordsIn(text, { separator, isEscaped }, start, isWhole),
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
  const columns = chosen ? columnsFrom(chosen) : found.columns;
  const rest = separator === ";" ? openTeams(columns, found.header) : undefined;
  return {
    ...coding,
    separator,
    columns,
    ...(rest !== undefined && { rest }),
    ...(isEscaped && { isEscaped }),
    ...(isForeignRole(found.header, columns.role) && { isForeign: true }),
    ...(saysBlocked(found.header, columns.status) && { saysBlocked: true }),
    offset: markBytes + data.at * text.width,
    line: data.line,
    header: found.header,
    sample: records.slice(found.data).map(({ cells }) => cells),
  };
}

/** Semicolons separate teams too: cells after the last heading belong to it if it is the heading of teams. */
function openTeams({ teams, ...others }: Columns, header: readonly string[] = []): number | undefined {
  const isLast =
    teams !== undefined &&
    Object.values(others)
      .flat()
      .every((column) => column < teams);
  return isLast && header.length === teams + 1 ? teams : undefined;
}

/**
 * With the right separator several headings are known: only then is a cell with two addresses not divided at the sign
 * between them. Without headings, more addresses have a column of their own, and more columns are recognized.
 */
function compare(one: Found, other: Found): number {
  const headings = (found: Found) => (found.headings > 1 ? found.headings : 0);
  const known = ({ columns }: Found) => Object.keys(columns).length;
  // threat: somebody is invited from a cell with two addresses, because the file is divided at the sign between them
  return headings(one) - headings(other) || one.addresses - other.addresses || known(one) - known(other);
}

type Start = { at: number; line: number; separator?: Separator };

/**
 * Databases write `"say \\"hi\\""` for what spreadsheets write as `"say ""hi"""`. Before the end of a cell a backslash tells
 * nothing: a path ends so too.
 */
function escapesQuotes({ units, slice }: Text): boolean {
  const text = slice(0, units.length);
  const count = (sign: RegExp) => text.match(sign)?.length ?? 0;
  const escaped = count(/\\"(?![,;\t|\r\n"]|$)/g);
  // threat: a path that ends with a backslash swallows the rows after it
  return escaped > 0 && escaped > count(/[^,;\t|\r\n"]""(?=[^,;\t|\r\n"])/g);
}

/** A first line `sep=;`, which tells Excel the separator. */
function directiveIn(text: Text): Start {
  const begin = text.slice(0, Math.min(text.units.length, 12));
  const [whole, sign] = /^"?sep=([,;\t|])"?(?:\r\n|\n|\r|$)/i.exec(begin) ?? [];
  return whole && sign ? { at: whole.length, line: 2, separator: sign as Separator } : { at: 0, line: 1 };
}

type Sample = { cells: string[]; next: { at: number; line: number } };

/** Returns the first records that are complete and not blank. */
function recordsIn(
  { units, slice }: Text,
  { separator, isEscaped }: { separator: Separator; isEscaped: boolean },
  start: Start,
  isWhole: boolean,
): Sample[] {
  const cursor = cursorAt(start.at, start.line);
  const fields = noFields(isEscaped);
  const code = separator.charCodeAt(0);
  const records: Sample[] = [];
  while (cursor.at < units.length && records.length < maxRecords) {
    const begin = cursor.at;
    const outcome = scan(units, code, isWhole, cursor, fields);
    if (outcome === "open") break;
    if (outcome === "unclosed") {
      Object.assign(cursor, cursorAt(cursor.back?.at ?? units.length, cursor.back?.line ?? cursor.line));
    } else if (!isBlank(units, code, begin, fields.end)) {
      const cells = Array.from({ length: fields.count }, (_, at) => {
        const from = fields.starts[at] ?? 0;
        return valueOf(slice(from, Math.min(fields.ends[at] ?? 0, from + maxCell)), isEscaped);
      });
      records.push({ cells, next: { at: cursor.at, line: cursor.line } });
    }
  }
  return records;
}
