import { addComment, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { Keys } from "../table/keys.ts";
import * as Activity from "./activity.ts";

// The lists below an update, page by page.

const people = 1_230;
let world: World;
let ada: Person;
let update: ID.ID<"update">;
const organization = ID.create("organization");
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  update = await addUpdate(world, { organization, author: ada.account });
  const at = new Date(world.clock.at).toISOString();
  const rows = Array.from({ length: people }, (_, n) => {
    const account = ID.derive("account", `${n}`);
    const item = {
      organization,
      ...(n % 2 === 0 && { seenAt: at }),
      ...(n % 3 === 0 && { reactions: new Set(["heart"]) }),
    };
    return { put: { ...Keys.activity(update, account), ...item } };
  });
  await world.table.project(rows);
});

const as = <R>(run: () => Promise<R>) => world.as(ada, run, { id: organization, role: "owner" });

async function walk<T>(read: (cursor: string | undefined) => Promise<{ items: T[]; next?: string | undefined }>) {
  const found: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read(cursor);
    found.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) return found;
  }
}
const from = (cursor: string | undefined) => ({ update, ...(cursor !== undefined && { cursor }) });

test("of reactions and of those who have seen it hold each member once", async () => {
  const reacted = await walk((cursor) => as(() => Activity.listReactions(from(cursor))));
  expect([reacted.length, new Set(reacted.map(({ account }) => account)).size]).toEqual([people / 3, people / 3]);
  // a page is full, however many only saw it
  expect((await as(() => Activity.listReactions({ update }))).items).toHaveLength(50);
  const seen = await walk((cursor) => as(() => Activity.listSeen(from(cursor))));
  expect([seen.length, new Set(seen.map(({ account }) => account)).size]).toEqual([people / 2, people / 2]);
});

test("of comments hold each once, oldest first, and a cursor of one list opens no other", async () => {
  const written: string[] = [];
  for (let n = 0; n < 101; n++) written.push(await addComment(world, { organization, author: ada.account, update }));
  const found = await walk((cursor) => as(() => Comment.list(from(cursor))));
  expect(found.map(({ id }) => id)).toEqual(written);
  const { next } = await as(() => Comment.list({ update }));
  await expect(as(() => Activity.listSeen(from(next)))).rejects.toMatchObject({ code: "cursor.invalid" });
});
