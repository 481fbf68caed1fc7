import { expect, test } from "vitest";
import { type Piece, planFiles } from "./file-plan.ts";

const piece = (name: string, size: number, visits: string, imports = "", isFixed = false): Piece => ({
  name,
  size,
  visits: new Set(visits.split(" ")),
  imports: new Set(imports === "" ? [] : imports.split(" ")),
  isFixed,
});

const costs = { request: 100, weightOf: (_visit: string) => 1 };

/** The pieces of each file. */
function filesOf(pieces: Piece[], withCosts = costs) {
  const files = new Map<string, string[]>();
  for (const [name, file] of planFiles(pieces, withCosts)) files.set(file, [...(files.get(file) ?? []), name]);
  return [...files.values()];
}

test("pieces of the same visits are one file, those of others are not", () => {
  const pieces = [piece("a", 900, "home"), piece("b", 900, "home"), piece("c", 900, "list")];
  expect(filesOf(pieces)).toEqual([["a", "b"], ["c"]]);
});

test("what a visit does not need is loaded only where it is smaller than a request", () => {
  const shared = piece("shared", 900, "home list");
  expect(filesOf([shared, piece("home", 90, "home")])).toEqual([["shared", "home"]]);
  expect(filesOf([shared, piece("home", 110, "home")])).toEqual([["shared"], ["home"]]);
});

test("a visit that is rare counts less", () => {
  const pieces = [piece("shared", 900, "home later"), piece("home", 500, "home")];
  expect(filesOf(pieces)).toHaveLength(2);
  const weightOf = (visit: string) => (visit === "later" ? 0.1 : 1);
  expect(filesOf(pieces, { request: 100, weightOf })).toHaveLength(1);
});

test("no two files import each other", () => {
  const pieces = [
    piece("page", 10, "home", "middle"),
    piece("middle", 5_000, "home list", "base"),
    piece("base", 10, "home list third fourth"),
  ];
  const files = filesOf(pieces);
  expect(files).not.toContainEqual(["page", "base"]);
  expect(files.flat()).toHaveLength(3);
});

test("what a file imports is loaded with it, and counts", () => {
  const pieces = [
    piece("shared", 10, "home list"),
    piece("home", 10, "home", "large"),
    piece("large", 5_000, "home", "", true),
  ];
  expect(filesOf(pieces)).toEqual([["shared"], ["home"], ["large"]]);
});

test("a fixed piece stays a file of its own", () => {
  expect(filesOf([piece("start", 10, "home", "", true), piece("home", 10, "home")])).toEqual([["start"], ["home"]]);
});
