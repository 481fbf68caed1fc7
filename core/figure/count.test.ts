import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import type { Item } from "../table/table.ts";
import { concerns, count } from "./count.ts";
import { figureKeys } from "./keys.ts";

const acme = ID.derive("organization", "acme");
const other = ID.derive("organization", "other");
const member = (n: number) => ID.derive("account", `member ${n}`);
type Change = { before?: Item; after?: Item };

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const run = (...changes: Change[]) => asSystem("view", () => count({ changes }));
const row = (n: number, activeOn: string, organization = acme) => ({
  ...memberKeys.member(organization, member(n)),
  activeOn,
});
const became = (n: number, activeOn: string, organization = acme): Change => ({
  before: row(n, "2026-11-01", organization),
  after: row(n, activeOn, organization),
});
const activeOn = async (day: string, organization = acme) =>
  (await world.table.get(figureKeys.activeFigures(organization, day)))?.members ?? 0;

test("a member is active on a day if the membership says another day than before", async () => {
  const { before, after } = became(1, "2026-11-24");
  await run({ before: { ...before, name: "Ada" }, after: before as Item }, { before: after as Item });
  expect(await activeOn("2026-11-01")).toBe(0);
  await run({ after: row(2, "2026-11-24") }, became(1, "2026-11-24"));
  expect(await activeOn("2026-11-24")).toBe(2);
  expect(concerns({ after: { ...accountKeys.profile(member(1)), activeOn: "2026-11-24" } })).toBe(false);
  expect(concerns({ after: row(1, "not a day") })).toBe(false);
});

test("more members than one write takes, each twice in the batch, count once", async () => {
  const changes = Array.from({ length: 250 }, (_, n) => became(n % 125, "2026-11-24"));
  await run(...changes);
  expect(await activeOn("2026-11-24")).toBe(125);
});

test("several who count the same members at once count them once", async () => {
  const changes = Array.from({ length: 5 }, (_, n) => became(n, "2026-11-24"));
  const results = await Promise.all([1, 2, 3].map(() => resultOf(run(...changes))));
  expect(results).toEqual(["done", "done", "done"]);
  expect(await activeOn("2026-11-24")).toBe(5);
});

describe("on a random history, with records in any order and repeated", () => {
  const activity = fc.record({
    n: fc.nat({ max: 6 }),
    day: fc.constantFrom("2026-11-22", "2026-11-23", "2026-11-24"),
    organization: fc.constantFrom(acme, other),
  });
  const delivery = fc.record({ order: fc.infiniteStream(fc.nat()), again: fc.array(fc.nat(), { maxLength: 8 }) });

  test("each member counts once a day in each organization", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(activity, { maxLength: 25 }), delivery, async (history, { order, again }) => {
        world = await openWorld();
        const records = history.map(({ n, day, organization }) => became(n, day, organization));
        const repeated = again.flatMap((i) => records[i % Math.max(1, records.length)] ?? []);
        const late = [...records, ...repeated]
          .map((record) => ({ record, at: order.next().value as number }))
          .toSorted((one, another) => one.at - another.at)
          .map(({ record }) => record);
        for (let from = 0; from < late.length; from += 4) await run(...late.slice(from, from + 4));
        const distinct = new Set(history.map(({ n, day, organization }) => `${organization} ${day} ${n}`));
        for (const organization of [acme, other]) {
          for (const day of ["2026-11-22", "2026-11-23", "2026-11-24"]) {
            const expected = [...distinct].filter((name) => name.startsWith(`${organization} ${day} `)).length;
            expect(await activeOn(day, organization)).toBe(expected);
          }
        }
      }),
      { numRuns: depth(4, 500) },
    );
  });
});
