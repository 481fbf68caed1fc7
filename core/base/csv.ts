import * as v from "valibot";

/** Begins a file so that Excel reads it as UTF-8; other readers skip it. */
export const byteOrderMark = "\ufeff";
// threat: an export runs a formula where a spreadsheet divides fields at a semicolon
/**
 * Matches the place where a spreadsheet would read a formula, also in the full-width signs of East Asia: at the
 * beginning of a field, and after what another country's spreadsheet divides fields at.
 */
const formula = /^(?=[\t\r\n])|(?=[=+\-@＝＋－＠])(?<=(?:^|[;,|\t\r\n])"*)/gu;
/** Nothing that runs, although it may begin with a minus. */
const number = /^-?\d+(\.\d+)?$/;
const special = /[",;\r\n\t]|^\s|\s$/u;

/** A part of a CSV file. All parts concatenated in order are the file. `next` is the cursor of the following part. */
export const Part = v.object({ csv: v.string(), next: v.optional(v.string()) });

/** Returns records as CSV, with some of their attributes as columns. A file begins with its heading. */
export function csv<C extends string>(
  columns: readonly C[],
  records: readonly { readonly [column in C]?: string | undefined }[],
  { isFirst }: { isFirst: boolean },
): string {
  const heading = isFirst ? byteOrderMark + lines([columns]) : "";
  return heading + lines(records.map((record) => columns.map((column) => record[column])));
}

/**
 * Returns rows as RFC 4180 defines them, each ended by CRLF. An apostrophe is before each sign that a spreadsheet might
 * run.
 */
export function lines(rows: readonly (readonly (string | undefined)[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value = ""): string {
  // threat: an export of devices runs formulas
  // threat: a spreadsheet runs what a member is called
  // threat: a report runs formulas
  const safe = number.test(value) ? value : value.replace(formula, "'");
  // threat: a name breaks out of its field in an export
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
