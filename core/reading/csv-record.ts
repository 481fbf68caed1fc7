const quote = 34;
const backslash = 92;
const apostrophe = 39;
const space = 32;
const lineFeed = 10;
const carriageReturn = 13;
/** Room for the fields of most records; it grows with the first that has more. */
const usualFields = 64;

/** The reader's place in a record: before a field, in an unquoted one, in quotes, or after them. */
export type Mode = "field" | "plain" | "quoted" | "closed";

type Units = Uint8Array | Uint16Array;

export type Cursor = {
  /** The unit that is read next. */
  at: number;
  /** Its line, from 1. */
  line: number;
  mode: Mode;
  /** The line of the last opening quote. */
  quoteLine: number;
  /** The beginning of the line after that one, once it was reached within the quotes. */
  back: { at: number; line: number } | undefined;
};

/**
 * The beginnings and ends of the fields of a record, including their quotes. `isEscaped`: in quotes, a backslash
 * escapes a quote or a backslash after it.
 */
export type Fields = {
  count: number;
  starts: Int32Array<ArrayBuffer>;
  ends: Int32Array<ArrayBuffer>;
  end: number;
  isEscaped: boolean;
};

/** `open`: the text ends first. `unclosed`: a quote opened on an earlier line has no plausible end. */
export type Outcome = "record" | "open" | "unclosed";

export const cursorAt = (at: number, line: number): Cursor => ({
  at,
  line,
  mode: "field",
  quoteLine: line,
  back: undefined,
});

export const noFields = (isEscaped = false): Fields => ({
  isEscaped,
  count: 0,
  starts: new Int32Array(usualFields),
  ends: new Int32Array(usualFields),
  end: 0,
});

/**
 * Reads to the end of a record. The cursor ends after it, or where reading can continue once there is more text: never
 * between the halves of a line end or of a doubled quote.
 */
export function scan(units: Units, separator: number, isLast: boolean, cursor: Cursor, fields: Fields): Outcome {
  let start = cursor.at;
  fields.count = 0;
  for (;;) {
    if (cursor.mode === "field") {
      start = cursor.at;
      if (!openField(units, isLast, cursor)) return "open";
    }
    if (cursor.mode === "quoted" && !passQuoted(units, isLast, fields.isEscaped, cursor)) {
      return isLast ? "unclosed" : "open";
    }
    const outcome = cursor.mode === "closed" && leaveQuotes(units, separator, isLast, cursor);
    if (outcome) return outcome;
    const at = fieldEnd(units, separator, cursor.at);
    cursor.at = at;
    if (!isLast && isCut(units, at)) return "open";
    add(fields, start, at);
    fields.end = at;
    cursor.mode = "field";
    if (at < units.length && units[at] === separator) {
      cursor.at++;
      continue;
    }
    passLineEnd(units, cursor);
    return "record";
  }
}

/** Goes to the first sign of a field that is no space. Returns false if there may be another one after the text. */
function openField(units: Units, isLast: boolean, cursor: Cursor): boolean {
  if (!passSpaces(units, isLast, cursor)) return false;
  cursor.mode = units[cursor.at] === quote ? "quoted" : "plain";
  if (cursor.mode === "quoted") {
    cursor.at++;
    cursor.quoteLine = cursor.line;
    cursor.back = undefined;
  }
  return true;
}

/** Goes to after the closing quote. Returns false if it is not in the text, or may be the first half of a doubled one. */
function passQuoted(units: Units, isLast: boolean, isEscaped: boolean, cursor: Cursor): boolean {
  const end = units.length;
  let { at } = cursor;
  while (at < end) {
    const unit = units[at];
    // threat: a quote after a backslash ends a cell, and a comma in it shifts role and teams
    const isEscape = isEscaped && unit === backslash;
    const isBreak = unit === lineFeed || unit === carriageReturn;
    if (unit !== quote && !isBreak && !isEscape) {
      at++;
      continue;
    }
    // threat: a range that ends between the halves of a doubled quote closes it
    if (unit !== lineFeed && at + 1 === end && !isLast) break;
    const isTwo = isPair(unit, units[at + 1]);
    at += isTwo ? 2 : 1;
    if (isBreak) {
      cursor.line++;
      cursor.back ??= { at, line: cursor.line };
    }
    if (unit === quote && !isTwo) {
      cursor.mode = "closed";
      break;
    }
  }
  cursor.at = at;
  return cursor.mode === "closed";
}

/** Returns whether two units are one sign: a doubled quote, what a backslash escapes, or a line end. */
function isPair(unit: number | undefined, next: number | undefined): boolean {
  if (unit === quote) return next === quote;
  if (unit === backslash) return next === quote || next === backslash;
  return unit === carriageReturn && next === lineFeed;
}

/** Goes from after the closing quote to the end of the field, or to other text in it. Returns why that is not possible. */
function leaveQuotes(units: Units, separator: number, isLast: boolean, cursor: Cursor): Outcome | undefined {
  if (!passSpaces(units, isLast, cursor)) return "open";
  // an extra or missing quote within one line is a typo; over several lines it would swallow other rows
  // threat: a quote that is never closed swallows the rows after it
  if (cursor.back && cursor.at < units.length && !endsField(units[cursor.at], separator)) return "unclosed";
  cursor.mode = "plain";
  return undefined;
}

/** Returns whether what follows a text may belong to what it ends with: to the last field, or to its line end. */
const isCut = (units: Units, at: number): boolean =>
  // threat: a range that ends between the halves of a line end counts it twice
  at === units.length || (units[at] === carriageReturn && at + 1 === units.length);

/** Returns false if there may be more spaces after the text. */
function passSpaces(units: Units, isLast: boolean, cursor: Cursor): boolean {
  while (cursor.at < units.length && units[cursor.at] === space) cursor.at++;
  return isLast || cursor.at < units.length;
}

/** Returns where the next separator or line end is, or the end of the text. */
function fieldEnd(units: Units, separator: number, from: number): number {
  let at = from;
  while (at < units.length && !endsField(units[at], separator)) at++;
  return at;
}

const endsField = (unit: number | undefined, separator: number): boolean =>
  unit === separator || unit === lineFeed || unit === carriageReturn;

function passLineEnd(units: Units, cursor: Cursor): void {
  if (cursor.at === units.length) return;
  cursor.at += isPair(units[cursor.at], units[cursor.at + 1]) ? 2 : 1;
  cursor.line++;
}

/** Divides the rest of a record whose last quote is not closed: that quote is a sign like any other. */
export function tear(
  units: Units,
  separator: number,
  { from, to }: { from: number; to: number },
  fields: Fields,
): void {
  scan(units.subarray(0, to), separator, true, cursorAt(from, 0), fields);
  let start = fields.count === 0 ? from : (fields.ends[fields.count - 1] ?? 0) + 1;
  let end = to;
  while (end > start && (units[end - 1] === lineFeed || units[end - 1] === carriageReturn)) end--;
  for (let at = start; at <= end; at++) {
    if (at < end && units[at] !== separator) continue;
    add(fields, start, at);
    start = at + 1;
  }
  fields.end = end;
}

/** Divides so much of the beginning of a record: the last field is what is left of it. */
export function divideHead(
  units: Units,
  separator: number,
  { from, to }: { from: number; to: number },
  isEscaped: boolean,
): Fields {
  const fields = noFields(isEscaped);
  const outcome = scan(units.subarray(0, to), separator, true, cursorAt(from, 0), fields);
  if (outcome === "unclosed") add(fields, fields.count === 0 ? from : (fields.ends[fields.count - 1] ?? 0) + 1, to);
  return fields;
}

function add(fields: Fields, start: number, end: number): void {
  if (fields.count === fields.starts.length) {
    fields.starts = grown(fields.starts);
    fields.ends = grown(fields.ends);
  }
  fields.starts[fields.count] = start;
  fields.ends[fields.count++] = end;
}

function grown(places: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(places.length * 2);
  // threat: a column after the first sixty-four is lost
  larger.set(places);
  return larger;
}

/**
 * Returns the content of a field, without its quotes and surrounding spaces, and without an apostrophe before a
 * formula.
 */
export function valueOf(raw: string, isEscaped = false): string {
  if (isPlain(raw.charCodeAt(0)) && isPlain(raw.charCodeAt(raw.length - 1))) return raw;
  const text = raw.trim();
  const value = text.startsWith('"') ? unquoted(text, isEscaped) : text;
  return value.startsWith("'") ? value.replace(apostrophes, "$1") : value;
}

/** Our own exports and spreadsheets put one before a formula; SQL puts them around the whole. */
const apostrophes = /^'(?=[=+\-@\t\r\n＝＋－＠])|^'([^']*)'$/u;

/** Neither space nor quote nor apostrophe, nor anything beyond ASCII, where there are more spaces. */
const isPlain = (unit: number) => unit > space && unit < 127 && unit !== quote && unit !== apostrophe;

function unquoted(text: string, isEscaped: boolean): string {
  const inner = text.slice(1, -1);
  const [sign, quotes] = isEscaped ? [/["\\]/, escapedQuotes] : [/"/, doubledQuotes];
  if (text.length > 1 && text.endsWith('"') && !sign.test(inner)) return inner.trim();
  const [, quotedPart = "", rest = ""] = quotes.exec(text) ?? [];
  const plain = isEscaped ? quotedPart.replace(/\\(["\\])/g, "$1") : quotedPart;
  return (plain.replaceAll('""', '"') + rest).trim();
}

const doubledQuotes = /^"((?:[^"]|"")*)"?([^]*)$/;
const escapedQuotes = /^"((?:[^"\\]|""|\\[^])*)"?([^]*)$/;

/** Returns whether there is nothing but separators between two positions. */
export function isBlank(units: Units, separator: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = units[at];
    if (unit !== separator && unit !== space && unit !== quote && unit !== 9 && unit !== 10 && unit !== 13) {
      return false;
    }
  }
  return true;
}
