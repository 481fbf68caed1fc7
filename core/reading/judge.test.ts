import { domainToASCII } from "node:url";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Email, PersonName } from "../account/shape.ts";
import { maxTeams } from "../team/limits.ts";
import { addressIn } from "./address.ts";
import { judge, type Row } from "./judge.ts";
import { paste } from "./paste.ts";
import { fileProblems, rowProblems, rowRemarks } from "./problems.ts";

const row = (cells: Partial<Row>): Row => ({ line: 7, row: 3, email: "", name: "", role: "", teams: "", ...cells });
const ada = (cells: Partial<Row>) => judge(row({ email: "ada@example.com", ...cells }));

function made(shape: typeof Email | typeof PersonName, text: string): string | undefined {
  const result = shape["~standard"].validate(text);
  return "value" in result && !result.issues ? result.value : undefined;
}

describe("a row", () => {
  test("with all fields is an invitee, with the address in its canonical form", () => {
    const cells = { email: "Ada@Example.COM", name: "  Ada \n Lovelace ", role: "Administrator", teams: "Red;Blue" };
    expect(judge(row(cells))).toEqual({
      line: 7,
      row: 3,
      email: "ada@example.com",
      role: "admin",
      name: "Ada Lovelace",
      teams: ["Red", "Blue"],
    });
  });

  test("without a role is Read, and has no empty attributes", () => {
    expect(ada({})).toEqual({ line: 7, row: 3, email: "ada@example.com", role: "read" });
  });

  test("that could not be read keeps its reason, whatever else it contains", () => {
    expect(ada({ problem: "row_too_long" })).toEqual({ line: 7, row: 3, code: "row_too_long" });
    expect(judge(row({ role: "admin" }))).toEqual({ line: 7, row: 3, code: "missing_email" });
  });

  test("keeps its address if its name or a team is invalid, and says so", () => {
    expect(ada({ name: "https://example.com" })).toMatchObject({ remarks: ["name_dropped"] });
    expect(ada({ name: "Gr\ufffdce" })).toMatchObject({ remarks: ["name_dropped", "damaged_text"] });
    expect(ada({ name: "#N/A" })).toEqual({
      line: 7,
      row: 3,
      email: "ada@example.com",
      role: "read",
      remarks: ["name_dropped"],
    });
    expect(ada({ teams: "Red;\u202eBlue;Gr\ufffdn" })).toMatchObject({
      teams: ["Red"],
      remarks: ["teams_dropped", "damaged_text"],
    });
  });

  test("names each team once, up to the limit", () => {
    const many = Array.from({ length: maxTeams + 1 }, (_, at) => `Team ${at}`);
    expect(ada({ teams: [...many.slice(1), "team 1", "TEAM  2"].join(";") })).toMatchObject({ teams: many.slice(1) });
    expect(ada({ teams: many.join(";") })).toMatchObject({ teams: many.slice(0, -1), remarks: ["teams_dropped"] });
    expect(ada({ teams: `${";".repeat(100)}Late` })).toMatchObject({ remarks: ["teams_dropped"] });
    expect(ada({ teams: "Red;'=Blue;'Green'" })).toMatchObject({ teams: ["Red", "=Blue", "'Green'"] });
    expect(ada({ teams: " ; ;; " })).toEqual({ line: 7, row: 3, email: "ada@example.com", role: "read" });
  });

  test("prefers the name in its own cell to the one beside its address", () => {
    expect(judge(row({ email: '"Ada" <ada@example.com>' }))).toMatchObject({ email: "ada@example.com", name: "Ada" });
    expect(judge(row({ email: "Ada <ada@example.com>", name: "Countess" }))).toMatchObject({ name: "Countess" });
  });

  test.each(["1", "a.", "@", "<", "é", " ", "a;", "'"])(
    "of maximum length, with nothing but %j, is processed",
    (unit) => {
      const endless = unit.repeat(65_000 / unit.length);
      for (let at = 0; at < 50; at++) {
        const judged = ada({ name: endless, teams: endless, role: at % 2 ? endless : "" });
        expect(["read", undefined]).toContain("role" in judged ? judged.role : undefined);
        expect(judge(row({ email: `${endless}${at}` }))).toHaveProperty("code");
      }
    },
  );

  test("has reasons and remarks with a sentence each", () => {
    for (const sentence of Object.values({ ...rowProblems, ...rowRemarks, ...fileProblems })) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("an address", () => {
  test.each([
    ["ada\u200b@example.com", "hidden_characters"],
    ["\u2066ada@example.com", "hidden_characters"],
    ["ada@exam\u00adple.com", "hidden_characters"],
    ["ada\u3164@example.com", "hidden_characters"],
    ["аda@example.com", "lookalike_characters"],
    ["АDA@EXAMPLE.COM", "lookalike_characters"],
    ["ada@ехample.com", "lookalike_characters"],
    ["οda@example.com", "lookalike_characters"],
    ["ada@example.cօm", "lookalike_characters"],
    ["ada@аррӏе.com", "lookalike_characters"],
    ["ada@example", "invalid_email"],
    ["ada@example.com,grace@example.com", "invalid_email"],
    ["ada@example.com grace@example.com", "invalid_email"],
    ["ada@example.com\ngrace@example.com", "invalid_email"],
    ["ada\u0007@example.com", "hidden_characters"],
    ["<ada@example.com> <grace@example.com>", "invalid_email"],
    ["who#EXT#@acme.onmicrosoft.com", "invalid_email"],
    ["n/a", "invalid_email"],
    ["https://user:secret@example.com", "invalid_email"],
    ["https://secret@example.com", "invalid_email"],
    ["Ada <ssh://git@example.com>", "invalid_email"],
    ["//secret@example.com", "invalid_email"],
  ])("such as %j is refused as %s", (email, code) => {
    expect(judge(row({ email }))).toEqual({ line: 7, row: 3, code });
  });

  test.each([
    ["jürgen@example.de", "ü"],
    ["почта@example.com", "п"],
  ])("such as %j is refused with its letter %s", (email, about) => {
    expect(judge(row({ email }))).toEqual({ line: 7, row: 3, code: "invalid_email", about });
  });

  test("may have an international domain, which is read as people write it", () => {
    expect(judge(row({ email: "Ada@Bücher.example" }))).toMatchObject({ email: "ada@xn--bcher-kva.example" });
    expect(judge(row({ email: "ada@пример.рф" }))).toMatchObject({ email: "ada@xn--e1afmkfd.xn--p1ai" });
  });

  test.each([
    ["ada@münchen.example", "ada@xn--mnchen-3ya.example"],
    ["Ada@MU\u0308NCHEN.example", "ada@xn--mnchen-3ya.example"],
    ["ada@faß.example", "ada@xn--fa-hia.example"],
    ["ada@हिन्दी.भारत", "ada@xn--j2bd4cyah0f.xn--h2brj9c"],
    ["ada@例え.jp", "ada@xn--r8jz45g.jp"],
    ["ada@مثال.إختبار", "ada@xn--mgbh0fb.xn--kgbechtv"],
  ])("such as %s is the same in a file, a pasted list, and where one address is asked for", (text, email) => {
    const found = [addressIn(text)?.email, paste(text)[0]?.email, made(Email, text)];
    expect(found).toEqual([email, email, email]);
  });

  test("equals what the shape of an address makes of it, also by the fast path", () => {
    const sign = fc.constantFrom(..."aZ09._+-@KIßａ");
    const text = fc.oneof(
      fc.string({ unit: sign, maxLength: 70 }),
      fc
        .tuple(
          fc.string({ unit: sign, minLength: 1, maxLength: 66 }),
          fc.constantFrom("a.co", "Example.COM", "x-y.example", "-a.com", "a..b", "xn--p1ai.example"),
        )
        .map((parts) => parts.join("@")),
    );
    fc.assert(
      fc.property(text, (cell) => {
        expect(addressIn(cell)?.email).toBe(made(Email, cell));
      }),
      { numRuns: depth(600, 30_000) },
    );
  });

  test("is never made from a different one", () => {
    const noise = fc.constantFrom("\u200b", "\u202e", "а", "é", " ", "<", ">", '"', ",", ";", "(", "\ufe0f");
    fc.assert(
      fc.property(noise, fc.nat({ max: 14 }), (sign, at) => {
        const cell = `x${"ada@example.com".slice(0, at)}${sign}${"ada@example.com".slice(at)}`;
        const [local = "", domain = ""] = cell.toLowerCase().split("@");
        const written = [cell.toLowerCase(), "ada@example.com", `${local}@${domainToASCII(domain)}`];
        expect([undefined, ...written]).toContain(addressIn(cell)?.email);
      }),
    );
  });
});

describe("a name", () => {
  test("equals what the shape of a name makes of it, also by the fast path", () => {
    const sign = fc.constantFrom(..."AbcD  ,.-’'éß×@/\u0301\u202e");
    fc.assert(
      fc.property(fc.string({ unit: sign, minLength: 1, maxLength: 90 }), (name) => {
        const judged = ada({ name });
        const expected = made(PersonName, name.replace(/\s+/g, " "));
        expect("name" in judged ? judged.name : undefined).toBe(expected);
      }),
      { numRuns: depth(400, 20_000) },
    );
  });
});

describe("a role", () => {
  test("that is unknown is refused, and never guessed", () => {
    for (const role of ["superadmin", "Member", "аdmin", "not owner", "0", "ADMİN", "a d m i n"]) {
      expect({ role, judged: ada({ role }) }).toEqual({
        role,
        judged: { line: 7, row: 3, code: "unknown_role", about: role },
      });
    }
  });
});

test.each([
  ["jürgen@example.com", "ü"],
  ["ada.łukasz@example.com", "ł"],
  ["田中@example.jp", "田"],
  ["ada@example", undefined],
])("an address that cannot be used is refused with its letter: %s", (email, about) => {
  const judged = judge({ line: 2, row: 1, email, name: "", role: "", teams: "" });
  expect(judged).toEqual({ line: 2, row: 1, code: "invalid_email", ...(about && { about }) });
});
