import { putAll } from "@muster/local/testing/fixtures/rows.ts";
import { addComment, addUpdate } from "@muster/local/testing/fixtures/updates.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Comment from "../comment/comment.ts";
import { type Put, put, type Table, typed } from "../table/table.ts";
import * as Activity from "./activity.ts";
import * as Feed from "./feed.ts";
import { find } from "./find.ts";
import { updateKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { terms } from "./project.ts";
import type { UpdateRow } from "./row.ts";
import * as Update from "./update.ts";
import { isFound } from "./words.ts";

// The lists below an update, page by page.

const people = depth(312, 1_230);
let world: World;
let ada: Person;
let update: ID.ID<"update">;
const organization = ID.create("organization");
beforeAll(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  update = await addUpdate(world, { organization, author: ada.account });
  const at = new Date(world.clock.at).toISOString();
  const rows = Array.from({ length: people }, (_, n) =>
    put(updateKeys.activity(update, ID.derive("account", `${n}`)), {
      organization,
      ...(n % 2 === 0 && { seenAt: at }),
      ...(n % 3 === 0 && { reactions: new Set(["heart"]) }),
    }),
  );
  await putAll(world, rows);
});

type Said = { organization: ID.ID<"organization">; team?: ID.ID<"team">; title: string; tags?: string[] };

/** An update as it is posted, and the rows with which the stream lets it be found. */
function posted(id: ID.ID<"update">, said: Said): Put[] {
  const { row, steps } = Update.posting(id, { author: ada.account, content: "", tags: [], ...said });
  return [...steps, ...terms(row).map((key) => put(key, {}))];
}

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

test("of a search hold each update with the word once, however many there are, and cost the same", async () => {
  const place = ID.create("organization");
  const feedOf = (cursor?: string) =>
    world.as(ada, () => Feed.list({ search: "plan", ...(cursor !== undefined && { cursor }) }), {
      id: place,
      role: "owner",
    });
  const ids = Array.from({ length: depth(260, 530) }, () => ID.create("update"));
  const titleOf = (n: number) => (n % 25 === 0 ? "Planning" : "The plan");
  await putAll(
    world,
    ids.flatMap((id, n) => posted(id, { organization: place, title: titleOf(n) })),
  );
  const reads: number[] = [];
  const query: Table["query"] = async (asked) => {
    const page = await world.table.query(asked);
    reads.push(page.items.length);
    return page;
  };
  world.rebind({ table: typed({ ...world.table, query }) });
  const found = await walk(async (cursor) => feedOf(cursor)).finally(() => world.rebind());
  expect(found.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(Math.max(...reads)).toBeLessThanOrEqual(pageSize + 2);
});

test("of a common and a rare word, tag or author are few, however many updates fit one of both", async () => {
  const filters: Parameters<typeof Feed.list>[0][] = [
    { search: "plan rare" },
    { search: "plan", tag: "rare" },
    { tag: "rare", author: ada.account },
  ];
  const place = ID.create("organization");
  const ids = Array.from({ length: 1_100 }, () => ID.create("update"));
  const rare = new Set([ids[0], ids[1], ids[900]]);
  const rows = ids.flatMap((id) => {
    const named = rare.has(id) ? { title: "The rare plan", tags: ["rare"] } : { title: "The plan" };
    return posted(id, { organization: place, ...named });
  });
  await putAll(world, rows);
  for (const filter of filters) {
    let pages = 0;
    const found = await walk((cursor) => {
      pages++;
      const more = cursor !== undefined && { cursor };
      return world.as(ada, () => Feed.list({ ...filter, ...more }), { id: place, role: "owner" });
    });
    expect({ filter, found: found.map(({ id }) => id) }).toEqual({ filter, found: [ids[900], ids[1], ids[0]] });
    expect(pages).toBeLessThanOrEqual(3);
  }
});

test.each([
  [2, "some"],
  [3, "some"],
  [60, "some"],
  [60, "none"],
])(
  "of two words in several places hold each update once, newest first: every %i. has both, %s elsewhere",
  async (nth, elsewhere) => {
    const [organization, teams] = [ID.create("organization"), [ID.create("team"), ID.create("team")] as const];
    const places = [organization, ...teams];
    const both: string[] = [];
    const rows: Put[] = [];
    for (let n = 0; n < depth(300, 700); n++) {
      const id = ID.create("update");
      // most are in one place
      const team = elsewhere === "none" ? undefined : teams[n % 10];
      const isBoth = n % nth === 7 % nth;
      const title = isBoth ? "The plan of work" : "The plan";
      rows.push(...posted(id, { organization, ...(team && { team }), title }));
      if (isBoth) both.push(id);
    }
    await putAll(world, rows);
    const words = ["plan", "work"];
    const conditions = { words, terms: [], isShown: (row: UpdateRow) => isFound(row, words) };
    const pages: string[][] = [];
    for (let before: ID.ID<"update"> | undefined; ; ) {
      const { rows, next } = await as(() => find(places, conditions, before));
      pages.push(rows.map(({ sk }) => sk));
      before = next;
      if (before === undefined) break;
    }
    expect(pages.flat()).toEqual(both.toReversed());
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(pageSize);
    // few of them are too short to be worth a request
    expect(pages.length).toBeLessThanOrEqual(Math.ceil(both.length / (pageSize / 2)) + 2);
  },
);

test("of comments hold each once, oldest first, and a cursor of one list opens no other", async () => {
  const written: string[] = [];
  for (let n = 0; n < 101; n++) written.push(await addComment(world, { organization, author: ada.account, update }));
  const found = await walk((cursor) => as(() => Comment.list(from(cursor))));
  expect(found.map(({ id }) => id)).toEqual(written);
  const { next } = await as(() => Comment.list({ update }));
  await expect(as(() => Activity.listSeen(from(next)))).rejects.toMatchObject({ code: "cursor.invalid" });
});
