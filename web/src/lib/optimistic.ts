import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

type Page<Item> = { items: Item[] };
type Pages<Item> = InfiniteData<Page<Item>, string | undefined>;

/**
 * Shows a change in every list under the key before the API has answered, and returns how to revert it. An edit returns
 * the future item, or nothing to remove it.
 */
export async function showAtOnce<Item>(
  queryClient: QueryClient,
  queryKey: QueryKey,
  edit: (item: Item) => Item | undefined,
) {
  await queryClient.cancelQueries({ queryKey });
  const before = queryClient.getQueriesData<Pages<Item>>({ queryKey });
  editLists(queryClient, queryKey, edit);
  return () => {
    for (const [key, pages] of before) {
      // threat: a change that the API refused stays on the web page
      queryClient.setQueryData(key, pages);
    }
  };
}

/** Writes the API's answer into every list under the key, without refetching the lists. */
export function editLists<Item>(queryClient: QueryClient, queryKey: QueryKey, edit: (item: Item) => Item | undefined) {
  // threat: a change shows in lists of the web page that it is not about
  queryClient.setQueriesData<Pages<Item>>({ queryKey }, (lists) => lists && edited(lists, edit));
}

function edited<Item>(lists: Pages<Item>, edit: (item: Item) => Item | undefined): Pages<Item> {
  const pages = lists.pages.map((page) => ({
    ...page,
    items: page.items.map(edit).filter((item) => item !== undefined),
  }));
  return { ...lists, pages };
}
