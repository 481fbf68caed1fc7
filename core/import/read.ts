import { prefixBytes } from "./limits.ts";
import type { Columns } from "./read-columns.ts";
import type { FileProblem } from "./read-problem.ts";
import {
  type Cursor,
  cursorAt,
  divideHead,
  type Fields,
  isBlank,
  type Mode,
  noFields,
  scan,
  tear,
  valueOf,
} from "./read-record.ts";
import type { Row } from "./read-row.ts";
import { type Format, survey } from "./read-survey.ts";
import { type Text, textOf } from "./read-text.ts";
import type { ColumnName } from "./shape.ts";

/** The maximum length of a row, in letters as the file stores them. */
export const maxRow = 64 * 1024;
/** Of a row that is longer, so many bytes are in the report; of UTF-16, pairs of bytes. */
const maxHead = 500;
/** The minimum size of a range, unless the file ends with it. */
export const minBytes = prefixBytes;

/** The reader's state: small, plain, and everything that another process needs to continue. */
export type State = {
  /** The byte at which the next range begins. It may go back: the reader passes an unclosed quote once. */
  offset: number;
  /** The line there, from 1. */
  line: number;
  /** Rows read so far. */
  row: number;
  format?: Format;
  /** Within a row that is too long. */
  skip?: Skip;
  /** At the beginning of a row whose quote is not closed, which ends before `to`. */
  torn?: Torn;
  /** Set when there is nothing more to read. */
  end?: "complete" | FileProblem;
};

/** `line`, `begin` and `head`: those of the row. An earlier release kept neither where it began nor its first cells. */
type Skip = {
  line: number;
  begin?: number;
  head?: string[];
  mode: Mode;
  quoteLine: number;
  back?: { offset: number; line: number };
};
/** `line`: that of the quote; `next`: the one that is read after it. */
type Torn = { to: number; line: number; next: number };

export const start: State = { offset: 0, line: 1, row: 0 };

/**
 * Reads the rows in a range of a file, which begins at `state.offset`. The next range begins at the offset of the
 * returned state, until that has an `end`. However a file is divided into ranges, its rows are the same. `chosen`: what
 * its columns hold, if a person said so; that counts for the first range.
 */
export function read(
  state: State,
  bytes: Uint8Array,
  isLast: boolean,
  { keepsCells = false, chosen }: { keepsCells?: boolean; chosen?: readonly ColumnName[] | undefined } = {},
): { rows: Row[]; state: State } {
  if (state.end) return { rows: [], state };
  if (state.format) return readRows({ ...state, format: state.format }, bytes, isLast, keepsCells);
  // threat: the encoding of a file is decided by how it is cut
  if (!isLast && bytes.length < prefixBytes) return { rows: [], state };
  const opened = open(bytes, isLast, chosen);
  if (opened.end) return { rows: [], state: opened };
  return read(opened, bytes.subarray(opened.offset), isLast, { keepsCells });
}

/** Returns the state before the first row of a file. Only the first `prefixBytes` are examined. */
export function open(bytes: Uint8Array, isWhole: boolean, chosen?: readonly ColumnName[]): State {
  const found = survey(bytes.subarray(0, prefixBytes), isWhole && bytes.length <= prefixBytes, chosen);
  if (typeof found === "string") return { ...start, end: found };
  const { offset, line, header: _header, sample: _sample, ...format } = found;
  return { ...start, offset, line, format };
}

function readRows(state: State & { format: Format }, bytes: Uint8Array, isLast: boolean, keepsCells: boolean) {
  const { format, offset: base } = state;
  const text = textOf(bytes, format);
  const { units, width } = text;
  const code = format.separator.charCodeAt(0);
  const fields = noFields(format.isEscaped);
  const rows: Row[] = [];
  let row = state.row;
  const refuse = (line: number, problem: NonNullable<Row["problem"]>, cells: string[] | undefined) =>
    rows.push({
      line,
      row: ++row,
      email: "",
      name: "",
      role: "",
      teams: "",
      problem,
      ...(keepsCells && cells && { cells }),
    });
  const leave = (at: number, line: number, more: Pick<State, "skip" | "torn"> = {}) => {
    const next: State = { offset: base + at * width, line, row, format, ...more };
    if (!isLast || more.skip || more.torn || at < units.length) return { rows, state: next };
    return {
      rows,
      state: { ...next, offset: base + bytes.length, end: row === 0 ? ("no_rows" as const) : ("complete" as const) },
    };
  };

  /** Keeps the cells of a row whose quote is not closed, so that there is something to fix. */
  const refuseTorn = (from: number, to: number, line: number) => {
    // threat: a quote that is never closed leaves nothing to fix in the report
    tear(units, code, { from, to }, fields);
    const next = rowOf(text, fields, format, line, ++row);
    rows.push({ ...next, problem: "unclosed_quote", ...(keepsCells && { cells: cellsOf(text, fields, format.rest) }) });
  };

  let cursor = cursorAt(0, state.line);
  // threat: a file that an earlier release began cannot be read to its end
  let begin = state.skip ? ((state.skip.begin ?? Number.MIN_SAFE_INTEGER) - base) / width : 0;
  let from = state.skip?.line ?? state.line;
  let isSkipping = state.skip !== undefined;
  const head = () => (isSkipping ? state.skip?.head : headOf(text, code, begin, format));
  // threat: a range that ends within quotes loses that it does
  if (state.skip) cursor = resumed(cursor, state.skip, base, width);
  if (state.torn) {
    const { to, line, next } = state.torn;
    const end = (to - base) / width;
    if (end > units.length) return leave(0, state.line, { torn: state.torn });
    refuseTorn(0, end, line);
    cursor = cursorAt(end, next);
    from = next;
  }
  while (cursor.at < units.length || isSkipping) {
    if (!isSkipping) begin = cursor.at;
    const outcome = scan(units, code, isLast, cursor, fields);
    if (outcome === "open") {
      // threat: a row of ten megabytes is kept in memory
      if (!isSkipping && cursor.at - begin <= maxRow) return leave(begin, from);
      return leave(cursor.at, cursor.line, { skip: skipOf(cursor, { line: from, begin, head: head() }, base, width) });
    }
    if (outcome === "unclosed") {
      const { quoteLine, back = { at: units.length, line: cursor.line } } = cursor;
      // threat: a quote that is never closed makes a worker read a megabyte into one cell
      if (back.at - begin > maxRow) refuse(quoteLine, "unclosed_quote", head());
      else if (begin >= 0) refuseTorn(begin, back.at, quoteLine);
      else return leave(begin, from, { torn: { to: base + back.at * width, line: quoteLine, next: back.line } });
      cursor = cursorAt(back.at, back.line);
    } else if (isSkipping || fields.end - begin > maxRow) {
      refuse(from, "row_too_long", head());
    } else if (!isEndSign(units, begin, fields.end)) {
      const next = rowOf(text, fields, format, from, row + 1);
      if (keepsCells) next.cells = cellsOf(text, fields, format.rest);
      if (next.email !== "" || !isBlank(units, code, begin, fields.end)) row = rows.push(next) && next.row;
    }
    isSkipping = false;
    from = cursor.line;
    if (cursor.at < 0) return leave(cursor.at, cursor.line);
  }
  return leave(cursor.at, cursor.line);
}

/** DOS programs end a text with this control character. */
const endSign = 26;
const isEndSign = (units: Uint8Array | Uint16Array, from: number, to: number) =>
  // threat: the end of a text of DOS is a row
  to - from === 1 && units[from] === endSign;

function skipOf(
  { mode, quoteLine, back }: Cursor,
  row: { line: number; begin: number; head: string[] | undefined },
  base: number,
  width: number,
): Skip {
  return {
    line: row.line,
    begin: base + row.begin * width,
    // threat: the report has nothing of a row that is too long, and nobody can tell which one it was
    ...(row.head && { head: row.head }),
    mode,
    quoteLine,
    ...(back && { back: { offset: base + back.at * width, line: back.line } }),
  };
}

function resumed(cursor: Cursor, { mode, quoteLine, back }: Skip, base: number, width: number): Cursor {
  return { ...cursor, mode, quoteLine, back: back && { at: (back.offset - base) / width, line: back.line } };
}

/** Returns the cells of a record, up to the last known column. */
function rowOf(text: Text, fields: Fields, format: Format, line: number, row: number): Row {
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

function cellsOf(text: Text, fields: Fields, rest = fields.count): string[] {
  const cells = Array.from({ length: Math.min(rest, fields.count) }, (_, column) => cellOf(text, fields, column));
  return rest < fields.count ? [...cells, restOf(text, fields, rest)] : cells;
}

/** Returns the cells at the beginning of a row that is too long, the last of them cut. */
function headOf(text: Text, code: number, from: number, { rest, isEscaped }: Format): string[] {
  // threat: a row that is too long fills the state of the reader with its cells
  let to = Math.min(from + maxHead, text.units.length);
  // not within a letter of several bytes
  while (text.width === 1 && to > from && ((text.units[to] ?? 0) & 0xc0) === 0x80) to--;
  const cells = cellsOf(text, divideHead(text.units, code, { from, to }, isEscaped === true), rest);
  return cells.map((cell, at) => (at === cells.length - 1 ? `${cell}…` : cell));
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
