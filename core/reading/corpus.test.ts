import { describe, expect, test } from "vitest";
import { filesIn, linesOf, readFile } from "./corpus.testing.ts";

const people = `
  2 ada@example.com admin Ada Lovelace [Engines; Research]
  3 juergen@example.de write Jürgen Müßig
  4 zoe@example.fr read Zoë “Zo” D’Arc
  5 grace@example.com read Hopper, Grace [Navy]`;
const quotes = `
  2 ada@example.com admin Ada "The Countess" Lovelace
  4 grace@example.com write Grace Hopper
  5 edsger@example.com read Edsger W. Dijkstra`;
const wide = `
  2 ada@example.com read Ada Lovelace
  3 lukasz@example.pl read Łukasz Żółć
  4 taro@example.jp read 太郎 山田
  6 eleni@example.gr read Ελένη Παπαδοπούλου`;
const french = `
  2 chloe@example.fr write Chloé Dubois [Réseau; Paie]
  3 noel@example.fr read Noël Lefèvre [Été]
  4 oedipe@example.fr read Œdipe Roi [Thèbes]`;
const spanish = `
  2 nuria@example.es admin Núria Peña Ibáñez
  3 inigo@example.es read Iñigo Montoya
  4 ! unknown_role`;
const written = `
  2 ada@example.com owner Ada Lovelace [Engines]
  3 lukasz@example.pl write Łukasz "Luk" Żółć [Wysyłka; Paie]
  4 multi@example.com read Multi Line`;
const users = `
  2 ada@example.com admin Ada Lovelace
  3 grace@example.com read Hopper, "Amazing" Grace
  4 edsger@example.com write Edsger Dijkstra`;
const jq = `
  2 ada@example.com admin Ada Lovelace
  3 ! invalid_email
  4 grace@example.com read Grace "G" Hopper`;
const copied = `
  2 ada@example.com admin Ada Lovelace [Engines; Research]
  3 zoe@example.fr read Zoë D’Arc
  4 quote@example.com read Say "hi" [a b]`;

/**
 * Written by hand, what each file contains: the encoding, the separator, `no header`; then for each row its line, the
 * address, the role, the name, the teams, and what was left out; or `!` and why the row cannot be invited.
 */
const files: [file: string, look: string, rows: string][] = [
  ["calc-comma-utf8.csv", "utf-8 ,", people],
  ["calc-comma-windows.csv", "windows-1252 ,", people],
  ["calc-semicolon-quoted.csv", "utf-8 ;", people],
  ["calc-tab-windows.csv", "windows-1252 tab", people],
  ["calc-utf16.csv", "utf-16le ,", people],
  ["calc-wide-utf16-tab.csv", "utf-16le tab", wide],
  ["calc-wide-utf8-bom.csv", "utf-8 ;", wide],
  ["calc-quotes-comma.csv", "utf-8 ,", quotes],
  ["calc-quotes-semicolon.csv", "utf-8 ;", quotes],
  ["calc-quotes-tab.csv", "utf-8 tab", quotes],
  ["calc-french-utf8.csv", "utf-8 ,", french],
  ["calc-french-windows.csv", "windows-1252 ;", french],
  ["calc-spanish-windows.csv", "windows-1252 ;", spanish],
  [
    "calc-headless.csv",
    "utf-8 , no header",
    `
  1 ada@example.com admin
  2 grace@example.com read
  3 edsger@example.com read`,
  ],
  [
    "calc-formulas.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin Ada Lovelace
  3 grace@example.com read (name_dropped)
  4 edsger@example.com write Edsger Dijkstra`,
  ],
  [
    "calc-titled.csv",
    "utf-8 ;",
    `
  6 ada@example.com owner Ada Lovelace
  7 grace@example.com read Grace Hopper`,
  ],
  ["gnumeric-plain.csv", "utf-8 ,", people],
  ["gnumeric-semicolon-windows.csv", "windows-1252 ;", people],
  ["gnumeric-tab-utf16le.csv", "utf-16le tab", wide],
  ["gnumeric-mac.csv", "utf-8 ,", quotes],
  ["gnumeric-utf16be.csv", "utf-16be ;", spanish],
  ["python-excel.csv", "utf-8 ,", written],
  ["python-excel-tab-utf16.csv", "utf-16le tab", written],
  ["python-quote-all-bom.csv", "utf-8 ;", written],
  ["python-nonnumeric-unix.csv", "utf-8 ,", written],
  [
    "python-doubled-returns.csv",
    "windows-1252 ,",
    `
  3 ada@example.com read Ada Lovelace
  5 zoe@example.fr read Zoë Dubois`,
  ],
  [
    "python-dictwriter.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 ! unknown_role`,
  ],
  ["sqlite-csv.csv", "utf-8 ,", `${users}\n  5 two@example.com read Two Lines`],
  [
    "sqlite-headless.csv",
    "utf-8 , no header",
    `
  1 ada@example.com admin
  2 grace@example.com read
  3 edsger@example.com write
  4 two@example.com read`,
  ],
  ["sqlite-tabs.csv", "utf-8 tab", users],
  [
    "sqlite-quote.csv",
    "utf-8 ;",
    `
  2 ada@example.com admin
  3 ! unknown_role
  4 edsger@example.com write
  5 two@example.com read`,
  ],
  ["miller-csv.csv", "utf-8 ,", `${users}\n  5 two@example.com read Two Lines`],
  ["miller-tsv.csv", "utf-8 tab", `${users}\n  5 two@example.com read Two\\nLines`],
  ["miller-semicolon-quoted.csv", "utf-8 ;", `${users}\n  5 two@example.com read Two Lines`],
  [
    "miller-headless.csv",
    "utf-8 , no header",
    `
  1 ada@example.com read Ada Lovelace
  2 grace@example.com read Hopper, "Amazing" Grace
  3 edsger@example.com read Edsger Dijkstra
  4 two@example.com read Two Lines`,
  ],
  ["jq-csv.csv", "utf-8 ,", jq],
  ["jq-tsv.csv", "utf-8 tab", jq],
  [
    "perl-windows.csv",
    "windows-1252 ;",
    `
  2 ada@example.com read Ada Lovelace
  3 juergen@example.de read Jürgen Müßig`,
  ],
  [
    "perl-quote-space.csv",
    "utf-8 ,",
    `
  2 ada@example.com read [Red Team; Blue Team]
  3 grace@example.com read`,
  ],
  ["csvtool-tab.csv", "utf-8 tab", people],
  ["csvtool-semicolon.csv", "utf-8 ;", quotes],
  ["postgres-header.csv", "utf-8 ,", copied],
  ["postgres-forced.csv", "windows-1252 ;", copied],
  [
    "postgres-null.csv",
    "utf-8 , no header",
    `
  1 ada@example.com admin Ada Lovelace
  2 ! unknown_role
  3 quote@example.com read Say "hi"`,
  ],
  [
    "postgres-text.csv",
    "utf-8 tab no header",
    `
  1 ada@example.com admin Ada Lovelace
  2 ! unknown_role
  3 quote@example.com read Say "hi"`,
  ],
  [
    "shape-google-users.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 ! deactivated`,
  ],
  [
    "shape-google-contacts.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 grace@example.com read Grace Hopper`,
  ],
  [
    "shape-entra-users.csv",
    "utf-8 ,",
    `
  2 ! unknown_role
  3 ! unknown_role
  4 ! invalid_email`,
  ],
  [
    "shape-entra-invite.csv",
    "utf-8 ,",
    `
  3 ! invalid_email
  4 ada@example.com read`,
  ],
  ["shape-entra-create.csv", "utf-8 ,", "3 ada@example.com read Ada Lovelace"],
  [
    "shape-microsoft-365.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 grace@example.com read Grace Hopper
  4 ! deactivated`,
  ],
  [
    "shape-okta-people.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 grace@example.com read Hopper, Grace`,
  ],
  [
    "shape-okta-login-only.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada Lovelace
  3 ! invalid_email`,
  ],
  [
    "shape-slack-members.csv",
    "utf-8 ,",
    `
  2 ! unknown_role
  3 ! missing_email
  4 ! deactivated`,
  ],
  [
    "shape-outlook-contacts.csv",
    "utf-8 ,",
    `
  2 ann@example.com read Ann Lee
  3 ! missing_email`,
  ],
  ["shape-outlook-german.csv", "windows-1252 ;", "2 kaethe@example.de read Käthe Groß"],
  ["hand-sep-directive.csv", "utf-8 ;", "3 ada@example.com admin"],
  ["hand-sep-tab-bom.csv", "utf-8 tab", "3 ada@example.com read Lovelace, Ada; Countess"],
  [
    "hand-one-column.csv",
    "utf-8 , no header",
    `
  1 ada@example.com read
  2 grace@example.com read
  4 ! invalid_email
  5 edsger@example.com read`,
  ],
  [
    "hand-angles.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin Ada Lovelace
  3 grace@example.com read Hopper, Grace
  4 edsger@example.com read`,
  ],
  [
    "hand-classic-mac.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin
  4 grace@example.com write`,
  ],
  [
    "hand-mixed-line-ends.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin
  3 grace@example.com write
  4 edsger@example.com read`,
  ],
  [
    "hand-spaces.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin Ada Lovelace
  3 grace@example.com write`,
  ],
  [
    "hand-trailing-separators.csv",
    "utf-8 ;",
    `
  2 ada@example.com admin
  4 grace@example.com read
  5 edsger@example.com read`,
  ],
  [
    "hand-stray-quotes.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin Ada "The Countess" Lovelace
  3 grace@example.com write Grace Hopper
  4 height@example.com read 5" tall
  5 edsger@example.com read Edsger`,
  ],
  [
    "hand-unclosed-quote.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin Ada
  3 ! unclosed_quote
  4 edsger@example.com read Edsger
  5 last@example.com read Last`,
  ],
  [
    "hand-unclosed-at-end.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Ada
  3 ! unclosed_quote`,
  ],
  [
    "hand-quoted-lines.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin
  6 grace@example.com write`,
  ],
  [
    "hand-roles.csv",
    "utf-8 ,",
    `
  2 a@example.com owner
  3 b@example.com admin
  4 c@example.com write
  5 d@example.com read
  6 e@example.com read
  7 f@example.com owner
  8 ! unknown_role
  9 ! unknown_role
  10 i@example.com read
  11 ! unknown_role`,
  ],
  [
    "hand-lookalikes.csv",
    "utf-8 ,",
    `
  2 ! lookalike_characters
  3 ! lookalike_characters
  4 ! hidden_characters
  5 ! hidden_characters
  6 ada@example.com read
  7 ! invalid_email
  8 ! invalid_email
  9 ! lookalike_characters
  10 ! invalid_email
  11 ! invalid_email`,
  ],
  [
    "hand-names.csv",
    "utf-8 ,",
    `
  2 a@example.com read (name_dropped)
  3 b@example.com read Line break
  5 c@example.com read (name_dropped)
  6 d@example.com read (name_dropped)
  7 e@example.com read =HYPERLINK(1)
  8 f@example.com read =1+1
  9 g@example.com read`,
  ],
  [
    "hand-apostrophes.csv",
    "utf-8 ,",
    `
  2 +ada@example.com read -Ada
  3 grace@example.com read Grace
  4 o'brien@example.com read O'Brien`,
  ],
  [
    "hand-teams.csv",
    "utf-8 ,",
    `
  2 a@example.com read [Red; Blue]
  3 b@example.com read [Green] (teams_dropped)
  4 c@example.com read [Solo]`,
  ],
  [
    "hand-teams-semicolon.csv",
    "utf-8 ;",
    `
  2 a@example.com read [Red; Blue]
  3 b@example.com read [Green]`,
  ],
  [
    "hand-teams-unquoted.csv",
    "utf-8 ;",
    `
  2 a@example.com write [Red; Blue]
  3 b@example.com write [Red; Blue]
  4 c@example.com read [Red; Blue; Green]
  5 d@example.com read [Green]
  6 e@example.com read
  7 f@example.com read [Red]`,
  ],
  ["hand-teams-padded.csv", "utf-8 ;", "\n  2 a@example.com read [Red]\n  3 b@example.com read"],
  ["hand-teams-and-more.csv", "utf-8 ;", "\n  2 a@example.com read [Red]"],
  ["hand-teams-commas.csv", "utf-8 ,", "\n  2 a@example.com read [Red]"],
  ["hand-teams-before-role.csv", "utf-8 ;", "\n  2 a@example.com write [Red]"],
  [
    "hand-utf8-damaged.csv",
    "utf-8 ,",
    `
  2 ada@example.com read Zoë Àéî
  3 grace@example.com read (name_dropped damaged_text)
  4 edsger@example.com read Edsger`,
  ],
  [
    "hand-windows-quotes.csv",
    "windows-1252 ;",
    `
  2 ada@example.com read Ada “Countess” O’Neill
  3 zoe@example.com read Zoë – €`,
  ],
  ["hand-utf16be-bom.csv", "utf-16be ,", "2 ada@example.com read Ада"],
  ["hand-utf16-cut.csv", "utf-16le ,", "2 ada@example.com read Ada"],
  [
    "hand-unknown-heading.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin
  3 grace@example.com read`,
  ],
  [
    "hand-headless-any-order.csv",
    "utf-8 , no header",
    `
  1 ada@example.com write Ada Lovelace
  2 hopper@example.com read Grace Hopper
  3 kate@example.com read Kate Berlin`,
  ],
  [
    "hand-name-beside-first.csv",
    "utf-8 ;",
    `
  2 ada@example.com read Ada Lovelace
  3 grace@example.com read Grace Hopper`,
  ],
  [
    "hand-two-addresses.csv",
    "utf-8 ;",
    `
  2 ada@example.com read Ada
  3 grace@example.com read Grace`,
  ],
  [
    "hand-job-titles.csv",
    "utf-8 ,",
    `
  2 ! unknown_role
  3 grace@example.com admin Grace`,
  ],
  [
    "hand-nul.csv",
    "utf-8 ,",
    `
  2 ada@example.com admin (name_dropped)
  3 ! hidden_characters
  4 ! unknown_role
  5 barbara@example.com read Barbara`,
  ],
  ["end-empty.csv", "empty", ""],
  ["end-blank-lines.csv", "empty", ""],
  ["end-header-only.csv", "no_rows", ""],
  ["end-header-only-login.csv", "no_rows", ""],
  ["end-no-address.csv", "no_address", ""],
  ["end-pdf.csv", "not_text", ""],
  ["end-picture.csv", "not_text", ""],
  ["end-workbook.csv", "workbook", ""],
  ["end-compressed.csv", "compressed", ""],
];

describe("a file of the corpus", () => {
  test.each(files)("%s is read as %s", (file, look, rows) => {
    const expected = linesOf(rows);
    const numbers = expected.map((_, at) => at + 1);
    expect(readFile(file)).toEqual({ look, rows: expected, numbers });
  });

  test("is in the table, and there are enough, most of them written by other programs", () => {
    const there = filesIn();
    expect(there.toSorted()).toEqual(files.map(([file]) => file).toSorted());
    expect(there.length).toBeGreaterThanOrEqual(60);
    expect(there.filter((file) => !/^(shape|hand|end)-/.test(file)).length).toBeGreaterThanOrEqual(25);
  });
});
