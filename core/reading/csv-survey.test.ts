import { describe, expect, test } from "vitest";
import { survey } from "./csv-survey.ts";
import { codingOf } from "./encoding.ts";
import { prefixBytes } from "./limits.ts";
import { fileProblems } from "./problems.ts";

const utf8 = new TextEncoder();
const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes);
const look = (text: string, isWhole = true) => survey(utf8.encode(text), isWhole);

function wide(text: string, isBig: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), !isBig);
  return bytes;
}

describe("the encoding", () => {
  const people = "email,name\nada@example.com,Zoë Müller\n";

  test.each<[string, Uint8Array, string]>([
    ["plain letters", utf8.encode("email\nada@example.com\n"), "utf-8"],
    ["UTF-8", utf8.encode(people), "utf-8"],
    ["UTF-8 with a byte order mark", utf8.encode(`\ufeff${people}`), "utf-8"],
    ["UTF-16 little-endian, with a byte order mark", wide(`\ufeff${people}`, false), "utf-16le"],
    ["UTF-16 little-endian", wide(people, false), "utf-16le"],
    ["UTF-16 big-endian, with a byte order mark", wide(`\ufeff${people}`, true), "utf-16be"],
    ["UTF-16 big-endian", wide(people, true), "utf-16be"],
    [
      "UTF-16 without a byte order mark, in letters of two bytes",
      wide("email,имя\nada@example.com,Ада Лавлейс\n", false),
      "utf-16le",
    ],
    ["Windows-1252", Uint8Array.from(people, (sign) => sign.charCodeAt(0)), "windows-1252"],
  ])("of %s is recognized", (_, bytes, encoding) => {
    expect(survey(bytes, true)).toMatchObject({ encoding, columns: { email: [0] } });
  });

  test("is the more likely one if some letters are damaged", () => {
    const damaged = [...utf8.encode(`${people}grace@example.com,Gr`), 0xff, ...utf8.encode("ce\n")];
    expect(survey(Uint8Array.from(damaged), true)).toMatchObject({ encoding: "utf-8" });
    const windows = [...Uint8Array.from(people, (sign) => sign.charCodeAt(0)), ...utf8.encode("é")];
    expect(survey(Uint8Array.from(windows), true)).toMatchObject({ encoding: "windows-1252" });
  });

  test("is not confused by a first part that ends within a letter", () => {
    const text = `email,name\n${"ada@example.com,Zoé\n".repeat(20_000)}`;
    for (const cut of [0, 1, 2, 3]) {
      const bytes = utf8.encode(`${"x".repeat(cut)}email,${text}`).subarray(0, prefixBytes);
      expect(survey(bytes, false)).toMatchObject({ encoding: "utf-8" });
    }
    const cut = Uint8Array.of(...utf8.encode("ada@example.com,Zo"), 0xc3);
    expect(codingOf(cut, false)).toMatchObject({ encoding: "utf-8" });
    expect(codingOf(cut, true)).toMatchObject({ encoding: "windows-1252" });
  });
});

describe("a few zeros", () => {
  test.each<[string, Uint8Array]>([
    ["one in one cell", utf8.encode("email,name\nada@example.com,A\0da\ngrace@example.com,Grace\n")],
    ["one in UTF-16", wide("\ufeffemail,name\nada@example.com,A\0da\ngrace@example.com,Grace\n", false)],
    ["one in a thousand", utf8.encode(`email\nada@example.com\n${`${"x".repeat(999)}\0\n`.repeat(100)}`)],
  ])("as %s are damage of their cells, and the file is read", (_, bytes) => {
    expect(survey(bytes, true)).toMatchObject({ columns: { email: [0] } });
  });
});

describe("what is not text", () => {
  const text = utf8.encode("email\nada@example.com\n");
  test.each<[string, Uint8Array, keyof typeof fileProblems]>([
    ["a zip archive", bytesOf(0x50, 0x4b, 3, 4, ...text), "workbook"],
    ["an old workbook", bytesOf(0xd0, 0xcf, 0x11, 0xe0, ...text), "workbook"],
    ["gzip", bytesOf(0x1f, 0x8b, ...text), "compressed"],
    ["zstd", bytesOf(0x28, 0xb5, 0x2f, 0xfd, ...text), "compressed"],
    ["a PDF", utf8.encode("%PDF-1.7\nada@example.com"), "not_text"],
    ["a picture", bytesOf(0x89, 0x50, 0x4e, 0x47, ...text), "not_text"],
    ["UTF-32", bytesOf(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), "not_text"],
    ["text with many zeros", bytesOf(...text, 0, 0, 0, 0, 0, ...text), "not_text"],
    ["UTF-16 with many zeros", wide(`\ufeffemail\nada@example.com\n${"\0".repeat(5)}`, false), "not_text"],
    ["a tape archive", Uint8Array.from([...utf8.encode(`${"x".repeat(257)}ustar\n`), ...text]), "compressed"],
    ["nothing", bytesOf(), "empty"],
    ["a byte order mark only", bytesOf(0xef, 0xbb, 0xbf), "empty"],
    ["no address", utf8.encode("name,phone\nAda,1\n"), "no_address"],
  ])("such as %s is rejected with its reason", (_, bytes, problem) => {
    expect(survey(bytes, true)).toBe(problem);
  });
});

describe("the separator", () => {
  test.each<[string, string, string]>([
    ["a semicolon, even if names have commas", "Lovelace, Ada;ada@example.com\nHopper, Grace;grace@example.com\n", ";"],
    ["a comma, even if teams have semicolons", "email,teams\nada@example.com,Red;Blue;Green\n", ","],
    ["a tab, even if there are commas and semicolons", "a, b; c\tada@example.com\n", "\t"],
    ["a semicolon, in a header alone", "Name;E-Mail;Rolle\n", ";"],
    ["a bar, even if names have commas", "Lovelace, Ada|ada@example.com\nHopper, Grace|grace@example.com\n", "|"],
    ["a bar, in a header alone", "Name|E-Mail|Rolle\n", "|"],
    ["a bar that the file tells Excel", "sep=|\nada@example.com|a,b\n", "|"],
    ["a comma, even if teams have bars", "email,teams\nada@example.com,Red|Blue\n", ","],
    ["a comma, if there is none", "ada@example.com\n", ","],
    ["the one that the file tells Excel", "sep=;\nada@example.com;a,b\n", ";"],
    ["the one that the file tells Excel, against all evidence", "sep=\t\nemail,name\nada@example.com\tAda\n", "\t"],
  ])("is %s", (_, text, separator) => {
    expect(look(text)).toMatchObject({ separator });
  });
});

describe("backslashes before quotes", () => {
  const plain = 'email,name\nada@example.com,"Ada"\n';
  test.each<[string, string, true | undefined]>([
    ["escape them, if a quote goes on after one", 'email,name\nada@example.com,"Ada \\"The\\" L"\n', true],
    ["escape nothing, where quotes are doubled", 'email,name\nada@example.com,"Ada \\""The"" L"\n', undefined],
    ["escape nothing, at the end of a cell", 'email,name\nada@example.com,"C:\\"\nb@example.com,"D:\\"\n', undefined],
    ["escape nothing, where there is none", plain, undefined],
  ])("%s", (_, text, isEscaped) => {
    const found = look(text);
    expect([typeof found, Object(found).isEscaped]).toEqual(["object", isEscaped]);
  });
});

describe("the columns", () => {
  const columns = (text: string) => {
    const found = look(text);
    return typeof found === "string" ? found : found.columns;
  };

  test.each([
    "e-mail",
    "E-MAIL",
    "Email Address",
    "mail",
    "email_address",
    "Email Address [Required]",
    "E-mail *",
    "E-Mail-Adresse",
    "Mail (dienstlich)",
    "Adresse e-mail",
    "Adresse électronique",
    "Courriel",
    "Correo electrónico",
    "Dirección de correo",
    "E-mail 1 - Value",
    "Primary email",
    "Email address to invite [inviteeEmail] Required",
  ])("are recognized by %j", (heading) => {
    expect(columns(`x,${heading},y\n`)).toEqual({ email: [1] });
  });

  test("are recognized in any order, and others are ignored", () => {
    expect(columns("Teams,id,Rolle,Nachname,Vorname,E-Mail,Ort\n")).toEqual({
      email: [5],
      first: 4,
      last: 3,
      role: 2,
      teams: 0,
    });
    expect(columns("Name,Prénom,Courriel\n")).toEqual({ email: [2], first: 1, last: 0 });
    expect(columns("Nom,Courriel\n")).toEqual({ email: [1], last: 0 });
  });

  test("prefer the address to the sign-in name, which is used where the address is empty", () => {
    expect(columns("userPrincipalName,mail\nada@a.example,ada@b.example\n")).toEqual({ email: [1, 0] });
    expect(columns("username,mail\nada,ada@b.example\n")).toEqual({ email: [1] });
    expect(columns("mail,userPrincipalName\n,ada@b.example\n")).toEqual({ email: [0, 1] });
    expect(columns("mail,email,login\n,,ada@b.example\n")).toEqual({ email: [1, 2] });
    expect(columns("login,phone\nada,1\n")).toBe("no_address");
  });

  test("do not use somebody else's address for the person", () => {
    expect(columns("Manager Email,Recovery Email,Email\ngrace@example.com,x@example.com,ada@example.com\n")).toEqual({
      email: [2],
    });
  });

  test("are recognized by their content if there is no header", () => {
    expect(
      columns("42,admin,Ada Lovelace,ada@example.com,London\n43,,Grace Hopper,hopper@example.com,Boston\n"),
    ).toEqual({ email: [3], role: 1, name: 2 });
    expect(columns("London,ada@example.com\nBoston,grace@example.com\n")).toEqual({ email: [1] });
  });

  test("are found below a title, and rows above the header are ignored", () => {
    expect(look("Members of Acme\n\n2026\nName,Email\nAda,ada@example.com\n")).toMatchObject({
      line: 5,
      offset: 33,
      header: ["Name", "Email"],
    });
    expect(look("ada@example.com,Email\n")).toMatchObject({ line: 1, offset: 0, header: undefined });
  });
});
