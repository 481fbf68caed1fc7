import { failure } from "@muster/core/base/failure.ts";
import { absent, type Item, type Key, present, put, type Table, update, when } from "@muster/core/table/table.ts";
import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { batched } from "./batch.ts";

const taken = failure("conflict", "place.taken", "This place is taken.");
const missing = failure("missing", "place.missing", "There is no such place.");
const key = (name: string | number): Key => ({ pk: `place_${name}`, sk: "#place" });
const putNew = (name: string | number, item: Item = {}) => put(key(name), item, when(absent, taken));

let table: Table;
let calls: string[];
beforeEach(async () => {
  const { table: real } = await openWorld();
  calls = [];
  table = batched({
    ...real,
    getMany: (keys, options) => {
      calls.push(`read ${keys.length}`);
      return real.getMany(keys, options);
    },
    write: (...steps) => {
      calls.push(`write ${steps.length}`);
      return real.write(...steps);
    },
  });
});

const times = <R>(count: number, run: (n: number) => Promise<R>) =>
  Promise.all(Array.from({ length: count }, (_, n) => run(n)));

test("concurrent reads are one request, and each caller gets its own result", async () => {
  await times(30, (n) => table.write(putNew(n, { n }), putNew(`${n}b`)));
  expect(calls).toEqual(["write 60"]);
  const rows = await times(30, (n) => table.get(key(n)));
  expect(rows.map((row) => row?.n)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  const many = await times(2, (n) => table.getMany([key(n), key("none"), key("7b")]));
  expect(many.map((some) => some.map((row) => row?.pk))).toEqual(
    [0, 1].map((n) => [`place_${n}`, undefined, "place_7b"]),
  );
  expect(calls.slice(1)).toEqual(["read 30", "read 6"]);
});

test("a request has at most as much as a transaction may have", async () => {
  await times(70, (n) => table.write(putNew(n), putNew(`${n}b`)));
  expect(calls).toEqual(["write 100", "write 40"]);
});

test("a write that is refused does not prevent the others", async () => {
  await table.write(putNew("old"));
  const results = await Promise.allSettled(
    ["a", "old", "b"].map((name) => table.write(putNew(name), putNew(`${name}2`))),
  );
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { code: "place.taken" } });
  const rows = await table.getMany(["a", "a2", "old2", "b", "b2"].map(key));
  expect(rows.map((row) => row !== undefined)).toEqual([true, true, false, true, true]);
});

test("writes to the same row run one after the other", async () => {
  await table.write(putNew("counter", { sum: 0 }));
  const add = (n: number) => table.write(update(key("counter"), { add: { sum: n } }, when(present, missing)));
  await times(5, add);
  expect((await table.get(key("counter")))?.sum).toBe(10);
});
