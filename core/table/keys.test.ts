import { readFileSync, writeFileSync } from "node:fs";
import { type KeyKind, keyKinds, type Made, patternOf, shown } from "@muster/local/testing/key-kinds.ts";
import { expect, test } from "vitest";

const file = new URL("../../docs/keys.md", import.meta.url);
const [rows, ranges, lists] = (["row", "range", "list"] as const).map((of) =>
  keyKinds.filter((one) => one.of === of),
) as [KeyKind[], KeyKind[], KeyKind[]];

const line = (...cells: string[]) => `| ${cells.join(" | ")} |`;
const code = (text: string) => `\`${shown(text).replaceAll("|", "\\|")}\``;

/** Returns the ranges that a row is in. */
const rangesWith = ({ made }: KeyKind): string[] =>
  ranges.filter((range) => made.some((key) => range.made.some((one) => includes(one, key)))).map(({ name }) => name);

const includes = ({ pk, table, prefix = "", from = "", to = "\u{10ffff}" }: Made, { sk = "", ...own }: Made) =>
  pk === own.pk && table === own.table && sk.startsWith(prefix) && sk >= from && (sk <= to || sk.startsWith(to));

const document = `# Keys

Every row of the table, by the noun that it belongs to. \`core/<noun>/keys.ts\` has its key. An id is its own key segment, and a singleton starts with \`#\`. People own what they are and do; an organization owns the rest, and lists its people through the index. Every read by key is consistent. A row that is in no range is only read by its key.

Written by \`npm run openapi\` from those files.

${line("pk", "sk", "What it holds", "Key", "Ranges that it is in")}
|---|---|---|---|---|
${rows.map((one) => line(...namesOf(one), one.says, `${one.noun} \`${one.name}\``, rangesWith(one).join(", "))).join("\n")}

## Lists of the index

${line("List", "Rows, and how they are sorted", "Key")}
|---|---|---|
${lists.map((one) => line(one.made.map(({ pk }) => code(pk)).join(", "), one.says, `${one.noun} \`${one.name}\``)).join("\n")}
`;

function namesOf({ made }: KeyKind): [pk: string, sk: string] {
  const all = (part: "pk" | "sk") => [...new Set(made.map((one) => code(one[part] ?? "")))].join(", ");
  return [all("pk"), all("sk")];
}

test("the document has every key and list", () => {
  if (process.env["MUSTER_WRITE"]) writeFileSync(file, document);
  expect(readFileSync(file, "utf8") === document, "It has not: run `npm run openapi`.").toBe(true);
});

test("each says what it holds", () => {
  expect([...rows, ...lists].filter(({ says }) => says === "").map(({ name }) => name)).toEqual([]);
});

/** Returns the kinds of rows whose keys another kind of row could have. */
function clashesIn(kinds: readonly KeyKind[]): string[] {
  const namesOf = ({ made }: KeyKind) => made.map(({ pk, sk }) => `${pk} ${sk}`);
  // what a counter counts is hashed: its pattern fits the counters of all
  const isCounter = ({ made: [{ pk }] }: KeyKind) => pk.startsWith("rate#");
  const could = (one: KeyKind, other: KeyKind) =>
    namesOf(one).some((name) => (isCounter(other) ? namesOf(other).includes(name) : patternOf(other).test(name)));
  return kinds.filter((one) => kinds.some((other) => other !== one && could(one, other))).map(({ name }) => name);
}

test("no row has the key of another kind of row, which would be found", () => {
  expect(clashesIn(rows)).toEqual([]);
  const planted = rows.filter(({ name }) => name === "team").map((one) => ({ ...one, name: "planted" }));
  expect(clashesIn([...rows, ...planted])).toEqual(["team", "planted"]);
});
