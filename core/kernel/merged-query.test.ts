import { depth } from "@muster/local/testing/random.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Item, Page, Position } from "../table/table.ts";
import { queryAll } from "./merged-query.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

let rounds = 0;

/** Puts rows into new lists, and returns the lists. */
async function fill(rows: readonly { part: number; rank: number }[], parts: number): Promise<string[]> {
  const round = ++rounds;
  const lists = Array.from({ length: parts }, (_, part) => `round ${round}, part ${part}`);
  const items = rows.map(({ part, rank }, n) => ({
    put: { pk: `row ${round} ${n}`, sk: "#row", list: String(lists[part % parts]), rank: rankOf(rank, n) },
  }));
  for (let from = 0; from < items.length; from += 25) await world.table.project(items.slice(from, from + 25));
  return lists;
}

const rankOf = (rank: number, n: number) => `p#${String(rank).padStart(4, "0")}#${String(n).padStart(4, "0")}`;
const ranks = (items: readonly Item[]) => items.map(({ rank }) => String(rank));

async function readPages(read: (start: Position | undefined) => Promise<Page>): Promise<string[][]> {
  const pages: string[][] = [];
  let start: Position | undefined;
  do {
    const { items, next } = await read(start);
    pages.push(ranks(items));
    start = next;
  } while (start && pages.length < 500);
  return pages;
}

const some = fc.array(fc.record({ part: fc.nat({ max: 15 }), rank: fc.nat({ max: 99 }) }), { maxLength: 120 });

test("several lists read like one, page by page, in both directions, even if their sizes differ", async () => {
  const cases = fc.record({
    rows: some,
    parts: fc.constantFrom(1, 2, 16),
    limit: fc.integer({ min: 1, max: 40 }),
    newestFirst: fc.boolean(),
    isSorted: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, parts, limit, newestFirst, isSorted }) => {
      // the first rows may all be in one list
      const placed = isSorted ? rows.map(({ rank }) => ({ rank, part: rank >> 4 })) : rows;
      const lists = await fill(placed, parts);
      const pages = await readPages((start) => queryAll(lists, { prefix: "p#", limit, newestFirst, start }));
      const sorted = rows.map(({ rank }, n) => rankOf(rank, n)).toSorted();
      expect(pages.flat()).toEqual(newestFirst ? sorted.toReversed() : sorted);
      // every page but the last is full
      expect(pages.slice(0, -1).filter(({ length }) => length !== limit)).toEqual([]);
    }),
    { numRuns: depth(20, 600) },
  );
});

test("a page has no row of one list while rows of another that come first are unread", async () => {
  const lists = await fill(
    Array.from({ length: 120 }, (_, n) => ({ part: n < 80 ? 0 : 1, rank: n })),
    2,
  );
  const pages = await readPages((start) => queryAll(lists, { prefix: "p#", limit: 70, start }));
  expect(pages.flat()).toEqual(Array.from({ length: 120 }, (_, n) => rankOf(n, n)));
});

test("a page that begins in one list continues in all of them", async () => {
  const [first = "", second = ""] = await fill(
    Array.from({ length: 20 }, (_, n) => ({ part: n % 2, rank: n })),
    2,
  );
  const before = await queryAll([first], { prefix: "p#", limit: 3 });
  expect(ranks(before.items)).toEqual([rankOf(0, 0), rankOf(2, 2), rankOf(4, 4)]);
  const after = await readPages((start) => queryAll([first, second], { limit: 8, start: start ?? before.next }));
  expect(after.flat()).toEqual(Array.from({ length: 15 }, (_, n) => rankOf(n + 5, n + 5)));
});

test("everything that a page needs is read at once, and once more if most of it is in one list", async () => {
  const limits: (number | undefined)[] = [];
  const { table } = world;
  world.rebind({
    table: { ...table, query: (query) => (limits.push(query.limit), table.query(query)) },
  });
  const even = await fill(
    Array.from({ length: 64 }, (_, n) => ({ part: n, rank: n })),
    16,
  );
  await queryAll(even, { limit: 32 });
  expect(limits).toEqual(Array.from({ length: 16 }, () => 8));
  limits.length = 0;
  const uneven = await fill(
    Array.from({ length: 64 }, (_, n) => ({ part: 3, rank: n })),
    16,
  );
  expect((await queryAll(uneven, { limit: 32 })).items).toHaveLength(32);
  expect(limits).toEqual([...Array.from({ length: 16 }, () => 8), 32]);
  world.rebind();
});
