import { describe, expect, test } from "vitest";
import type { Feed, Update } from "#lib/updates.ts";
import {
  belongsTo,
  counted,
  type Feeds,
  newsIn,
  reacted,
  readBeside,
  refreshed,
  threadsOf,
  withHead,
  withNews,
} from "./feed-data.ts";
import { readFilter, whereOf } from "./filter.ts";
import { addTags } from "./tags.ts";

function update(number: number, more: object = {}) {
  return {
    id: `upd_${number}`,
    title: `Update ${number}`,
    tags: [],
    reactions: {},
    own: { reactions: [] },
    ...more,
  } as unknown as Update;
}
function page(items: Update[], more: object = {}) {
  return { items, names: {}, ...more } as Feed;
}
function feed(...pages: Feed[]): Feeds {
  return { pages, pageParams: pages.map(() => undefined) };
}
const shown = ({ pages }: Feeds) => pages.map(({ items }) => items.map(({ title }) => title));

test("a first page that was read before somebody's own update is read again, so that it stays", async () => {
  let data = feed(page([update(4)]));
  const heads = [page([update(4)]), page([update(5), update(4)])];
  const read = await readBeside(
    () => data,
    () => {
      const head = heads.shift() ?? page([]);
      // it is posted while the first answer is on its way
      if (heads.length === 1) data = withNews(data, page([update(5)]));
      return Promise.resolve(head);
    },
  );
  expect(read.data).toBe(data);
  expect(shown(refreshed(data, read.head))).toEqual([["Update 5", "Update 4"]]);
});

describe("what others changed", () => {
  const known = feed(page([update(5), update(4)], { pinned: [update(1)], next: "4" }), page([update(3), update(2)]));

  test("is taken over where it is shown, and moves nothing", () => {
    const head = page([update(6), update(5, { title: "Edited" }), update(4)], { next: "4", names: { acc_1: "Ada" } });
    expect(shown(refreshed(known, head))).toEqual([
      ["Edited", "Update 4"],
      ["Update 3", "Update 2"],
    ]);
    expect(refreshed(known, head).pages[0]?.names).toEqual({ acc_1: "Ada" });
    expect(newsIn(known, head).map(({ id }) => id)).toEqual(["upd_6"]);
  });

  test("is gone where it was deleted, and older updates stay", () => {
    expect(shown(refreshed(known, page([update(5)], { next: "5" })))).toEqual([
      ["Update 5", "Update 4"],
      ["Update 3", "Update 2"],
    ]);
    expect(shown(refreshed(known, page([update(4)], { next: "4" })))).toEqual([["Update 4"], ["Update 3", "Update 2"]]);
    expect(shown(refreshed(known, page([])))).toEqual([[], []]);
    expect(shown(refreshed(known, page([], { next: "4" })))).toEqual(shown(known));
  });

  test("pins follow", () => {
    expect(refreshed(known, page([update(5)], { next: "5", pinned: [update(2)] })).pages[0]?.pinned).toEqual([
      update(2),
    ]);
  });

  test("what was unread when it was shown stays so while it is read; what was seen before stays seen", () => {
    const seen = (at: string) => ({ own: { reactions: ["heart"], seenAt: at } });
    const shownNow = feed(page([update(5), update(4, seen("1"))], { pinned: [update(1)] }));
    const [first] = refreshed(
      shownNow,
      page([update(5, seen("2")), update(4, seen("1"))], { pinned: [update(1, seen("2")), update(2, seen("2"))] }),
    ).pages;
    expect(first?.items.map(({ own }) => own)).toEqual([{ reactions: ["heart"] }, seen("1").own]);
    expect(first?.pinned?.map(({ own }) => own)).toEqual([{ reactions: ["heart"] }, seen("2").own]);
  });

  test("is put on top once, when it is wanted", () => {
    const news = page([update(7), update(6), update(5)]);
    const once = withNews(known, news);
    expect(shown(once)[0]).toEqual(["Update 7", "Update 6", "Update 5", "Update 4"]);
    expect(shown(withNews(once, news))).toEqual(shown(once));
    expect(newsIn(once, news)).toEqual([]);
  });

  test("more than a page of it begins the feed anew, so that none is left out", () => {
    const head = page([update(9), update(8)], { next: "8" });
    expect(shown(withHead(known, head.items, head))).toEqual([["Update 9", "Update 8"]]);
    expect(shown(withHead(known, [update(6)], page([update(6), update(5)], { next: "5" })))[0]).toEqual([
      "Update 6",
      "Update 5",
      "Update 4",
    ]);
  });

  test("an older update that comes into a feed is no news", () => {
    expect(newsIn(known, page([update(0)]))).toEqual([]);
  });
});

test("reactions are counted, each once for a member", () => {
  const on = { reaction: "heart", on: true } as const;
  expect(counted(update(1), on).reactions).toEqual({ heart: 1 });
  expect(counted(update(1, { reactions: { heart: 1, eyes: 2 } }), { ...on, on: false }).reactions).toEqual({ eyes: 2 });
  expect(reacted(["heart"], on)).toEqual(["heart"]);
  expect(reacted(["heart", "eyes"], { reaction: "heart", on: false })).toEqual(["eyes"]);
});

test.each([
  [{}, {}, true],
  [{ in: "organization" }, {}, true],
  [{ in: "organization" }, { team: { id: "team_1" } }, false],
  [{ team: "team_1" }, { team: { id: "team_1" } }, true],
  [{ team: "team_1" }, {}, false],
  [{ tag: "news" }, { tags: ["news"] }, true],
  [{ tag: "news" }, { tags: ["other"] }, false],
  [{ search: "up" }, {}, false],
] as const)("the feed of %j shows a new update with %j: %s", (filter, more, isShown) => {
  expect(belongsTo(update(1, more), filter)).toBe(isShown);
});

test("a filter is read from the URL, and what is wrong with it is ignored", () => {
  expect(readFilter({ team: "team_1", in: "organization", tag: "a", author: "acc_1", search: "x", more: 1 })).toEqual({
    team: "team_1",
    tag: "a",
    author: "acc_1",
    search: "x",
  });
  expect(readFilter({ team: "x", in: "organization", tag: 1, author: "upd_1", search: "" })).toEqual({
    in: "organization",
  });
  expect(whereOf({ team: "team_1", tag: "a" })).toEqual({ team: "team_1" });
});

test("tags are added once, in lowercase, and what is no tag says so", () => {
  expect(addTags(["a"], "#B, c d,,a")).toEqual({ tags: ["a", "b", "c", "d"], rest: "", problem: undefined });
  expect(addTags([], "a b!")).toMatchObject({ tags: ["a"], rest: "b!", problem: expect.stringContaining("letters") });
  const many = addTags([], "a b c d e f g h i j k");
  expect(many.tags).toHaveLength(10);
  expect(many.problem).toBe("An update has up to 10 tags.");
});

test("each answer is below what it answers", () => {
  const comments = [{ id: "1" }, { id: "2" }, { id: "3", replyTo: "1" }, { id: "4", replyTo: "0" }];
  const threads = threadsOf(comments as unknown as Parameters<typeof threadsOf>[0]);
  expect(threads.map(({ comment, replies }) => [comment.id, replies.map(({ id }) => id)])).toEqual([
    ["1", ["3"]],
    ["2", []],
    ["4", []],
  ]);
});
