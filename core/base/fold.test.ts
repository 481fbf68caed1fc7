import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fold } from "./fold.ts";

test.each([
  ["Ángel ÇELİK", "angel celik"],
  ["Straße, STRASSE, ẞ", "strasse, strasse, ss"],
  ["Işık ISIK isik", "isik isik isik"],
  ["ΟΔΟΣ οδός", "οδοσ οδοσ"],
  ["Łukasz Øster ĐURIĆ Ðóra", "lukasz oster duric dora"],
  ["Ħamrun Ŧ Ǽgir ŒUVRE Þór ǿ", "hamrun t aegir oeuvre thor o"],
  ["ﬁne Ｗｉｄｅ", "fine wide"],
  ["שָׁלוֹם", "שלום"],
  ["مُحَمَّد", "محمد"],
  ["李小龍", "李小龍"],
])("%s is compared as %s", (text, folded) => {
  expect(fold(text)).toBe(folded);
});

test("folding a folded text changes nothing", () => {
  const property = fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
    expect(fold(fold(text))).toBe(fold(text));
  });
  fc.assert(property, { numRuns: depth(300, 20_000) });
});

test("the longest name still fits into a row's key", () => {
  const growing = "\ufdfa".repeat(80);
  expect(Buffer.byteLength(growing.normalize("NFKD"))).toBeGreaterThan(1024);
  expect(Buffer.byteLength(fold(growing))).toBeLessThanOrEqual(800);
  expect(Buffer.byteLength(fold("𠮷".repeat(300)))).toBe(800);
});

test("folded names sort with the letters that they start with", () => {
  const names = ["Zuzana", "Łukasz", "Maria", "Ørjan", "Lea", "Peter"];
  expect(names.toSorted((one, other) => (fold(one) < fold(other) ? -1 : 1))).toEqual([
    "Lea",
    "Łukasz",
    "Maria",
    "Ørjan",
    "Peter",
    "Zuzana",
  ]);
});
