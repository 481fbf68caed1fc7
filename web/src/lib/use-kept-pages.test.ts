import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keepPages, refetchOnMount } from "./use-kept-pages.ts";

const listOf = (...pages: string[]) => ({ pages, pageParams: pages.map((_, index) => index && `after ${index}`) });
const [members, teams] = [["members"], ["teams"]];

function pagesAfter(visit: { isReturn: boolean }) {
  const client = new QueryClient();
  client.setQueryData([...members, "all"], listOf("first", "second", "third"));
  client.setQueryData(teams, listOf("one", "two"));
  keepPages(client, { ...visit, queryKey: members });
  return [[...members, "all"], teams].map((key) => client.getQueryData<ReturnType<typeof listOf>>(key));
}

test("coming back restores all pages of a list", () => {
  expect(pagesAfter({ isReturn: true })).toEqual([listOf("first", "second", "third"), listOf("one", "two")]);
});

test("others begin with its first page, and other lists keep theirs", () => {
  expect(pagesAfter({ isReturn: false })).toEqual([listOf("first"), listOf("one", "two")]);
});

test("a list of more than five pages is refetched only if it is out of date", () => {
  const state = (count: number, isInvalidated = false) => ({
    isInvalidated,
    data: { pages: Array.from({ length: count }), pageParams: [] },
  });
  const fetched = [state(5), state(6), state(6, true)].map((list) => refetchOnMount({ state: list }));
  expect(fetched).toEqual([true, false, true]);
});
