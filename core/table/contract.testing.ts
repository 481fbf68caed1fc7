import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Failure, failure, isFailure } from "../base/failure.ts";
import {
  above,
  absent,
  all,
  any,
  atLeast,
  atMost,
  below,
  type Condition,
  check,
  contains,
  equal,
  fewer,
  has,
  type Item,
  type Key,
  lacks,
  not,
  oneOf,
  type Position,
  present,
  put,
  type Query,
  remove,
  type Scalar,
  type Step,
  type Table,
  update,
  when,
} from "./table.ts";

const refused = failure("conflict", "contract.refused", "The condition does not hold.");
const other = failure("conflict", "contract.other", "The other condition does not hold.");
const otherwise = () => refused();

/** Tests what every engine that holds a Muster table must do: one test per word of the vocabulary. */
export function contract(engine: string, open: () => Promise<Table>): void {
  describe(`a table on ${engine}`, () => {
    let table: Table;
    let partitions = 0;
    beforeAll(async () => {
      table = await open();
    });
    /** A partition that no other test uses. */
    const fresh = () => `p${++partitions}`;
    const write = (...steps: Step[]) => table.write(...steps);
    const outcome = async (step: Step) =>
      write(step).then(
        () => true,
        (error: unknown) => {
          if (!isFailure(error, refused)) throw error;
          return false;
        },
      );

    describe("get", () => {
      test("returns a whole row, and nothing for a missing one", async () => {
        const key = { pk: fresh(), sk: "#row" };
        const item = { n: 3, text: "ü", yes: true, nothing: null, series: [1, "2"], map: { a: { b: 1 } } };
        await write(put(key, { ...item, tags: new Set(["a", "b"]) }));
        expect(await table.get(key)).toEqual({ ...key, ...item, tags: new Set(["a", "b"]) });
        expect(await table.get({ ...key, sk: "#none" })).toBeUndefined();
      });
    });

    describe("getMany", () => {
      test("returns rows in the order of its keys, duplicate and missing ones included", async () => {
        const pk = fresh();
        await write(put({ pk, sk: "a" }, { n: 1 }), put({ pk, sk: "b" }, { n: 2 }));
        const keys = ["b", "x", "a", "b"].map((sk) => ({ pk, sk }));
        expect((await table.getMany(keys)).map((row) => row?.n)).toEqual([2, undefined, 1, 2]);
        expect((await table.getMany(keys, { consistent: false })).map((row) => row?.n)).toEqual([2, undefined, 1, 2]);
        expect(await table.getMany([])).toEqual([]);
      });

      test("takes more keys than one request holds", async () => {
        const pk = fresh();
        const keys = Array.from({ length: 101 }, (_, n) => ({ pk, sk: String(n).padStart(3, "0") }));
        await table.project(keys.map((key) => ({ put: { ...key, at: key.sk } })));
        expect((await table.getMany(keys)).map((row) => row?.at)).toEqual(keys.map(({ sk }) => sk));
      });
    });

    describe("query", () => {
      const names = (page: { items: Item[] }) => page.items.map((item) => item.sk);
      let pk: string;
      beforeAll(async () => {
        pk = `${fresh()}#q`;
        const rows = ["a1", "a2", "b1", "b2", "c1"].map((sk) => ({ put: { pk, sk, note: sk.toUpperCase() } }));
        await table.project([...rows, { put: { pk: `${pk}#else`, sk: "a1" } }]);
      });
      const cases: [string, Partial<Query>, string[]][] = [
        ["a whole partition, and nothing of its neighbor", {}, ["a1", "a2", "b1", "b2", "c1"]],
        ["a prefix", { prefix: "b" }, ["b1", "b2"]],
        ["everything from a key on, inclusive", { from: "b1" }, ["b1", "b2", "c1"]],
        ["everything up to a key, inclusive", { to: "b1" }, ["a1", "a2", "b1"]],
        ["a range", { from: "a2", to: "b2" }, ["a2", "b1", "b2"]],
        ["a range without rows", { from: "a3", to: "a9" }, []],
        ["the newest first", { newestFirst: true }, ["c1", "b2", "b1", "a2", "a1"]],
        ["the newest two of a prefix", { prefix: "a", newestFirst: true, limit: 1 }, ["a2"]],
      ];
      for (const [what, more, expected] of cases) {
        test(`returns ${what}, consistently or not`, async () => {
          expect(names(await table.query({ pk, ...more, consistent: true }))).toEqual(expected);
          expect(names(await table.query({ pk, ...more }))).toEqual(expected);
        });
      }

      for (const newestFirst of [false, true]) {
        test(`continues after the end of a page${newestFirst ? ", newest first" : ""}`, async () => {
          const seen: unknown[] = [];
          let start: Position | undefined;
          do {
            const page = await table.query({ pk, limit: 2, start, newestFirst, consistent: true });
            expect(page.items.length).toBeLessThanOrEqual(2);
            seen.push(...names(page));
            start = page.next;
          } while (start);
          const all = ["a1", "a2", "b1", "b2", "c1"];
          expect(seen).toEqual(newestFirst ? all.toReversed() : all);
        });
      }

      describe("with a filter", () => {
        test("returns only the rows that match it", async () => {
          const some = oneOf("note", ["A2", "C1"]);
          expect(names(await table.query({ pk, filter: some, consistent: true }))).toEqual(["a2", "c1"]);
          expect(names(await table.query({ pk, filter: not(some) }))).toEqual(["a1", "b1", "b2"]);
          expect(names(await table.query({ pk, prefix: "b", filter: contains("note", "1") }))).toEqual(["b1"]);
        });

        test("refuses one that names a key", async () => {
          await expect(table.query({ pk, filter: equal("sk", "a1") })).rejects.toThrow("primary key");
        });

        test("counts the rows that it examined, and continues after them", async () => {
          const query = { pk, limit: 2, filter: equal("note", "B2"), consistent: true };
          const first = await table.query(query);
          expect(names(first)).toEqual([]);
          const second = await table.query({ ...query, start: first.next });
          expect(names(second)).toEqual(["b2"]);
          expect(names(await table.query({ ...query, start: second.next }))).toEqual([]);
        });

        test("filters a list by an attribute that lists carry", async () => {
          const list = `${fresh()}#mem`;
          const rows = ["ada", "bob"].map((name) => ({ put: { pk: list, sk: name, list, rank: name, name } }));
          await table.project(rows);
          expect(names(await table.query({ list, filter: contains("name", "b") }))).toEqual(["bob"]);
        });
      });

      test("says that there is no more once everything was returned", async () => {
        expect((await table.query({ pk })).next).toBeUndefined();
      });
    });

    describe("a list", () => {
      test("holds the rows that name it, by rank, with the attributes of lists only", async () => {
        const list = `${fresh()}#mem`;
        const row = (sk: string, rank: string) => ({ pk: `${list}#${sk}`, sk, list, rank, name: sk, secret: "x" });
        await table.project([{ put: row("bob", "2") }, { put: row("ada", "1") }, { put: row("eve", "3") }]);
        await table.project([{ put: { pk: `${list}#none`, sk: "none", name: "in no list" } }]);
        const { items } = await table.query({ list });
        expect(items.map((item) => item.name)).toEqual(["ada", "bob", "eve"]);
        expect(items[0]).toEqual({ pk: `${list}#ada`, sk: "ada", list, rank: "1", name: "ada" });
        expect((await table.query({ list, prefix: "2" })).items.map((item) => item.name)).toEqual(["bob"]);
        expect((await table.query({ list, newestFirst: true, limit: 1 })).items[0]?.name).toBe("eve");
      });

      test("continues after the end of a page", async () => {
        const list = `${fresh()}#mem`;
        await table.project(["a", "b", "c"].map((sk) => ({ put: { pk: list, sk, list, rank: "same", name: sk } })));
        const first = await table.query({ list, limit: 2 });
        const second = await table.query({ list, limit: 2, start: first.next });
        expect(new Set([...first.items, ...second.items].map((item) => item.name))).toEqual(new Set(["a", "b", "c"]));
      });

      test("loses a row that leaves it, and sees a row that moves within it", async () => {
        const list = `${fresh()}#mem`;
        const key = { pk: list, sk: "ada" };
        await write(put(key, { list, rank: "z", name: "ada" }), put({ pk: list, sk: "bob" }, { list, rank: "m" }));
        await write(update(key, { set: { rank: "a" } }));
        expect((await table.query({ list })).items.map((item) => item.sk)).toEqual(["ada", "bob"]);
        await write(update(key, { unset: ["list", "rank"] }));
        expect((await table.query({ list })).items.map((item) => item.sk)).toEqual(["bob"]);
      });
    });

    describe("one step", () => {
      test("replaces a whole row", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(put(key, { a: 1, b: 2 }));
        await write(put(key, { b: 3 }));
        expect(await table.get(key)).toEqual({ ...key, b: 3 });
      });

      test("updates some attributes, and creates the row if it is missing", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(update(key, { set: { a: 1, size: 4, name: "ada", status: "new" } }));
        await write(update(key, { set: { a: 2 }, unset: ["name", "nothing"] }));
        expect(await table.get(key)).toEqual({ ...key, a: 2, size: 4, status: "new" });
      });

      test("adds to numbers, which begin at 0", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(update(key, { add: { n: 2 } }));
        await write(update(key, { add: { n: -5 }, set: { a: 1 } }));
        expect(await table.get(key)).toEqual({ ...key, n: -3, a: 1 });
      });

      test("adds to sets and drops from them; an empty set is a missing attribute", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(update(key, { add: { tags: new Set(["a", "b"]) } }));
        await write(update(key, { add: { tags: new Set(["b", "c"]) } }));
        expect((await table.get(key))?.tags).toEqual(new Set(["a", "b", "c"]));
        await write(update(key, { drop: { tags: new Set(["a", "x"]) } }));
        expect((await table.get(key))?.tags).toEqual(new Set(["b", "c"]));
        await write(update(key, { drop: { tags: new Set(["b", "c"]) } }));
        expect(await table.get(key)).toEqual(key);
      });

      test("removes a row, or nothing", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(put(key, {}));
        await write(remove(key));
        expect(await table.get(key)).toBeUndefined();
        await write(remove(key));
      });

      test("checks, and changes nothing", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(put(key, { n: 1 }));
        expect(await outcome(check(key, when(equal("n", 1), otherwise)))).toBe(true);
        expect(await outcome(check(key, when(equal("n", 2), otherwise)))).toBe(false);
        expect(await table.get(key)).toEqual({ ...key, n: 1 });
      });

      for (const kind of ["put", "update", "remove"] as const) {
        test(`refuses to ${kind} with the guard's own failure, passes it the row, and keeps the row`, async () => {
          const key = { pk: fresh(), sk: "#row" };
          const row = { n: 1, tags: new Set(["a"]), map: { a: [1] } };
          await write(put(key, row));
          let shown: Item | undefined;
          const guard = when(equal("n", 2), (found: Item | undefined) => {
            shown = found;
            return refused();
          });
          const steps = {
            put: put(key, { n: 9 }, guard),
            update: update(key, { set: { n: 9 } }, guard),
            remove: remove(key, guard),
          };
          await expect(write(steps[kind])).rejects.toMatchObject({ code: "contract.refused" });
          expect(shown).toEqual({ ...key, ...row });
          expect(await table.get(key)).toEqual({ ...key, ...row });
        });
      }

      test("passes the guard nothing if there is no row", async () => {
        let shown: unknown = "untouched";
        const guard = when(present, (found: Item | undefined) => {
          shown = found;
          return refused();
        });
        await expect(write(remove({ pk: fresh(), sk: "#row" }, guard))).rejects.toBeInstanceOf(Failure);
        expect(shown).toBeUndefined();
      });

      test("may be no steps at all", async () => {
        await expect(write()).resolves.toBeUndefined();
      });
    });

    describe("several steps", () => {
      test("are written together: puts, updates, removals and checks", async () => {
        const pk = fresh();
        await write(put({ pk, sk: "old" }, {}), put({ pk, sk: "seen" }, { n: 1 }), put({ pk, sk: "more" }, { n: 1 }));
        await write(
          put({ pk, sk: "new" }, {}, when(absent, otherwise)),
          update({ pk, sk: "more" }, { add: { n: 1 } }, when(equal("n", 1), otherwise)),
          remove({ pk, sk: "old" }, when(present, otherwise)),
          check({ pk, sk: "seen" }, when(equal("n", 1), otherwise)),
        );
        const { items } = await table.query({ pk, consistent: true });
        expect(items.map(({ sk, n }) => [sk, n])).toEqual([
          ["more", 2],
          ["new", undefined],
          ["seen", 1],
        ]);
      });

      test("fail together, with the failure and row of the first step that is refused", async () => {
        const pk = fresh();
        await write(put({ pk, sk: "a" }, { n: 1 }), put({ pk, sk: "b" }, { n: 2 }));
        const shown: (Item | undefined)[] = [];
        const guard = (n: number, type: typeof refused | typeof other) =>
          when(equal("n", n), (found: Item | undefined) => {
            shown.push(found);
            return type();
          });
        const attempt = write(
          put({ pk, sk: "new" }, {}),
          update({ pk, sk: "a" }, { set: { n: 9 } }, guard(1, refused)),
          update({ pk, sk: "b" }, { set: { n: 9 } }, guard(7, other)),
          check({ pk, sk: "missing" }, when(present, otherwise)),
        );
        await expect(attempt).rejects.toMatchObject({ code: "contract.other" });
        expect(shown).toEqual([{ pk, sk: "b", n: 2 }]);
        const { items } = await table.query({ pk, consistent: true });
        expect(items.map(({ sk, n }) => [sk, n])).toEqual([
          ["a", 1],
          ["b", 2],
        ]);
      });

      test("may be in both tables, and then happen in both or in neither", async () => {
        const [pk, sk] = [fresh(), "#row"];
        const there = { pk, sk, table: "keys" as const };
        await write(put({ pk, sk }, { n: 1 }, when(absent, otherwise)), put(there, { n: 2 }, when(absent, otherwise)));
        const attempt = write(
          update({ pk, sk }, { add: { n: 10 } }),
          update(there, { add: { n: 10 } }, when(equal("n", 1), otherwise)),
        );
        await expect(attempt).rejects.toMatchObject({ code: "contract.refused" });
        expect(await table.getMany([{ pk, sk }, there])).toEqual([
          { pk, sk, n: 1 },
          { pk, sk, n: 2 },
        ]);
        await write(remove({ pk, sk }), update(there, { add: { n: 10 } }, when(equal("n", 2), otherwise)));
        expect(await table.getMany([there, { pk, sk }])).toEqual([{ pk, sk, n: 12 }, undefined]);
      });

      test("may be a hundred", async () => {
        const pk = fresh();
        await write(...Array.from({ length: 100 }, (_, n) => put({ pk, sk: `${n}` }, {}, when(absent, otherwise))));
        expect((await table.query({ pk, consistent: true })).items).toHaveLength(100);
      });
    });

    describe("the table of data keys", () => {
      test("has rows of its own, under the same words", async () => {
        const pk = fresh();
        const keys = ["a", "b", "c"].map((sk) => ({ pk, sk, table: "keys" as const }));
        const [first, second] = keys as [Key, Key, Key];
        for (const key of keys) await write(put(key, { n: 1 }, when(absent, otherwise)));
        expect(await outcome(put(first, { n: 9 }, when(absent, otherwise)))).toBe(false);
        expect(await table.change(update(second, { add: { n: 1 } }))).toEqual({ pk, sk: "b", n: 2 });
        await write(remove(first, when(present, otherwise)));
        expect(await Promise.all(keys.map((key) => table.get(key)))).toEqual([
          undefined,
          { pk, sk: "b", n: 2 },
          { pk, sk: "c", n: 1 },
        ]);
        expect(await table.get({ pk, sk: "b" })).toBeUndefined();
        const page = await table.query({ pk, table: "keys", limit: 1, consistent: true });
        expect(page.items).toEqual([{ pk, sk: "b", n: 2 }]);
        const rest = await table.query({ pk, table: "keys", start: page.next, consistent: true });
        expect(rest.items).toEqual([{ pk, sk: "c", n: 1 }]);
        expect((await table.query({ pk, consistent: true })).items).toEqual([]);
      });
    });

    describe("change", () => {
      test("returns the row as it is afterwards", async () => {
        const key = { pk: fresh(), sk: "#row" };
        await write(put(key, { n: 1, keep: "this", tags: new Set(["a"]) }));
        const changed = await table.change(
          update(key, { add: { n: 2 }, set: { a: "b" } }, when(below("n", 3), otherwise)),
        );
        expect(changed).toEqual({ ...key, n: 3, keep: "this", a: "b", tags: new Set(["a"]) });
        const again = table.change(update(key, { add: { n: 2 } }, when(below("n", 3), otherwise)));
        await expect(again).rejects.toMatchObject({ code: "contract.refused" });
      });

      test("gives each of many concurrent calls a number of its own", async () => {
        const key = { pk: fresh(), sk: "#row" };
        const step = update(key, { add: { n: 1 } }, when(any(lacks("n"), below("n", 10)), otherwise));
        const answers = await Promise.allSettled(Array.from({ length: 20 }, () => table.change(step)));
        const numbers = answers.flatMap((one) => (one.status === "fulfilled" ? [Number(one.value.n)] : []));
        expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      });
    });

    describe("project", () => {
      test("puts and removes any number of rows, and can be repeated", async () => {
        const pk = fresh();
        const key = (n: number) => ({ pk, sk: String(n).padStart(2, "0") });
        const rows = Array.from({ length: 60 }, (_, n) => ({ put: { ...key(n), n } }));
        await table.project(rows);
        await table.project(rows);
        expect((await table.query({ pk, consistent: true })).items).toEqual(rows.map((row) => row.put));
        await table.project([
          ...rows.slice(0, 40).map((row) => ({ remove: { pk, sk: row.put.sk } })),
          { put: { ...key(60), n: 60 } },
        ]);
        const left = (await table.query({ pk, consistent: true })).items.map((item) => item.n);
        expect(left).toEqual(Array.from({ length: 21 }, (_, n) => n + 40));
      });

      test("may be of no rows", async () => {
        await expect(table.project([])).resolves.toBeUndefined();
      });
    });

    describe("a condition", () => {
      const map = { a: "x", b: { c: [1] } };
      const rowOf = { n: 5, text: "m", yes: true, line: "ada lovelace", tags: new Set(["a", "bc"]), map };
      const cases: [string, Condition, boolean, boolean][] = [
        // condition, result for the row, result for a missing row
        ["absent", absent, false, true],
        ["present", present, true, false],
        ["has", has("n"), true, false],
        ["has, with another", has("none"), false, false],
        ["lacks", lacks("none"), true, true],
        ["lacks, with one that is present", lacks("n"), false, true],
        ["equal", equal("n", 5), true, false],
        ["equal, with another type", equal("n", "5"), false, false],
        ["equal text", equal("text", "m"), true, false],
        ["equal true", equal("yes", true), true, false],
        ["equal false", equal("yes", false), false, false],
        ["equal sets", equal("tags", new Set(["bc", "a"])), true, false],
        ["equal, with one more member", equal("tags", new Set(["a"])), false, false],
        ["equal, with one member less", equal("tags", new Set(["a", "bc", "d"])), false, false],
        ["equal maps", equal("map", { b: { c: [1] }, a: "x" }), true, false],
        ["equal, with another part of a map", equal("map", { a: "x", b: { c: [2] } }), false, false],
        ["equal, with one part less", equal("map", { a: "x" }), false, false],
        ["fewer members than a larger number", fewer("tags", 3), true, false],
        ["fewer members than it has", fewer("tags", 2), false, false],
        ["fewer members, of a missing set", fewer("none", 3), false, false],
        ["above", above("n", 4), true, false],
        ["above the same", above("n", 5), false, false],
        ["above a text", above("text", "l"), true, false],
        ["below", below("n", 6), true, false],
        ["below the same", below("n", 5), false, false],
        ["below, by number and not by letters", below("n", 10), true, false],
        ["atLeast the same", atLeast("n", 5), true, false],
        ["atLeast more", atLeast("n", 6), false, false],
        ["atMost the same", atMost("n", 5), true, false],
        ["atMost less", atMost("n", 4), false, false],
        ["oneOf", oneOf("text", ["a", "m"]), true, false],
        ["oneOf others", oneOf("text", ["a", "b"]), false, false],
        ["oneOf a single one", oneOf("n", [5]), true, false],
        ["contains, a part of a text", contains("line", "a l"), true, false],
        ["contains, in another case", contains("line", "Ada"), false, false],
        ["contains, more than the text", contains("text", "mm"), false, false],
        ["contains, a member of a set", contains("tags", "bc"), true, false],
        ["contains, a part of a member", contains("tags", "b"), false, false],
        ["contains, of a number", contains("n", "5"), false, false],
        ["not", not(equal("n", 4)), true, true],
        ["not not", not(not(equal("n", 5))), true, false],
        ["all", all(equal("n", 5), equal("text", "m")), true, false],
        ["all but one", all(equal("n", 5), equal("text", "x")), false, false],
        ["all of one", all(equal("n", 5)), true, false],
        ["any", any(equal("n", 4), equal("text", "m")), true, false],
        ["any of none that holds", any(equal("n", 4), equal("text", "x")), false, false],
        ["all of several any", all(any(lacks("n"), below("n", 6)), any(lacks("m"), below("m", 1))), true, true],
        ["any of several all", any(all(equal("n", 5), equal("yes", false)), all(has("n"), not(absent))), true, false],
        ["not any", not(any(equal("n", 4), equal("n", 5))), false, true],
        ["not all", not(all(equal("n", 5), equal("text", "x"))), true, true],
      ];
      for (const [name, condition, onRow, onNothing] of cases) {
        test(`"${name}" ${onRow ? "holds" : "does not hold"} on a row, and ${onNothing ? "holds" : "does not"} on none`, async () => {
          const key = { pk: fresh(), sk: "#row" };
          await write(put(key, rowOf));
          const guard = when(condition, otherwise);
          expect(await outcome(update(key, { set: { touched: 1 } }, guard))).toBe(onRow);
          expect(await outcome(put({ ...key, sk: "#none" }, {}, guard))).toBe(onNothing);
        });
      }

      test("without parts is a mistake", async () => {
        await expect(write(remove({ pk: fresh(), sk: "#row" }, when(all(), otherwise)))).rejects.toThrow(
          "at least one",
        );
      });

      test("agrees with plain JavaScript, however deeply it is nested", async () => {
        const property = fc.asyncProperty(row, condition, async (item, generated) => {
          const key: Key = { pk: fresh(), sk: "#row" };
          if (item) await write(put(key, item));
          const step = put(key, { after: true }, when(generated, otherwise));
          expect(await outcome(step)).toBe(holds(generated, item && { ...key, ...item }));
        });
        await fc.assert(property, { numRuns: 150 });
      });
    });
  });
}

const attribute = fc.constantFrom("a", "b", "name");
const text = fc.constantFrom("", "a", "b", "ab", "B", "1", "é");
const number = fc.constantFrom(-1, 0, 1, 2, 10, 0.5);
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean());
const row: fc.Arbitrary<Item | undefined> = fc.option(
  fc.dictionary(attribute, scalar, { maxKeys: 3, noNullPrototype: true }),
  { nil: undefined },
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: "condition" },
    fc.constantFrom(absent, present),
    fc.record({ is: fc.constantFrom("has" as const, "lacks" as const), attribute }),
    fc.record({ is: fc.constant("equal" as const), attribute, value: scalar }),
    fc.record({
      is: fc.constantFrom("above" as const, "below" as const, "atLeast" as const, "atMost" as const),
      attribute,
      value: fc.oneof(text, number),
    }),
    fc.record({ is: fc.constant("contains" as const), attribute, value: fc.constantFrom("a", "b", "1", "é") }),
    fc.record({
      is: fc.constant("oneOf" as const),
      attribute,
      values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ is: fc.constant("not" as const), of: tie("condition") }),
    fc.record({
      is: fc.constantFrom("all" as const, "any" as const),
      of: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** Evaluates a condition on a row in plain JavaScript. */
function holds(condition: Condition, row: Item | undefined): boolean {
  if ("attribute" in condition) return fits(condition, row?.[condition.attribute]);
  switch (condition.is) {
    case "absent":
      return row === undefined;
    case "present":
      return row !== undefined;
    case "not":
      return !holds(condition.of, row);
    case "all":
      return condition.of.every((part) => holds(part, row));
    case "any":
      return condition.of.some((part) => holds(part, row));
  }
}

/** Evaluates a condition on an attribute. */
function fits(condition: Extract<Condition, { attribute: string }>, found: unknown): boolean {
  switch (condition.is) {
    case "has":
      return found !== undefined;
    case "lacks":
      return found === undefined;
    case "equal":
      return found === condition.value;
    case "oneOf":
      return condition.values.some((value) => found === value);
    case "contains":
      return typeof found === "string" && found.includes(condition.value);
    case "fewer":
      return found instanceof Set && found.size < condition.than;
    case "above":
    case "below":
    case "atLeast":
    case "atMost": {
      if (typeof found !== typeof condition.value) return false;
      const order = compare(found as string | number, condition.value as string | number);
      return { above: order > 0, below: order < 0, atLeast: order >= 0, atMost: order <= 0 }[condition.is];
    }
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
