import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csv, lines } from "./csv.ts";

test("rows end in CRLF, and a field is quoted where it must be", () => {
  const rows = [
    ["name", "role", "note"],
    ["Ada", undefined, ""],
    ['Bob "B" Stone', "a,b", "two\r\nlines"],
    ["a;b", "c\td", " padded "],
  ];
  expect(lines(rows)).toBe(
    [
      "name,role,note\r\n",
      "Ada,,\r\n",
      '"Bob ""B"" Stone","a,b","two\r\nlines"\r\n',
      '"a;b","c\td"," padded "\r\n',
    ].join(""),
  );
});

test("parts concatenated in order are one file, which begins with its byte order mark and heading", () => {
  const columns = ["name", "role"] as const;
  const first = csv(columns, [{ name: "Ada", role: "owner" }], { isFirst: true });
  const second = csv(columns, [{ name: "Bob" }], { isFirst: false });
  expect(first + second).toBe("\ufeffname,role\r\nAda,owner\r\nBob,\r\n");
});

test.each(["=1+1", "+1", "-1+1", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("x","y")'])(
  "a spreadsheet does not run %j",
  (value) => {
    expect(parse(lines([[value]]))).toEqual([[`'${value}`]]);
    expect(lines([[value]])).toMatch(/^"?'/);
  },
);

test.each(["-1", "-20.00", "7", "0.5"])("a number stays one: %s", (value) => {
  expect(lines([[value]])).toBe(`${value}\r\n`);
});

test.each([
  ["a;=1+1", "a;'=1+1"],
  ["a,=1+1", "a,'=1+1"],
  ["a\t+1", "a\t'+1"],
  ["a|@sum", "a|'@sum"],
  ["a\r\n-1", "a\r\n'-1"],
  ["a\n＝1", "a\n'＝1"],
  ['a;"=1+1"', `a;"'=1+1"`],
  ['a;""=1+1"', `a;""'=1+1"`],
  ["=1;=2;=3", "'=1;'=2;'=3"],
  [";;=1", ";;'=1"],
  ["a;\r=1", "a;\r'=1"],
])("a spreadsheet that divides at another sign does not run %j", (value, safe) => {
  expect(parse(lines([[value]]))).toEqual([[safe]]);
});

test("whatever sign a spreadsheet divides at, and whether it knows quotes, no cell begins like a formula", () => {
  const text = fc.string({ unit: fc.constantFrom(..."=+-@＝＋－＠\t\r\n;,|\"' a"), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }), (rows) => {
      for (const sign of [",", ";", "\t", "|"]) {
        const cells = lines(rows)
          .split(/\r\n|\r|\n/)
          .flatMap((line) => line.split(sign));
        expect(cells.filter((cell) => /^"*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
      }
    }),
    { numRuns: depth(300, 10_000) },
  );
});

test("text that is not a formula is unchanged", () => {
  for (const value of ["a=b", "1-2", "ada@example.com", "'quoted", "–", "李", "a; b", "Red;Blue", "a, b", "x - y; z"]) {
    expect(parse(lines([[value]]))).toEqual([[value]]);
  }
});

test("reading returns what was written, row by row and field by field", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "=", "a", " ", ";", "'") }),
  );
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
  const property = fc.property(table, (rows) => {
    const unsafe = (value: string) => value.replaceAll(/((?:^|[;,\t|\r\n])"*)'(?=[=+\-@\t\r\n＝＋－＠])/g, "$1");
    expect(parse(lines(rows)).map((row) => row.map(unsafe))).toEqual(rows.map((row) => row.map(unsafe)));
  });
  fc.assert(property, { numRuns: depth(300, 10_000) });
});

/** A reader that follows RFC 4180 to the letter. */
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
  expect(text.replaceAll(field, "")).toBe("");
  return rows;
}
