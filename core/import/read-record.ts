const quote = 34;
const backslash = 92;
const apostrophe = 39;
const space = 32;
const lineFeed = 10;
const carriageReturn = 13;
/** Room for the fields of most records; it grows with the first that has more. */
const usualFields = 64;

/** Where in a record the reader is: before a field, in an unquoted one, in quotes, or after them. */
export type Mode = "field" | "plain" | "quoted" | "closed";

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
 * Where the fields of a record begin and end, including their quotes. `isEscaped`: in quotes, a backslash escapes a
 * quote or a backslash after it.
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
export function scan(
  units: Uint8Array | Uint16Array,
  separator: number,
  isLast: boolean,
  cursor: Cursor,
  fields: Fields,
): Outcome {
  const end = units.length;
  let { at, line, mode, back } = cursor;
  let start = at;
  fields.count = 0;

  const stop = (outcome: Outcome): Outcome => {
    cursor.at = at;
    cursor.line = line;
    cursor.mode = mode;
    cursor.back = back;
    return outcome;
  };
  for (;;) {
    if (mode === "field") {
      start = at;
      while (at < end && units[at] === space) at++;
      if (at === end && !isLast) return stop("open");
      mode = units[at] === quote ? "quoted" : "plain";
      if (mode === "quoted") {
        at++;
        cursor.quoteLine = line;
        back = undefined;
      }
    }
    while (mode === "quoted") {
      const unit = units[at];
      if (at >= end) return stop(isLast ? "unclosed" : "open");
      // threat: a quote after a backslash ends a cell, and a comma in it shifts role and teams
      const isEscape = fields.isEscaped && unit === backslash;
      const isPair = unit === quote || unit === carriageReturn || isEscape;
      // threat: a range that ends between the halves of a doubled quote closes it
      if (isPair && at + 1 === end && !isLast) return stop("open");
      if (isEscape) {
        if (units[at + 1] === quote || units[at + 1] === backslash) at++;
      } else if (unit === quote) {
        if (units[at + 1] === quote) at++;
        else mode = "closed";
      } else if (unit === lineFeed || unit === carriageReturn) {
        if (unit === carriageReturn && units[at + 1] === lineFeed) at++;
        line++;
        back ??= { at: at + 1, line };
      }
      at++;
    }
    if (mode === "closed") {
      while (at < end && units[at] === space) at++;
      if (at === end && !isLast) return stop("open");
      const unit = units[at];
      const isClosed = at === end || unit === separator || unit === lineFeed || unit === carriageReturn;
      // an extra or missing quote within one line is a typo; over several lines it would swallow other rows
      // threat: a quote that is never closed swallows the rows after it
      if (back && !isClosed) return stop("unclosed");
      mode = "plain";
    }
    let unit = units[at];
    while (at < end && unit !== separator && unit !== lineFeed && unit !== carriageReturn) unit = units[++at];
    // threat: a range that ends between the halves of a line end counts it twice
    const isCut = at === end || (unit === carriageReturn && at + 1 === end);
    if (isCut && !isLast) return stop("open");
    add(fields, start, at);
    mode = "field";
    fields.end = at;
    if (at < end && unit === separator) {
      at++;
      continue;
    }
    if (unit === carriageReturn && units[at + 1] === lineFeed) at++;
    if (at < end) {
      at++;
      line++;
    }
    return stop("record");
  }
}

/** Divides the rest of a record whose last quote is not closed: that quote is a sign like any other. */
export function tear(
  units: Uint8Array | Uint16Array,
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
  units: Uint8Array | Uint16Array,
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
export function isBlank(units: Uint8Array | Uint16Array, separator: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = units[at];
    if (unit !== separator && unit !== space && unit !== quote && unit !== 9 && unit !== 10 && unit !== 13) {
      return false;
    }
  }
  return true;
}
