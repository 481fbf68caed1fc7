const quote = 34;
const apostrophe = 39;
const space = 32;
const lineFeed = 10;
const carriageReturn = 13;
/** What stands beyond is not looked at. */
const maxFields = 1024;

/** Where in a record the reader stands: before a field, in one without quotes, in quotes, or behind them. */
export type Mode = "field" | "plain" | "quoted" | "closed";

export type Cursor = {
  /** Unit that is read next. */
  at: number;
  /** Its line, from 1. */
  line: number;
  mode: Mode;
  /** Line of the quote that was opened last. */
  quoteLine: number;
  /** The beginning of the line after that one, once it was reached within the quotes. */
  back: { at: number; line: number } | undefined;
};

/** Where the fields of a record begin and end, their quotes included. */
export type Fields = { count: number; starts: Int32Array; ends: Int32Array; end: number };

/** `open`: the text ends first. `unclosed`: what a quote opened on an earlier line has no end that could be meant. */
export type Outcome = "record" | "open" | "unclosed";

export const cursorAt = (at: number, line: number): Cursor => ({
  at,
  line,
  mode: "field",
  quoteLine: line,
  back: undefined,
});

export const noFields = (): Fields => ({
  count: 0,
  starts: new Int32Array(maxFields),
  ends: new Int32Array(maxFields),
  end: 0,
});

/**
 * Reads on to the end of a record. The cursor ends behind it, or where reading can go on when more of the text is
 * there: never between the halves of a line end or of a doubled quote.
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
      const isPair = unit === quote || unit === carriageReturn;
      if (isPair && at + 1 === end && !isLast) return stop("open");
      if (unit === quote) {
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
      // on one line a quote more or less is a slip; over several it would swallow what was meant as rows
      if (back && !isClosed) return stop("unclosed");
      mode = "plain";
    }
    let unit = units[at];
    while (at < end && unit !== separator && unit !== lineFeed && unit !== carriageReturn) unit = units[++at];
    const isCut = at === end || (unit === carriageReturn && at + 1 === end);
    if (isCut && !isLast) return stop("open");
    if (fields.count < maxFields) {
      fields.starts[fields.count] = start;
      fields.ends[fields.count++] = at;
    }
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

/** What a field says, without its quotes and the spaces around; and without the apostrophe before a formula. */
export function valueOf(raw: string): string {
  if (isPlain(raw.charCodeAt(0)) && isPlain(raw.charCodeAt(raw.length - 1))) return raw;
  const text = raw.trim();
  const value = text.startsWith('"') ? unquoted(text) : text;
  return value.startsWith("'") ? value.replace(apostrophes, "$1") : value;
}

/** Before a formula, by our own exports and spreadsheets; or around the whole, as SQL writes it. */
const apostrophes = /^'(?=[=+\-@\t\r\n＝＋－＠])|^'([^']*)'$/u;

/** Neither space nor quote nor apostrophe, nor anything beyond ASCII, where there are more spaces. */
const isPlain = (unit: number) => unit > space && unit < 127 && unit !== quote && unit !== apostrophe;

function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  if (text.length > 1 && text.endsWith('"') && !inner.includes('"')) return inner.trim();
  const [, quotedPart = "", rest = ""] = /^"((?:[^"]|"")*)"?([^]*)$/.exec(text) ?? [];
  return (quotedPart.replaceAll('""', '"') + rest).trim();
}

/** Whether nothing stands between two places but what parts fields. */
export function isBlank(units: Uint8Array | Uint16Array, separator: number, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = units[at];
    if (unit !== separator && unit !== space && unit !== quote && unit !== 9 && unit !== 10 && unit !== 13) {
      return false;
    }
  }
  return true;
}
