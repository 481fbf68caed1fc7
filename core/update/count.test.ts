import { rows, sequenceNumber } from "@muster/functions/stream/rows.ts";
import { addComment, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openStream } from "@muster/local/testing/worlds/stream.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { commentKeys } from "../comment/keys.ts";
import { asSystem } from "../kernel/context.ts";
import type { Item } from "../table/table.ts";
import * as Activity from "./activity.ts";
import { count, isAfter, updateOf } from "./count.ts";
import { updateKeys } from "./keys.ts";
import { reactions } from "./shape.ts";

let world: World;
let ada: Person;
const organization = ID.create("organization");
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
});

type Counted = { sequence: string; before?: Item; after?: Item };
const as = <R>(person: Pick<Person, "account">, run: () => Promise<R>) =>
  world.as({ ...ada, ...person, context: contextOf(person) }, run, { id: organization, role: "admin" });
const contextOf = ({ account }: Pick<Person, "account">) => ({
  ...ada.context,
  actor: { ...ada.context.actor, account },
});
const people = Array.from({ length: 64 }, (_, n) => ({ account: ID.derive("account", `${n}`) }));
const counted = (records: Counted[]) => asSystem("view", () => count({ records }));

/** Has members do something with one update, and returns the records of the stream that follow. */
async function history(run: (update: ID.ID<"update">, comment: ID.ID<"comment">) => Promise<unknown>) {
  const update = await addUpdate(world, { organization, author: ada.account });
  const comment = await addComment(world, { organization, author: ada.account, update });
  const stream = await openStream(world.rows);
  await run(update, comment);
  const records = (await stream.read()).map((one): Counted => ({ sequence: sequenceNumber(one), ...rows(one) }));
  return { update, comment, records: records.filter((record) => updateOf(record) === update) };
}

/** The same numbers, from the rows of what members did. */
async function recount(update: ID.ID<"update">, comment: ID.ID<"comment">) {
  const { items } = await world.table.query({ ...updateKeys.ofUpdate(update), consistent: true });
  const activities = items.filter(({ sk }) => String(sk).startsWith("acc_"));
  const of = (part: readonly Item[]) =>
    Object.fromEntries(
      reactions.map((one) => [
        one,
        part.filter((row) => row.reactions instanceof Set && row.reactions.has(one)).length,
      ]),
    );
  const isOn = (row: Item) => String(row.sk).endsWith(`#${comment}`);
  return {
    update: {
      ...of(activities.filter(({ sk }) => !String(sk).includes("#"))),
      seen: activities.filter(({ seenAt }) => seenAt !== undefined).length,
      comments: items.filter(({ sk, deletedAt }) => String(sk).startsWith("com_") && deletedAt === undefined).length,
    },
    comment: of(activities.filter(isOn)),
  };
}

async function shown(update: ID.ID<"update">, comment: ID.ID<"comment">) {
  const [row, below] = await world.table.getMany([
    updateKeys.update(organization, update),
    commentKeys.comment(update, comment),
  ]);
  const of = (found: Item | undefined) => Object.fromEntries(reactions.map((one) => [one, Number(found?.[one] ?? 0)]));
  return {
    update: { ...of(row), seen: row?.seen ?? 0, comments: row?.comments ?? 0 },
    comment: of(below),
  };
}

test("64 members react at once, and none is lost", async () => {
  const { update, comment, records } = await history((id) =>
    Promise.all(
      people.map((one, n) =>
        as(one, () =>
          Activity.setReaction({ update: id, reaction: reactions[n % reactions.length] ?? "heart", on: true }),
        ),
      ),
    ),
  );
  await counted(records);
  const found = await shown(update, comment);
  expect(found).toEqual(await recount(update, comment));
  expect(Object.values(found.update).reduce((sum, one) => sum + one, 0)).toBe(64 + 1);
});

test("numbers equal a recount, however often and in whatever batches the stream repeats itself", async () => {
  const step = fc.record({
    who: fc.nat(4),
    what: fc.constantFrom("react", "see", "comment", "remove", "reactBelow"),
    reaction: fc.constantFrom(...reactions),
    on: fc.boolean(),
  });
  // after each batch the stream may go back, as after a crash or a lost answer
  const batches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 6 }), back: fc.nat(4) }), {
    minLength: 40,
    maxLength: 40,
  });
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 18 }), batches, async (steps, all) => {
    const { update, comment, records } = await history(async (id, below) => {
      let newest: ID.ID<"comment"> | undefined;
      for (const { who, what, reaction, on } of steps) {
        const person = people[who] ?? ada;
        await as(person, async () => {
          if (what === "react") return Activity.setReaction({ update: id, reaction, on });
          if (what === "reactBelow") return Comment.setReaction({ update: id, comment: below, reaction, on });
          if (what === "see") return Activity.markSeen({ updates: [id] });
          if (what === "comment") newest = (await Comment.create({ update: id, content: "Yes." })).id;
          else if (newest) await Comment.remove({ update: id, comment: newest }).catch(() => {});
        });
      }
    });
    let at = 0;
    for (const { size, back } of [...all, { size: records.length, back: 0 }]) {
      await counted(records.slice(at, at + size));
      at = Math.max(0, Math.min(records.length, at + size) - back);
    }
    await counted(records.slice(at));
    await counted(records);
    expect(await shown(update, comment)).toEqual(await recount(update, comment));
  });
  await fc.assert(property, { numRuns: depth(3, 300) });
});

test("sequence numbers are compared as numbers", () => {
  expect([isAfter("10", "9"), isAfter("9", "10"), isAfter("9", "9"), isAfter("1", undefined)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
