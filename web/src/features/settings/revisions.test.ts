import { expect, test } from "vitest";
import type { Revision } from "#lib/setting-layers.ts";
import { between, type RevisionList } from "./revisions.ts";

const page = (...revisions: number[]) => ({ items: revisions.map((revision) => ({ revision }) as Revision) });
const done = async () => {};
const list = (more: Partial<RevisionList>): RevisionList => ({
  data: undefined,
  hasNextPage: false,
  isFetching: false,
  error: null,
  fetchNextPage: done,
  refetch: done,
  ...more,
});
const error = new Error("No answer.");

test("revisions that are loaded are compared", () => {
  const { revisions, failure, wantsMore } = between(list({ data: { pages: [page(4, 3), page(2)] } }), 2, 4);
  expect([revisions?.length, failure, wantsMore]).toEqual([3, undefined, false]);
});

test("earlier pages are loaded one by one until both revisions are there", () => {
  const data = { pages: [page(4, 3)] };
  expect(between(list({ data, hasNextPage: true }), 1, 4)).toEqual({ wantsMore: true });
  expect(between(list({ data, hasNextPage: true, isFetching: true }), 1, 4)).toEqual({ wantsMore: false });
});

test("nothing is the same before anything is loaded", () => {
  expect(between(list({ isFetching: true }), 1, 4)).toEqual({ wantsMore: false });
});

test("a revision that cannot be read is left out", () => {
  expect(between(list({ data: { pages: [page(4, 2, 1)] } }), 1, 4).revisions?.length).toBe(3);
});

test.each([
  ["page", { data: { pages: [page(4, 3)] }, hasNextPage: true }],
  ["list", {}],
])("a %s that did not load says why, and is loaded again only if somebody wants that", (what, more) => {
  const [fetchNextPage, refetch] = [async () => "page", async () => "list"];
  const { revisions, failure, wantsMore } = between(list({ ...more, error, fetchNextPage, refetch }), 1, 4);
  expect([revisions, wantsMore, failure?.error]).toEqual([undefined, false, error]);
  return expect(failure?.refetch()).resolves.toBe(what);
});

test("a failure of what is not needed is none", () => {
  const { revisions, failure } = between(list({ data: { pages: [page(4, 3)] }, hasNextPage: true, error }), 3, 4);
  expect([revisions?.length, failure]).toEqual([2, undefined]);
});
