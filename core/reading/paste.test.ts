import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Email } from "../account/shape.ts";
import { type Pasted, paste, read } from "./paste.ts";

const found = (text: string) => paste(text).map(({ email }) => email);
const names = (text: string) => paste(text).map(({ name }) => name);

describe("a piece", () => {
  test("has its original text, with the name and everything around it", () => {
    const text =
      "  To: “Ada Lovelace” <Ada@Example.COM>;\tgrace@example.com (Grace Hopper), [Edsger](mailto:e@example.com) ";
    expect(paste(text)).toEqual([
      { text: "“Ada Lovelace” <Ada@Example.COM>", email: "ada@example.com", name: "Ada Lovelace" },
      { text: "grace@example.com (Grace Hopper)", email: "grace@example.com", name: "Grace Hopper" },
      { text: "[Edsger](mailto:e@example.com)", email: "e@example.com", name: "Edsger" },
    ]);
  });

  test("that is not a valid address says so, with its original text", () => {
    expect(paste("Ada@example.com, jürgen@example.de; ADA@example.com")).toEqual([
      { text: "Ada@example.com", email: "ada@example.com" },
      { text: "jürgen@example.de", problem: "invalid" },
      { text: "ADA@example.com", email: "ada@example.com", problem: "duplicate" },
    ]);
  });

  test("may have an international domain", () => {
    expect(found("Ada <ada@Bücher.example>, grace@пример.рф.")).toEqual([
      "ada@xn--bcher-kva.example",
      "grace@xn--e1afmkfd.xn--p1ai",
    ]);
    expect(paste("ada@example.comПривет")).toMatchObject([{ problem: "invalid" }]);
  });

  test("that is very long is cut off, and never inside a character", () => {
    const [piece] = paste(`${"ab".repeat(150)}@${"🙂".repeat(400)}`);
    expect(piece).toEqual({ text: `${"ab".repeat(150)}@${"🙂".repeat(9)}`, problem: "invalid" });
    const [odd] = paste(`x${"ab".repeat(150)}@${"🙂".repeat(400)}`);
    expect(odd?.text).toBe(`x${"ab".repeat(150)}@${"🙂".repeat(9)}`);
  });

  test("is never a different address than was written", () => {
    for (const text of ["dé.ada@example.com", "ада@example.com", "ada@example.com.日本", "日.ada@example.com"]) {
      expect(paste(text)).toEqual([{ text, problem: "invalid" }]);
    }
    expect(found("ada=3Cgrace@example.com")).toEqual(["ada=3cgrace@example.com"]);
    expect(found("ada=\nada@example.com")).toEqual(["ada@example.com"]);
  });

  test("appears once, however often its markup repeats it, and twice if it was written twice", () => {
    expect(found("'ada@example.com' <ada@example.com>")).toEqual(["ada@example.com"]);
    expect(found("ada@example.com ada@example.com")).toHaveLength(2);
  });
});

describe("a name", () => {
  test("comes from the previous line only where names have lines of their own, before their addresses", () => {
    expect(names("Ada Lovelace\nada@example.com\nGrace Hopper\ngrace@example.com")).toEqual([
      "Ada Lovelace",
      "Grace Hopper",
    ]);
    expect(names("ada@example.com\nAda Lovelace\ngrace@example.com\nGrace Hopper")).toEqual([undefined, undefined]);
    expect(names("Ada Lovelace\nGrace Hopper\nada@example.com")).toEqual([undefined]);
    expect(names("Ada Lovelace\nHead of Engines\nada@example.com")).toEqual([undefined]);
    expect(names("Ada Lovelace\nada@example.com\ngrace@example.com")).toEqual(["Ada Lovelace", undefined]);
  });

  test("comes from the previous cell only where the row begins with it", () => {
    expect(names("Ada Lovelace, ada@example.com, Grace Hopper, grace@example.com")).toEqual([
      "Ada Lovelace",
      "Grace Hopper",
    ]);
    expect(names("ada@example.com, Ada Lovelace, grace@example.com, Grace Hopper")).toEqual([undefined, undefined]);
  });

  test("is what the profile accepts: no addresses, no links, at most 80 characters", () => {
    const bad = ["www.example.com", "ada@old.example.com", "A".repeat(81), "Ada\u0007Bell", "123", "=SUM(A1)"];
    for (const name of bad) expect(names(`"${name}" <ada@example.com>`)).toEqual([undefined]);
  });

  test("may be in lowercase before angle brackets, and nowhere else", () => {
    expect(names("ada lovelace <ada@example.com>, some words grace@example.com")).toEqual(["ada lovelace", undefined]);
  });
});

describe("a role", () => {
  const roles = (text: string) =>
    paste(text).map(({ role, unknownRole }) => role ?? (unknownRole && `? ${unknownRole}`));

  test.each([
    ["ada@example.com admin", ["admin"]],
    ["Ada Lovelace <ada@example.com> Owner", ["owner"]],
    ["ada@example.com (admin)", ["admin"]],
    ["ada@example.com – Administrator.", ["admin"]],
    ["ada@example.com as editor", ["write"]],
    ["ada@example.com “Éditeur”", ["write"]],
    ["Email;Role\nada@example.com;Nur  lesen", ["read"]],
    ["ada@example.com, role: viewer", ["read"]],
    ["ada@example.com admin, grace@example.com write; edsger@example.com", ["admin", "write", undefined]],
    ["Ada Lovelace\tada@example.com\tEngines\tadmin", ["admin"]],
    ["ada@example.com admin\ngrace@example.com", ["admin", undefined]],
    ["ada@example.com, grace@example.com, admin", [undefined, "admin"]],
    ["ada@example.com; grace@example.com; Boss", [undefined, "? Boss"]],
    ["ada@example.com / grace@example.com / admin", [undefined, "admin"]],
    ["ada@example.com, grace@example.com, thanks", [undefined, undefined]],
  ])("stands after its address: %j", (text, expected) => {
    expect(roles(text)).toEqual(expected);
  });

  test.each([
    ["ada@example.com boss", ["? boss"]],
    ["Ada Lovelace, ada@example.com, Boss", ["? Boss"]],
    ["ada@example.com constructor", ["? constructor"]],
    ["ada@example.com ADMİN", ["? ADMİN"]],
    ["ada@example.com, admın", ["? admın"]],
    ["ada@example.com ａｄｍｉｎ", ["? ａｄｍｉｎ"]],
    ["Email,Role\nada@example.com,“ａdmin”", ["? “ａdmin”"]],
    ["Email,Role\nada@example.com,a d m i n", ["? a d m i n"]],
  ])("that is unknown is reported: %j", (text, expected) => {
    expect(roles(text)).toEqual(expected);
  });

  test.each([
    "ada@example.com, admin, grace@example.com",
    "Admin: ada@example.com",
    "admin, ada@example.com",
    "Please add ada@example.com tomorrow",
    "ada@example.com is our admin",
    "ada@example.com thanks",
    "ada@example.com (Ada)",
    "Ask ada@example.com or grace@example.com",
    "ada@example",
  ])("is not guessed: %j", (text) => {
    expect(roles(text).filter((role) => role !== undefined)).toEqual([]);
  });

  test.each([
    ["ada@example.com, grace@example.com admin", ["admin", undefined]],
    ["ada@example.com, grace@example.com, Admin", ["Admin", undefined]],
    ["ada@example.com / grace@example.com / admin", ["admin", undefined]],
    ["admin: ada@example.com, grace@example.com", ["admin", "admin"]],
    ["Admin, ada@example.com", ["Admin"]],
    ["ada@example.com, admin, grace@example.com", ["admin", "admin"]],
    ["ada@example.com admin, grace@example.com write; edsger@example.com", [undefined, undefined, undefined]],
    ["Admin <ada@example.com>, grace@example.com", [undefined, undefined]],
    ["ada@example.com admin\ngrace@example.com", [undefined, undefined]],
    ["ada@example.com is our admin", [undefined]],
  ])("on the same line is named, and not applied: %j", (text, expected) => {
    expect(paste(text).map(({ asideRole }) => asideRole)).toEqual(expected);
  });

  test("comes from the column with that heading, wherever it is", () => {
    const rows =
      "Role;E-Mail;Name\nadmin;ada@example.com;Ada\n;grace@example.com;Grace\nBoss;edsger@example.com;Edsger";
    expect(roles(rows)).toEqual(["admin", undefined, "? Boss"]);
    expect(roles('Name,Email,Role\n"Lovelace, Ada",ada@example.com,"Write"')).toEqual(["write"]);
  });

  test("is missing in a table without a heading for roles", () => {
    expect(roles("Name,Email,Team\nAda,ada@example.com,Admin\nGrace,grace@example.com,Engines")).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("what is left out", () => {
  const rest = (text: string) => read(text).rest;

  test("are the lines that nothing was taken from, unchanged", () => {
    expect(rest("Please invite:\nada@example.com\n  Grace Hopper, Navy \n\n====\nedsger@")).toEqual([
      "Please invite:",
      "Grace Hopper, Navy",
    ]);
    expect(rest("x".repeat(400))).toEqual(["x".repeat(320)]);
  });

  test("are neither names with an address, nor headings, nor lines of contact cards", () => {
    expect(rest("Ada Lovelace\nada@example.com\nGrace Hopper\ngrace@example.com")).toEqual([]);
    expect(rest("Name,Email\nAda,ada@example.com")).toEqual([]);
    expect(rest("BEGIN:VCARD\nFN:Ada Lovelace\nEMAIL:ada@example.com\nEND:VCARD")).toEqual([]);
  });

  test("are names without an address", () => {
    expect(rest("Ada Lovelace\nGrace Hopper\nada@example.com")).toEqual(["Ada Lovelace", "Grace Hopper"]);
    expect(rest("ada@example.com\nAda Lovelace")).toEqual(["Ada Lovelace"]);
  });
});

describe("from a list of any addresses in any format", () => {
  const inner = fc.string({ unit: fc.constantFrom(..."abcxyz019.+-_%'&/=~!#$*?^"), maxLength: 12 });
  const end = fc.constantFrom(..."abcxyz019");
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/);
  const address = fc
    .tuple(
      end,
      inner,
      end,
      fc.array(label, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("com", "co", "jp", "xn--p1ai"),
    )
    .map(([first, middle, last, labels, top]) => `${first}${middle}${last}@${labels.join(".")}.${top}`)
    .filter(isAddress);
  const name = fc.constantFrom(
    "Ada Lovelace",
    "Jürgen von der Heide",
    "山田 太郎",
    "ليلى",
    "Grace",
    "O’Brien",
    "Иван Иванов",
  );
  const upper = fc
    .func(fc.boolean())
    .map(
      (isUpper) => (text: string) => [...text].map((sign, at) => (isUpper(at) ? sign.toUpperCase() : sign)).join(""),
    );
  const fullWidth = (text: string) =>
    text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  const formats: ((address: string, name: string) => string)[] = [
    (one) => one,
    (one) => `<${one}>`,
    (one) => `<<${one}>>`,
    (one, who) => `${who} <${one}>`,
    (one, who) => `"${who}" <${one}>`,
    (one, who) => `“${who}” <mailto:${one}>`,
    (one, who) => `${one} (${who})`,
    (one, who) => `${who} [${one}]`,
    (one, who) => `${who}\t${one}\tadmin`,
    (one) => `'${one}'`,
    (one) => `"${one}"`,
    (one) => `'${one}' <${one}>`,
    (one) => `[${one}](mailto:${one})`,
    (one) => `mailto:${one}?subject=Hello%20there`,
    (one) => `E-mail: ${one}.`,
    (one) => `• ${one}`,
    (one) => `please ask ${one}!`,
    (one) => `\u200b${one}\u00a0`,
    (one) => fullWidth(one),
  ];
  const separators = [", ", ";", "; ", "\n", "\r\n", " , ", "\n\n", " | ", "\t", "、", ";\n\t", ",\n> "];
  const any = fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: fc.constant("ada@example.com") });
  const list = fc.array(fc.tuple(any, name, fc.constantFrom(...formats), upper), { maxLength: 12 });

  /** A parser is broken if an address is missing, an extra one appears, or the order differs. */
  const holds = (parser: (text: string) => Pasted[], numRuns: number) =>
    fc.check(
      fc.property(list, fc.constantFrom(...separators), (entries, separator) => {
        const text = entries.map(([one, who, format, cased]) => format(cased(one), who)).join(separator);
        expect(parser(text).map(({ email }) => email)).toEqual(entries.map(([one]) => one));
      }),
      { numRuns, endOnFailure: true },
    );

  test("each is found, in order, and no other", () => {
    expect(holds(paste, depth(50, 5_000)).counterexample).toBeNull();
  });

  test.each<[string, (text: string) => Pasted[]]>([
    ["splits at spaces and commas", (text) => text.split(/[\s,;]+/).flatMap((one) => paste(one.replace(/^.*</, "")))],
    ["loses the last", (text) => paste(text).slice(0, -1)],
    ["drops duplicates", (text) => paste(text).filter(({ problem }) => !problem)],
    ["reverses the order", (text) => paste(text).toReversed()],
    ["keeps the case", (text) => paste(text).map((one) => ({ ...one, email: one.text }))],
    ["ignores full-width characters", (text) => paste(text.replace(/[\uff01-\uff5e]/g, " "))],
  ])("a parser that %s would be detected", (_, parser) => {
    expect(holds(parser, 300).failed).toBe(true);
  });

  test("one is found in any surroundings that do not touch it, and nothing throws", () => {
    const noise = fc.string({
      unit: fc.oneof(fc.string({ maxLength: 1 }), fc.constantFrom(..."<>()[]\"'@,;:=?\n\t \u200b田é🙂")),
    });
    fc.assert(
      fc.property(noise, address, noise, (before, one, after) => {
        const emails = paste(`${before}\n${one}\n${after}`).map(({ email }) => email);
        expect(emails).toContain(one);
      }),
      { numRuns: depth(60, 5_000) },
    );
  });

  function isAddress(text: string): boolean {
    const result = Email["~standard"].validate(text);
    return "value" in result && !result.issues;
  }
});

describe("a very long text of", () => {
  const units = ["@", "a@b.co ", "a@b.co/", '"a@b" <', "<", "=?u?Q?", "1.\n", "田a@b.co", "a(at)"];

  test.each(units)("%j is read without an error", (unit) => {
    const pieces = paste(unit.repeat(Math.ceil(depth(50_000, 1_000_000) / unit.length)));
    expect(pieces.some(({ email }) => email !== undefined)).toBe(unit.includes("@b.co"));
    expect(pieces.every(({ text }) => text.length <= 320)).toBe(true);
  });
});
