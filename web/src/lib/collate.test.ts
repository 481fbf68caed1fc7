import { expect, test } from "vitest";
import { itemsByName } from "./collate.ts";
import { formatFor } from "./format.ts";

const page = (names: string[], next?: string) => ({ items: names.map((name) => ({ name })), next });
const sorted = (locale: string, ...pages: ReturnType<typeof page>[]) =>
  itemsByName({ pages }, formatFor(locale, "UTC").compare).map(({ name }) => name);

test("a list of one page is sorted by the reader's language", () => {
  const names = ["Åsa", "Anna", "Zuzana", "Łukasz", "Lukas", "Ömer"];
  expect(sorted("pl", page(names))).toEqual(["Anna", "Åsa", "Lukas", "Łukasz", "Ömer", "Zuzana"]);
  expect(sorted("sv", page(names))).toEqual(["Anna", "Lukas", "Łukasz", "Zuzana", "Åsa", "Ömer"]);
});

test("a list of more pages keeps the order in which they arrive", () => {
  expect(sorted("sv", page(["Åsa", "Anna"], "next"))).toEqual(["Åsa", "Anna"]);
  expect(sorted("sv", page(["Åsa", "Anna"], "next"), page(["Zoe", "Yan"]))).toEqual(["Åsa", "Anna", "Zoe", "Yan"]);
});

test("nothing is sorted before it is loaded", () => {
  expect(itemsByName(undefined, formatFor("en", "UTC").compare)).toEqual([]);
});
