import { cellsOf, rowOf } from "./csv-cells.ts";
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
} from "./csv-record.ts";
import { type Format, survey } from "./csv-survey.ts";
import { type Text, textOf } from "./encoding.ts";
import type { Row } from "./judge.ts";
import { prefixBytes } from "./limits.ts";
import type { FileProblem } from "./problems.ts";
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

/** A range of a file while it is read, in units of its text. */
type Range = {
  text: Text;
  format: Format;
  separator: number;
  /** The byte at which the range begins. */
  base: number;
  size: number;
  isLast: boolean;
  keepsCells: boolean;
  cursor: Cursor;
  fields: Fields;
  rows: Row[];
  /** Rows of the file so far. */
  row: number;
  /** The beginning of the row that is read, which is negative in a range after that, and its line. */
  begin: number;
  line: number;
  /** Set within a row that was too long for a range before this one. */
  skip: Skip | undefined;
};

function readRows(state: State & { format: Format }, bytes: Uint8Array, isLast: boolean, keepsCells: boolean) {
  const range = rangeOf(state, bytes, isLast, keepsCells);
  const { cursor, fields, separator, text } = range;
  const { units } = text;
  if (state.torn && !passTorn(range, state.torn)) return leave(range, 0, state.line, { torn: state.torn });
  while (cursor.at < units.length || range.skip) {
    if (!range.skip) range.begin = cursor.at;
    const outcome = scan(units, separator, isLast, cursor, fields);
    if (outcome === "open") return leaveOpen(range);
    if (outcome === "record") takeRecord(range);
    else if (!takeUnclosed(range)) return leaveTorn(range);
    range.skip = undefined;
    range.line = cursor.line;
    if (cursor.at < 0) break;
  }
  return leave(range, cursor.at, cursor.line);
}

function rangeOf(state: State & { format: Format }, bytes: Uint8Array, isLast: boolean, keepsCells: boolean): Range {
  const { format, offset: base, skip } = state;
  const text = textOf(bytes, format);
  const cursor = cursorAt(0, state.line);
  return {
    text,
    format,
    separator: format.separator.charCodeAt(0),
    base,
    size: bytes.length,
    isLast,
    keepsCells,
    // threat: a range that ends within quotes loses that it does
    cursor: skip ? resumed(cursor, skip, base, text.width) : cursor,
    fields: noFields(format.isEscaped),
    rows: [],
    row: state.row,
    // threat: a file that an earlier release began cannot be read to its end
    begin: skip ? ((skip.begin ?? Number.MIN_SAFE_INTEGER) - base) / text.width : 0,
    line: skip?.line ?? state.line,
    skip,
  };
}

/** Returns what was read before a position, and the state to continue there. */
function leave(range: Range, at: number, line: number, more: Pick<State, "skip" | "torn"> = {}) {
  const { rows, row, format, base, text } = range;
  const state: State = { offset: base + at * text.width, line, row, format, ...more };
  if (!range.isLast || more.skip || more.torn || at < text.units.length) return { rows, state };
  return {
    rows,
    state: { ...state, offset: base + range.size, end: row === 0 ? ("no_rows" as const) : ("complete" as const) },
  };
}

/** The next range begins with the row that is not whole; of one that is too long, where this one ends. */
function leaveOpen(range: Range) {
  const { cursor, begin, line } = range;
  // threat: a row of ten megabytes is kept in memory
  if (!range.skip && cursor.at - begin <= maxRow) return leave(range, begin, line);
  return leave(range, cursor.at, cursor.line, { skip: skipOf(range) });
}

/** The next range begins with the row whose quote is not closed, of which only the end is in this one. */
function leaveTorn(range: Range) {
  const { at, line } = lineAfterQuote(range);
  const to = range.base + at * range.text.width;
  return leave(range, range.begin, range.line, { torn: { to, line: range.cursor.quoteLine, next: line } });
}

function takeRecord(range: Range): void {
  const { text, separator, begin, line, fields, format } = range;
  if (range.skip || fields.end - begin > maxRow) return refuse(range, line, "row_too_long");
  if (isEndSign(text.units, begin, fields.end)) return;
  const next = rowOf(text, fields, format, line, range.row + 1);
  if (range.keepsCells) next.cells = cellsOf(text, fields, format.rest);
  if (next.email === "" && isBlank(text.units, separator, begin, fields.end)) return;
  range.rows.push(next);
  range.row++;
}

/** Refuses a row whose quote is not closed, and goes back to the line after it. Returns false if it is not in the range. */
function takeUnclosed(range: Range): boolean {
  const { cursor, begin } = range;
  const next = lineAfterQuote(range);
  // threat: a quote that is never closed makes a worker read a megabyte into one cell
  if (next.at - begin > maxRow) refuse(range, cursor.quoteLine, "unclosed_quote");
  else if (begin >= 0) refuseTorn(range, begin, next.at, cursor.quoteLine);
  else return false;
  Object.assign(cursor, cursorAt(next.at, next.line));
  return true;
}

const lineAfterQuote = ({ cursor, text }: Range) => cursor.back ?? { at: text.units.length, line: cursor.line };

/** Refuses the row at the beginning of a range whose quote is not closed. Returns false if it does not end in the range. */
function passTorn(range: Range, { to, line, next }: Torn): boolean {
  const end = (to - range.base) / range.text.width;
  if (end > range.text.units.length) return false;
  refuseTorn(range, 0, end, line);
  Object.assign(range.cursor, cursorAt(end, next));
  range.line = next;
  return true;
}

/** Keeps the cells of a row whose quote is not closed, so that there is something to fix. */
function refuseTorn(range: Range, from: number, to: number, line: number): void {
  const { text, separator, fields, format } = range;
  // threat: a quote that is never closed leaves nothing to fix in the report
  tear(text.units, separator, { from, to }, fields);
  const next = rowOf(text, fields, format, line, ++range.row);
  const cells = range.keepsCells && { cells: cellsOf(text, fields, format.rest) };
  range.rows.push({ ...next, problem: "unclosed_quote", ...cells });
}

/** Refuses a row of which only the beginning is kept. */
function refuse(range: Range, line: number, problem: NonNullable<Row["problem"]>): void {
  const cells = headOf(range);
  const none = { email: "", name: "", role: "", teams: "" };
  range.rows.push({ line, row: ++range.row, ...none, problem, ...(range.keepsCells && cells && { cells }) });
}

/** DOS programs end a text with this control character. */
const endSign = 26;
const isEndSign = (units: Uint8Array | Uint16Array, from: number, to: number) =>
  // threat: the end of a text of DOS is a row
  to - from === 1 && units[from] === endSign;

function skipOf(range: Range): Skip {
  const { cursor, base, text } = range;
  const { mode, quoteLine, back } = cursor;
  const head = headOf(range);
  return {
    line: range.line,
    begin: base + range.begin * text.width,
    // threat: the report has nothing of a row that is too long, and nobody can tell which one it was
    ...(head && { head }),
    mode,
    quoteLine,
    ...(back && { back: { offset: base + back.at * text.width, line: back.line } }),
  };
}

function resumed(cursor: Cursor, { mode, quoteLine, back }: Skip, base: number, width: number): Cursor {
  return { ...cursor, mode, quoteLine, back: back && { at: (back.offset - base) / width, line: back.line } };
}

/** Returns the cells at the beginning of a row that is too long, the last of them cut. */
function headOf({ text, separator, begin, skip, format }: Range): string[] | undefined {
  if (skip) return skip.head;
  // threat: a row that is too long fills the state of the reader with its cells
  let to = Math.min(begin + maxHead, text.units.length);
  // not within a letter of several bytes
  while (text.width === 1 && to > begin && ((text.units[to] ?? 0) & 0xc0) === 0x80) to--;
  const fields = divideHead(text.units, separator, { from: begin, to }, format.isEscaped === true);
  const cells = cellsOf(text, fields, format.rest);
  return cells.map((cell, at) => (at === cells.length - 1 ? `${cell}…` : cell));
}
