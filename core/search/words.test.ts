import { describe, expect, test } from "vitest";
import { findable, isFound, typed } from "./words.ts";

const found = (name: string, search: string) =>
  isFound(findable({ name, email: "a.lovelace@example.com" }), typed(search));

describe("a member is found by", () => {
  test.each([
    ["Ada Lovelace", "ada"],
    ["Ada Lovelace", "LOVE ad"],
    ["Ada Lovelace", "a"],
    ["Ada Lovelace", "  ada   lovelace  "],
    ["Ada Lovelace", "a.love"],
    ["Ada Lovelace", "ada a.lovelace@example.com"],
    ["Ángel Çelik", "angel celik"],
    ["Jürgen Groß", "gross"],
    ["Jurgen Gross", "groß"],
    ["Anne-Marie O'Hara", "marie"],
    ["Anne-Marie O'Hara", "anne-m o'h"],
    ["Anne-Marie O'Hara", "hara"],
    ["李小龍 Bruce", "李小"],
    ["محمد علي", "محم"],
    ["שָׁלוֹם כהן", "שלום"],
    ["김철수", "김철"],
    ["José María de la Cruz García", "garcia"],
    ["100% Bob", "100%"],
    ["C# Guru", "c#"],
    ["Somebody", ""],
  ])("%s by %j", (name, search) => {
    expect(found(name, search)).toBe(true);
  });
});

describe("a member is not found by", () => {
  test.each([
    ["Ada Lovelace", "da"],
    ["Ada Lovelace", "ada stone"],
    ["Ada Lovelace", "example.com"],
    ["Ada Lovelace", "lovelace@example.com"],
    ["Ada Lovelace", "%"],
    ["Ada Lovelace", "ada#"],
    ["Ada Lovelace", ".*"],
    ["Ada Lovelace", "adalovelace"],
  ])("%s by %j", (name, search) => {
    expect(found(name, search)).toBe(false);
  });

  test("an address that the viewer may not see", () => {
    const { words } = findable({ name: "Ada", email: "byron@example.com" });
    expect(isFound({ words }, typed("byron"))).toBe(false);
    expect(isFound({ words, email: "byron@example.com" }, typed("byron"))).toBe(true);
  });
});

test("typed words are used once each, the longest first", () => {
  expect(typed(" B ada  ADA bb ")).toEqual(["ada", "bb", "b"]);
  expect(typed(" \u0301 ")).toEqual([]);
});
