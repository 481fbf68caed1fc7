import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { failure } from "../base/failure.ts";
import { equal, type Item, type Key, present, put, remove, rowName, type Step, update, when } from "../table/table.ts";
import { type Context, provide } from "./context.ts";
import { table } from "./ports.ts";
import { observe, preconditionOf } from "./precondition.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

const [thing, beside, none]: Key[] = ["thing", "beside", "none"].map((sk) => ({ pk: "org_1", sk })) as Key[];
const keys = [thing, beside, none] as [Key, Key, Key];
const own = failure("conflict", "test.refused", "The domain refuses.");
const rows = async () => (await world.rows.scan()).map(({ pk: _, ...row }) => row);

beforeEach(async () => {
  await world.table.write(
    put(keys[0], { name: "Ada", map: { a: 1 }, tags: new Set(["a"]), hidden: 1 }),
    put(keys[1], { n: 1 }),
    remove(keys[2]),
  );
});

/** Runs for somebody who has looked at these rows. */
async function after<R>(look: (row: (key: Key) => Item | undefined) => void, run: () => R, isMet = true): Promise<R> {
  const found = new Map((await world.table.getMany(keys)).map((row, i) => [rowName(keys[i] as Key), row]));
  const { rows: observed, seen } = observe(keys, found);
  look((key) => observed.get(rowName(key)));
  const context: Context = { actor: { type: "system", job: "test" }, precondition: preconditionOf(isMet, seen) };
  return provide(context, run);
}

const lookAtAll = (row: (key: Key) => Item | undefined) => {
  const { name, map, tags } = row(keys[0]) ?? {};
  const isKnown = "missing" in (row(keys[0]) ?? {});
  return [name, map, tags, isKnown, row(keys[1])?.n];
};
const rename = update(keys[0], { set: { name: "Bob" } });
const writes: [string, Step][] = [
  ["an update", rename],
  ["a put", put(keys[0], { name: "Bob" })],
  ["a removal", remove(keys[0])],
  ["an update with a guard of its own", update(keys[0], { set: { name: "Bob" } }, when(present, own))],
  ["a write of another row", put({ pk: "org_1", sk: "other" }, {})],
];
const failed = "request.precondition_failed";

describe.each(writes)("%s", (_, step) => {
  test.each<[string, Step]>([
    ["a text", update(keys[0], { set: { name: "Grace" } })],
    ["a map", update(keys[0], { set: { map: { a: 2 } } })],
    ["a set", update(keys[0], { add: { tags: new Set(["b"]) } })],
    ["what it lacked", update(keys[0], { set: { missing: "x" } })],
    ["another row", update(keys[1], { set: { n: 2 } })],
    ["a row that there was not", put(keys[2], {})],
    ["itself, to nothing", remove(keys[0])],
  ])("is refused when %s that was looked at has changed", async (_, change) => {
    await after(lookAtAll, async () => {
      await world.table.write(change);
      const before = await rows();
      expect(await resultOf(table.write(step))).toBe(failed);
      expect(await rows()).toEqual(before);
    });
  });

  test("is made when something else has changed", async () => {
    const result = await after(lookAtAll, async () => {
      await world.table.write(update(keys[0], { set: { hidden: 2 } }));
      return resultOf(table.write(step));
    });
    expect(result).toBe("done");
  });
});

test("the domain refuses in its own words what nobody has changed", async () => {
  const guarded = update(keys[0], { set: { name: "Bob" } }, when(equal("hidden", 2), own));
  expect(await after(lookAtAll, () => resultOf(table.write(guarded)))).toBe("test.refused");
});

const byOthers = () => world.table.write(update(keys[1], { add: { n: 1 } }));

test("a write that was refused leaves the next one held", async () => {
  const guarded = update(keys[0], { set: { name: "Bob" } }, when(equal("hidden", 2), own));
  const result = await after(lookAtAll, async () => {
    const refused = await resultOf(table.write(guarded));
    await byOthers();
    return [refused, await resultOf(table.write(rename))];
  });
  expect(result).toEqual(["test.refused", failed]);
});

test("what follows the first write is held to nothing", async () => {
  const result = await after(lookAtAll, async () => {
    const first = await resultOf(table.write(rename));
    await byOthers();
    return [first, await resultOf(table.write(rename))];
  });
  expect(result).toEqual(["done", "done"]);
});

test("nothing at all is written for somebody who has seen something else", async () => {
  const before = await rows();
  const result = await after(
    lookAtAll,
    async () => [
      await resultOf(table.write(rename)),
      await resultOf(table.write()),
      await resultOf(table.change(rename)),
      await resultOf(table.project([{ remove: keys[0] }])),
    ],
    false,
  );
  expect(result).toEqual([failed, failed, failed, failed]);
  expect(await rows()).toEqual(before);
});
