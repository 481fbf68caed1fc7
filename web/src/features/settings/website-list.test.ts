import { matcher } from "@muster/settings/website.ts";
import { expect, test } from "vitest";
import { isPublicSuffix } from "./public-suffix.ts";
import { deniesText, linesOf, readWebsite, review, testAddress } from "./website-list.ts";

test.each([
  ["example.com", "Denies example.com and everything below it."],
  ["example.com:8080/a", "Denies example.com:8080/a and everything below it."],
  ["*.example.com", "Denies everything below example.com, but not example.com itself."],
  ["example.com/a/*", "Denies everything below example.com/a, but not example.com/a itself."],
  ["*", "Denies every website."],
])("%s: %s", (pattern, sentence) => {
  expect(deniesText(pattern)).toBe(sentence);
});

test("what is typed is a pattern with a sentence, or has a problem", () => {
  expect(readWebsite("https://Example.com/?q=1")).toEqual({
    pattern: "example.com",
    says: "Denies example.com and everything below it.",
    notes: ["The query or fragment was removed. The path and everything below it are denied."],
  });
  expect(readWebsite("co.uk", isPublicSuffix)).toMatchObject({ problem: expect.stringMatching(/public suffix/) });
  expect(readWebsite("github.io", isPublicSuffix)).toMatchObject({ pattern: "github.io" });
  expect(readWebsite("facebook")).toEqual({ problem: "Enter a whole domain, such as example.com." });
});

test.each([
  ["https://Sub.Example.com/a?q=1#top", "example.com"],
  ["example.com.", "example.com"],
  ["http://b.example/path", undefined],
  ["http://www.b.example", "*.b.example"],
  ["c.example/private/notes", "c.example/private"],
  ["https://c.example/privately", undefined],
  ["http://d.example:8080", "d.example:8080"],
  ["https://d.example", undefined],
  ["bücher.example", "xn--bcher-kva.example"],
])("the address %s is covered by %s", (address, pattern) => {
  const list = ["example.com", "*.b.example", "c.example/private", "d.example:8080", "xn--bcher-kva.example"];
  expect(testAddress(address, matcher(list))).toEqual({ pattern });
  expect(testAddress(address, matcher(["*"]))).toEqual({ pattern: "*" });
});

test.each(["", "facebook", "*.example.com", "*", "example.com/a/*", "ftp://example.com", "a b.example"])(
  "%j is no address to test",
  (text) => expect(testAddress(text, matcher(["*"]))).toEqual({ problem: expect.stringMatching(/\.$/) }),
);

test.each([
  ["a.com;10.0.0.1:8080", ["a.com", "10.0.0.1:8080"]],
  ['a.com, 10.0.0.1/admin, "10.0.0.2"', ["a.com", "10.0.0.1/admin", '"10.0.0.2"']],
  ["a.com;[2001:db8::1]", ["a.com", "[2001:db8::1]"]],
  ["a.com;12.5", ["a.com"]],
  ["a.com;01.12.2026", ["a.com"]],
])("the line %s names %j", (line, named) => {
  expect(linesOf(line).map(({ text }) => text)).toEqual(named);
});

test("a file has a website in the first cell of each line", () => {
  const text = '\uFEFFDomain;Why\r\nfacebook.com;social\r\n\r\n"x.com","a ""reason"""\nexample.com\tsecret\n  y.com  ';
  expect(linesOf(text)).toEqual([
    { line: 2, text: "facebook.com" },
    { line: 4, text: "x.com" },
    { line: 5, text: "example.com" },
    { line: 6, text: "y.com" },
  ]);
  expect(linesOf("例え.jp，説明\n中国.com、说明\nเว็บไซต์.ไทย\n").map((line) => line.text)).toEqual([
    "例え.jp",
    "中国.com",
    "เว็บไซต์.ไทย",
  ]);
});

test("a line of several websites has each of them, and a line of one has its first cell", () => {
  const text =
    'a.com;b.com\nc.com d.com/x, e.com\nf.com, blocked since 2.5\ng.com;social\nj.com;12.5.2025\nk.com,1.5\nl.com;10.0.0.1\n"h.com","i.com"';
  expect(linesOf(text)).toEqual([
    { line: 1, text: "a.com" },
    { line: 1, text: "b.com" },
    { line: 2, text: "c.com" },
    { line: 2, text: "d.com/x" },
    { line: 2, text: "e.com" },
    { line: 3, text: "f.com" },
    { line: 4, text: "g.com" },
    { line: 5, text: "j.com" },
    { line: 6, text: "k.com" },
    { line: 7, text: "l.com" },
    { line: 7, text: "10.0.0.1" },
    { line: 8, text: '"h.com"' },
    { line: 8, text: '"i.com"' },
  ]);
});

test("a review tells what is added, changed, merged, known and refused", async () => {
  const text = "HTTPS://A.com/\na.com\nb.com\n*.c.com\nftp://d.com\nnowhere\nx.com";
  const seen: number[] = [];
  const found = await review(text, ["b.com"], (share) => seen.push(share) > 0);
  expect(found).toEqual({
    added: ["a.com", "*.c.com", "x.com"],
    normalized: [{ text: "HTTPS://A.com/", pattern: "a.com" }],
    duplicates: 1,
    known: 1,
    refused: [
      { line: 5, text: "ftp://d.com", reason: "Only http and https addresses can be denied." },
      { line: 6, text: "nowhere", reason: "Enter a whole domain, such as example.com." },
    ],
  });
  expect(seen).toEqual([0]);
});

test("a review takes international names, also as Chinese and Japanese keyboards type them", async () => {
  const found = await review("https：//例え。jp／道\n＊.中国.com\nเว็บไซต์.ไทย", [], () => true);
  expect(found).toMatchObject({
    added: ["xn--r8jz45g.jp/%E9%81%93", "*.xn--fiqs8s.com", "xn--c3cun5c2g0at8b.xn--o3cw4h"],
    refused: [],
  });
});

test("a long list is read in slices, between which it can be given up", async () => {
  const text = Array.from({ length: 5_000 }, (_, index) => `site-${index}.example`).join("\n");
  const shares: number[] = [];
  expect((await review(text, [], (share) => shares.push(share) > 0))?.added).toHaveLength(5_000);
  expect(shares).toEqual([0, 0.4, 0.8]);
  expect(await review(text, [], (share) => share < 0.4)).toBeUndefined();
});
