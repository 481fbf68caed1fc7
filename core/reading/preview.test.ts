import { expect, test } from "vitest";
import { prefixBytes } from "./limits.ts";
import { preview } from "./preview.ts";

const utf8 = new TextEncoder();

test("a preview shows how a file is read, what its columns are, and the result for each row", () => {
  const file =
    "\ufeffName;Abteilung;E-Mail;Rolle\r\nAda;Maschinen;Ada <ADA@example.com>;chef\r\nGrace;;grace@example.com;\r\n";
  expect(preview(utf8.encode(file), true)).toEqual({
    encoding: "utf-8",
    separator: ";",
    headings: [
      { text: "Name", part: "name" },
      { text: "Abteilung" },
      { text: "E-Mail", part: "email" },
      { text: "Rolle", part: "role" },
    ],
    columns: [
      { heading: "Name", name: "name", cells: ["Ada", "Grace"] },
      { heading: "Abteilung", name: "ignore", cells: ["Maschinen"] },
      { heading: "E-Mail", name: "email", cells: ["Ada <ADA@example.com>", "grace@example.com"] },
      { heading: "Rolle", name: "role", cells: ["chef"] },
    ],
    rows: [
      {
        row: { line: 2, row: 1, email: "Ada <ADA@example.com>", name: "Ada", role: "chef", teams: "" },
        judged: { line: 2, row: 1, code: "unknown_role", about: "chef" },
      },
      {
        row: { line: 3, row: 2, email: "grace@example.com", name: "Grace", role: "", teams: "" },
        judged: { line: 3, row: 2, email: "grace@example.com", role: "read", name: "Grace" },
      },
    ],
    isWhole: true,
  });
});

test("a preview shows columns without a heading, and reads them as a person chose", () => {
  const file = utf8.encode("Ada,ada@example.com\nGrace,grace@example.com,London\n");
  const columns = (...chosen: Parameters<typeof preview>[2] & {}) => {
    const found = preview(file, true, chosen.length > 0 ? chosen : undefined);
    return "columns" in found && found.columns.map(({ name, cells }) => [name, ...cells]);
  };
  const cells = [["Ada", "Grace"], ["ada@example.com", "grace@example.com"], ["London"]] as const;
  expect(columns()).toEqual([
    ["name", ...cells[0]],
    ["email", ...cells[1]],
    ["ignore", ...cells[2]],
  ]);
  expect(columns("first_name", "email", "teams")).toEqual([
    ["first_name", ...cells[0]],
    ["email", ...cells[1]],
    ["teams", ...cells[2]],
  ]);
  expect(preview(file, true, ["teams", "email", "last_name"])).toMatchObject({
    rows: [{ judged: { teams: ["Ada"] } }, { judged: { teams: ["Grace"], name: "London" } }],
  });
});

test("a preview of the beginning has only complete rows", () => {
  const bytes = utf8.encode("ada@example.com,admin\n".repeat(20_000)).subarray(0, prefixBytes);
  const found = preview(bytes, false);
  expect(found).toMatchObject({ headings: undefined, isWhole: false });
  expect("rows" in found && found.rows.length).toBe(Math.floor(prefixBytes / 22));
});

test("a preview of an unreadable file says why", () => {
  expect(preview(utf8.encode("PK\x03\x04"), true)).toEqual({ problem: "workbook" });
  expect(preview(utf8.encode("email,role\n"), true)).toEqual({ problem: "no_rows" });
});

test("a preview continues after a quote that swallows the rest of a file", () => {
  const rest = Array.from({ length: 9_000 }, (_, at) => `person${at}@example.com\n`).join("");
  const found = preview(utf8.encode(`email,name\nada@example.com,"Ada\n${rest}`), true);
  expect("rows" in found && found.rows.length).toBe(9_001);
});
