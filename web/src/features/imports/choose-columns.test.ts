import type { ColumnName } from "@muster/core/reading/shape.ts";
import { expect, test } from "vitest";
import { isUnclear, suggested, trimmed, withColumn } from "./choose-columns.ts";

test("a field is in one column, and moves with the choice; addresses can be in several", () => {
  expect(withColumn(["name", "email", "ignore"], 2, "name")).toEqual(["ignore", "email", "name"]);
  expect(withColumn(["name", "email", "ignore"], 2, "email")).toEqual(["name", "email", "email"]);
  expect(withColumn(["ignore", "email", "role"], 1, "ignore")).toEqual(["ignore", "ignore", "role"]);
});

test("columns at the end that are not read are not sent", () => {
  expect(trimmed(["ignore", "email", "ignore", "ignore"])).toEqual(["ignore", "email"]);
  expect(trimmed(["ignore"])).toEqual([]);
});

test.each<[string, ColumnName[] | undefined, [ColumnName, ...string[]][]]>([
  ["full names", ["email", "name"], [["email"], ["ignore", "Ada Lovelace", "Hopper, Grace", "Émile de la Cour"]]],
  ["teams that exist", ["email", "teams"], [["email"], ["ignore", "Design", "DESIGN; Café"]]],
  [
    "a second column of names not",
    ["name", "email", "ignore"],
    [["ignore", "Ada Lovelace"], ["email"], ["ignore", "Grace Hopper"]],
  ],
  ["names beside first names not", undefined, [["email"], ["first_name", "Ada"], ["ignore", "Ada Lovelace"]]],
  [
    "cities, numbers, teams that do not exist, and empty columns not",
    undefined,
    [
      ["email"],
      ["ignore", "London", "Boston"],
      ["ignore", "+44 20", "Room 3"],
      ["ignore", "Design", "Sales"],
      ["ignore"],
    ],
  ],
])("of unread columns, %s are suggested", (_, names, columns) => {
  const all = columns.map(([name, ...cells]) => ({ name, cells }));
  expect(suggested(all, new Set(["design", "cafe"]))).toEqual(names);
});

test.each<[string, boolean, boolean, [ColumnName, string][]]>([
  [
    "cells that nothing is known of, without a header",
    true,
    false,
    [
      ["email", "ada@example.com"],
      ["ignore", "x"],
    ],
  ],
  [
    "only addresses known by a header",
    true,
    true,
    [
      ["email", "ada@example.com"],
      ["ignore", "x"],
    ],
  ],
  [
    "more than addresses known by a header",
    false,
    true,
    [
      ["email", "a"],
      ["name", "Ada"],
      ["ignore", "x"],
    ],
  ],
  [
    "empty columns",
    false,
    false,
    [
      ["email", "ada@example.com"],
      ["ignore", ""],
    ],
  ],
  ["addresses alone", false, false, [["email", "ada@example.com"]]],
])("whether a person should look at %s: %s", (_, unclear, hasHeader, columns) => {
  const all = columns.map(([name, cell]) => ({ name, cells: cell ? [cell] : [] }));
  expect(isUnclear(all, hasHeader)).toBe(unclear);
});
