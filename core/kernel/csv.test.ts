import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csv } from "./csv.ts";

test("rows end in CRLF, and a field is quoted where it must be", () => {
  const rows = [
    ["name", "role", "note"],
    ["Ada", undefined, ""],
    ['Bob "B" Stone', "a,b", "two\r\nlines"],
    ["a;b", "c\td", " padded "],
  ];
  expect(csv(rows)).toBe(
    [
      "name,role,note\r\n",
      "Ada,,\r\n",
      '"Bob ""B"" Stone","a,b","two\r\nlines"\r\n',
      '"a;b","c\td"," padded "\r\n',
    ].join(""),
  );
});

test.each(["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("x","y")'])(
  "a spreadsheet does not run %j",
  (value) => {
    expect(parse(csv([[value]]))).toEqual([[`'${value}`]]);
    expect(csv([[value]])).toMatch(/^"?'/);
  },
);

test("what is no formula stays as it is", () => {
  for (const value of ["a=b", "1-2", "ada@example.com", "'quoted", "–", "李"])
    expect(parse(csv([[value]]))).toEqual([[value]]);
});

test("what was written is what is read, row by row and field by field", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "=", "a", " ", ";", "'") }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
  const property = fc.property(table, (rows) => {
    const safe = rows.map((row) => row.map((value) => (/^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value)));
    expect(parse(csv(rows))).toEqual(safe);
  });
  fc.assert(property, { numRuns: 1000 });
});

/** A reader by the letter of RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain = "", end] of text.matchAll(field)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  expect(csv([]).length + text.replaceAll(field, "").length).toBe(0);
  return rows;
}
