import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { editLists, showAtOnce } from "./optimistic.ts";

type Person = { name: string; role: string };

const lists = ["people", "by-name"].map((sort) => ["organization", "members", { sort }]);
const key = ["organization", "members"];
let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
  const pages = [{ items: [{ name: "Ada", role: "owner" }], next: "2" }, { items: [{ name: "Grace", role: "read" }] }];
  for (const list of lists) {
    client.setQueryData(list, { pages, pageParams: [undefined, "2"] });
  }
});

function shown(list = lists[0] ?? []) {
  const { pages } = client.getQueryData(list) as { pages: { items: Person[]; next?: string }[] };
  return pages.map(({ items, next }) => [...items.map(({ name, role }) => `${name} ${role}`), ...(next ? [next] : [])]);
}

test("a change shows in every list at once, and can be reverted", async () => {
  const putBack = await showAtOnce<Person>(client, key, (one) =>
    one.name === "Grace" ? { ...one, role: "admin" } : one,
  );
  expect(lists.map(shown)).toEqual([
    [["Ada owner", "2"], ["Grace admin"]],
    [["Ada owner", "2"], ["Grace admin"]],
  ]);
  putBack();
  expect(lists.map(shown)).toEqual([
    [["Ada owner", "2"], ["Grace read"]],
    [["Ada owner", "2"], ["Grace read"]],
  ]);
});

test("a removed item disappears from its page, and returns to its place", async () => {
  const putBack = await showAtOnce<Person>(client, key, (one) => (one.name === "Ada" ? undefined : one));
  expect(shown()).toEqual([["2"], ["Grace read"]]);
  putBack();
  expect(shown()).toEqual([["Ada owner", "2"], ["Grace read"]]);
});

test("other lists are unchanged", () => {
  client.setQueryData(["organization", "invitations"], { pages: [{ items: [{ name: "Bob", role: "read" }] }] });
  editLists<Person>(client, key, () => undefined);
  expect(client.getQueryData(["organization", "invitations"])).toMatchObject({ pages: [{ items: [{ name: "Bob" }] }] });
});
