import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { failure, implied } from "../base/failure.ts";
import { absent, put, update, when } from "../table/table.ts";
import { writeIfPossible, writeUnless } from "./write-unless.ts";

const failures = {
  taken: failure("conflict", "test.taken", "It is taken."),
  closed: failure("conflict", "test.closed", "It is closed."),
};
const one = { pk: "row", sk: "#one" };
const other = { pk: "row", sk: "#other" };

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.table.write(put(one, { color: "red" }));
});

const isTaken = () => writeUnless(failures.taken, put(one, { color: "blue" }, when(absent, failures.taken)));
/** Lets writes fail, as they do while the table is busy, or loses a request. */
const breakWith = (error: unknown) => world.rebind({ table: { ...world.table, write: () => Promise.reject(error) } });

test("steps are written together", async () => {
  expect(await writeUnless(failures.taken, update(one, { set: { color: "blue" } }), put(other, { size: 3 }))).toBe(
    true,
  );
  expect(await world.table.getMany([one, other])).toMatchObject([{ color: "blue" }, { size: 3 }]);
});

test("the failure that is ignored prevents all of the steps, and is no failure", async () => {
  const first = put(one, { color: "blue" }, when(absent, failures.taken));
  expect(await writeUnless(failures.taken, first, put(other, { size: 3 }))).toBe(false);
  expect(await writeUnless([failures.closed, failures.taken], first)).toBe(false);
  expect(await writeIfPossible(first)).toBe(false);
  expect(await world.table.getMany([one, other])).toMatchObject([{ color: "red" }, undefined]);
});

test("any other failure is thrown", async () => {
  const closed = put(one, { color: "blue" }, when(absent, failures.closed));
  await expect(writeUnless(failures.taken, closed)).rejects.toMatchObject({ code: "test.closed" });
  await expect(writeUnless([], closed)).rejects.toMatchObject({ code: "test.closed" });
  breakWith(implied.busy());
  await expect(isTaken()).rejects.toMatchObject({ code: "table.busy" });
});

test("bookkeeping passes over a busy table, but not over what is no failure", async () => {
  expect(await writeIfPossible(update(one, { set: { color: "blue" } }))).toBe(true);
  expect(await world.table.get(one)).toMatchObject({ color: "blue" });
  breakWith(implied.busy());
  expect(await writeIfPossible(put(other, {}))).toBe(false);
  breakWith(new Error("The table is gone."));
  await expect(writeIfPossible(put(other, {}))).rejects.toThrow("The table is gone.");
  await expect(isTaken()).rejects.toThrow("The table is gone.");
});
