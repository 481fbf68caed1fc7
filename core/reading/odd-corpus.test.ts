import { describe, expect, test } from "vitest";
import { filesIn, linesOf, readFile } from "./corpus.testing.ts";

const people = `
  2 ada@example.com read Ada
  3 grace@example.com read Grace`;

/** Hostile and odd files, with what should be read from them, written by hand as in corpus.test.ts. */
const files: [file: string, look: string, rows: string][] = [
  ["blank-lines-after-header", "no_rows", ""],
  [
    "cut-in-letter",
    "utf-8 ,",
    "2 ada@example.com read Zoé Müller\n3 grace@example.com read (name_dropped damaged_text)",
  ],
  ["cut-in-quotes", "utf-8 ,", "2 ada@example.com read Ada\n3 ! unclosed_quote"],
  ["database", "not_text", ""],
  ["decomposed", "utf-8 ,", "2 zoe@example.fr read Zoë Lefèvre"],
  ["deep-title", "utf-8 ,", "16 ada@example.com read Ada"],
  ["direction", "utf-8 ,", "2 ! hidden_characters\n3 grace@example.com read (name_dropped)\n4 ! unknown_role"],
  [
    "domains-as-names",
    "utf-8 ,",
    `
  2 a@example.com read [Red] (name_dropped)
  3 b@example.com read [Red] (name_dropped teams_dropped)
  4 c@example.com read Dr. Rao [डॉ. राव]`,
  ],
  ["dos-end", "utf-8 ,", "2 ada@example.com read Ada"],
  ["doubled-heading", "utf-8 ,", people],
  ["ebcdic", "no_address", ""],
  ["empty-quotes", "utf-8 ,", "3 ada@example.com read"],
  ["excel-xml", "no_address", ""],
  [
    "formula-teams",
    "utf-8 ,",
    `
  2 a@example.com read [Red; =1+1]
  3 b@example.com read [=1+1; Red]
  4 c@example.com read [Red; =1+1]`,
  ],
  [
    "formulas",
    "utf-8 ,",
    `
  2 ! invalid_email
  3 =ada@example.com admin Ada
  4 ! unknown_role
  5 +edsger@example.com read Edsger
  6 ! invalid_email`,
  ],
  ["html", "no_address", ""],
  [
    "international",
    "utf-8 ,",
    `
  2 ada@xn--mnchen-3ya.example read Ada
  3 grace@xn--j2bd4cyah0f.xn--h2brj9c read Grace
  4 zoe@xn--r8jz45g.jp read Zoë
  5 edsger@xn--mnchen-3ya.example read Ada
  6 barbara@xn--mnchen-3ya.example read Barbara
  7 ! lookalike_characters
  8 ! lookalike_characters
  9 ! invalid_email
  10 ! hidden_characters`,
  ],
  ["json-lines", "no_address", ""],
  [
    "line-separators",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 grace@example.com read (name_dropped)
  4 edsger@example.com read Edsger Dijkstra`,
  ],
  [
    "long-addresses",
    "utf-8 ,",
    `
  2 ${"a".repeat(64)}@example.com read
  3 ! invalid_email
  4 ada@${"b".repeat(63)}.example read
  5 ! invalid_email
  6 ! invalid_email
  7 ! invalid_email`,
  ],
  ["mark-before-directive", "utf-8 ;", "3 ada@example.com read Lovelace, Ada"],
  ["mark-in-quotes", "utf-8 ;", "2 ada@example.com read Ada"],
  ["mixed-quotes", "utf-8 ;", "2 ada@example.com read Ada\n3 grace@example.com read O'Hara\n4 ! invalid_email"],
  ["mojibake", "utf-8 ,", "2 zoe@example.fr read ZoÃ«\n3 juergen@example.de read JÃ¼rgen\n4 ada@example.com read Zoë"],
  ["nbsp-windows", "windows-1252 ;", "2 ada@example.com admin Ada\n3 ! missing_email\n4 grace@example.com read Zoë–"],
  ["numbers", "utf-8 , no header", "1 ada@example.com read\n2 grace@example.com read"],
  ["one-address", "utf-8 , no header", "1 ada@example.com read"],
  ["only-separators", "no_address", ""],
  [
    "phones",
    "utf-8 ,",
    `
  2 ada@example.com read (name_dropped)
  3 grace@example.com read (name_dropped)
  4 edsger@example.com read Dijkstra, 4711
  5 barbara@example.com read (name_dropped)`,
  ],
  ["pipes", "utf-8 |", "2 ada@example.com admin Ada"],
  ["quote-in-header", "utf-8 , no header", `1 ! unclosed_quote${people}`],
  [
    "ragged",
    "utf-8 ,",
    `
  2 ada@example.com read Ada
  3 grace@example.com write Grace
  4 ! missing_email
  5 barbara@example.com read`,
  ],
  ["reversed-line-ends", "utf-8 ,", "3 ada@example.com read Ada\n5 grace@example.com read Grace"],
  [
    "roles-lookalike",
    "utf-8 ,",
    `
  2 ! unknown_role
  3 ! unknown_role
  4 ! unknown_role
  5 ! unknown_role
  6 e@example.com read
  7 f@example.com read
  8 g@example.com write
  9 h@example.com write
  10 ! unknown_role
  11 ! unknown_role`,
  ],
  ["self-headed", "utf-8 , no header", "1 ada@example.com read name\n2 edsger@example.com read Edsger"],
  ["sep-pipe", "utf-8 |", "3 ada@example.com read Ada"],
  ["status-columns", "utf-8 ,", "2 ! deactivated\n3 ! deactivated"],
  [
    "tabs-and-commas",
    "utf-8 tab",
    "2 ada@example.com read Lovelace, Ada [Red; Blue]\n3 grace@example.com read Hopper Grace",
  ],
  [
    "tags",
    "utf-8 ,",
    `
  2 a@example.com read (name_dropped)
  3 b@example.com read (name_dropped)
  4 c@example.com read (name_dropped)
  5 d@example.com read 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} Ada
  6 ! hidden_characters
  7 ! hidden_characters`,
  ],
  ["tape", "compressed", ""],
  [
    "torn-lines",
    "utf-8 ,",
    `
  2 ! unclosed_quote
  3 grace@example.com write Grace "x"
  4 edsger@example.com read Edsger
  5 ! unclosed_quote`,
  ],
  ["two-files", "utf-8 ,", "2 ada@example.com read Ada\n3 ! invalid_email\n4 grace@example.com read Grace"],
  [
    "two-in-one-cell",
    "utf-8 ,",
    `
  2 ! invalid_email
  3 ! invalid_email
  4 ! invalid_email
  5 ! invalid_email
  6 ! invalid_email`,
  ],
  ["two-kinds-of-address", "utf-8 ,", "2 ada@example.com read Ada\n3 grace@example.org read Grace"],
  [
    "urls",
    "utf-8 ,",
    `
  2 ! invalid_email
  3 ! invalid_email
  4 ! invalid_email
  5 ada@example.com read D
  6 grace@example.com read E
  7 edsger@example.com read F
  8 ! invalid_email
  9 ! invalid_email`,
  ],
  ["utf16-nul", "utf-16le ,", "2 ada@example.com read (name_dropped)\n3 grace@example.com read Grace"],
  ["utf32", "not_text", ""],
  ["utf32-no-mark", "not_text", ""],
  ["vcard", "utf-8 ;", "5 ! invalid_email"],
  ["wide", "utf-8 ,", "2 ada@example.com write\n3 ! invalid_email"],
  [
    "zero-width",
    "utf-8 ,",
    `
  2 ! hidden_characters
  3 grace@example.com read (name_dropped)
  4 edsger@example.com read نام‌ها
  5 ! unknown_role`,
  ],
  ["zstd", "compressed", ""],
];

describe("an odd file of the corpus", () => {
  test.each(files)("%s is read as %s", (file, look, rows) => {
    const expected = linesOf(rows);
    const numbers = expected.map((_, at) => at + 1);
    expect(readFile(`odd/${file}.csv`)).toEqual({ look, rows: expected, numbers });
  });

  test("is in the table, and there are enough", () => {
    expect(filesIn("odd").toSorted()).toEqual(files.map(([file]) => `${file}.csv`).toSorted());
    expect(files.length).toBeGreaterThanOrEqual(40);
  });
});
