/** Stands before a file, so that Excel reads it as UTF-8; every reader of CSV skips it. */
export const byteOrderMark = "\ufeff";

/** What a spreadsheet would take for a formula, also in the wide characters of East Asia. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/u;
const special = /[",;\r\n\t]|^\s|\s$/u;

/** Rows as RFC 4180 has them, each ended by CRLF. A field that a spreadsheet might run begins with an apostrophe. */
export function csv(rows: readonly (readonly (string | undefined)[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value = ""): string {
  const safe = formula.test(value) ? `'${value}` : value;
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
