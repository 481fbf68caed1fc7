import * as v from "valibot";

/** Stands before a file, so that Excel reads it as UTF-8; whoever reads CSV skips it. */
export const byteOrderMark = "\ufeff";
/** What a spreadsheet would take for a formula, also in the wide characters of East Asia. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/u;
const special = /[",;\r\n\t]|^\s|\s$/u;

/** A part of a CSV file; the parts laid end to end are the file. `next` is the cursor of the one that follows. */
export const Part = v.object({ csv: v.string(), next: v.optional(v.string()) });

/** Records as CSV, some of their attributes as columns. A file begins with its heading. */
export function csv<C extends string>(
  columns: readonly C[],
  records: readonly { readonly [column in C]?: string | undefined }[],
  { isFirst }: { isFirst: boolean },
): string {
  const heading = isFirst ? byteOrderMark + lines([columns]) : "";
  return heading + lines(records.map((record) => columns.map((column) => record[column])));
}

/** Rows as RFC 4180 has them, each ended by CRLF. A field that a spreadsheet might run begins with an apostrophe. */
export function lines(rows: readonly (readonly (string | undefined)[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value = ""): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
