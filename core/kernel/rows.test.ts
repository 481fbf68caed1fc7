import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import type { Item, Position, Query } from "../table/table.ts";
import { pagesOf, rowsOf } from "./rows.ts";

const all: Query = { pk: "rows", limit: 2, consistent: true };

let world: World;
let reads: (Position | undefined)[];
beforeEach(async () => {
  world = await openWorld();
  await world.table.project([1, 2, 3, 4, 5].map((n) => ({ put: { pk: "rows", sk: `n${n}` } })));
  reads = [];
  const query = <R extends Item>(one: Query<R>) => {
    reads.push(one.start);
    return world.table.query(one);
  };
  world.rebind({ table: { ...world.table, query } });
});

const names = (items: readonly Item[]) => items.map(({ sk }) => sk);

test("all pages are read, one after the other, each only when it is wanted", async () => {
  const pages: unknown[][] = [];
  for await (const items of pagesOf(all)) {
    pages.push(names(items));
    expect(reads).toHaveLength(pages.length);
  }
  expect(pages).toEqual([["n1", "n2"], ["n3", "n4"], ["n5"]]);
  expect(reads).toEqual([undefined, { pk: "rows", sk: "n2" }, { pk: "rows", sk: "n4" }]);
});

test("a loop that ends early reads no more", async () => {
  for await (const items of pagesOf(all)) if (names(items).includes("n4")) break;
  expect(reads).toHaveLength(2);
});

test("pages are read from a position on, and there is one even if it is empty", async () => {
  const pages: unknown[][] = [];
  for await (const items of pagesOf({ ...all, start: { pk: "rows", sk: "n2" } })) pages.push(names(items));
  for await (const items of pagesOf({ ...all, pk: "none" })) pages.push(names(items));
  expect(pages).toEqual([["n3", "n4"], ["n5"], []]);
});

test("all rows are those of all pages, in their order", async () => {
  expect(names(await rowsOf(all))).toEqual(["n1", "n2", "n3", "n4", "n5"]);
  expect(names(await rowsOf({ ...all, newestFirst: true }))).toEqual(["n5", "n4", "n3", "n2", "n1"]);
});
