import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

type Page<Item> = { items: Item[] };
type Pages<Item> = InfiniteData<Page<Item>, string | undefined>;

/**
 * Shows a change in every list under the key before the API has answered, and returns the way back. An edit answers
 * the item as it will be, or nothing when it will be gone.
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
      queryClient.setQueryData(key, pages);
    }
  };
}

/** Writes what the API answered into every list under the key, without asking for the lists again. */
export function editLists<Item>(queryClient: QueryClient, queryKey: QueryKey, edit: (item: Item) => Item | undefined) {
  queryClient.setQueriesData<Pages<Item>>({ queryKey }, (lists) => lists && edited(lists, edit));
}

function edited<Item>(lists: Pages<Item>, edit: (item: Item) => Item | undefined): Pages<Item> {
  const pages = lists.pages.map((page) => ({
    ...page,
    items: page.items.map(edit).filter((item) => item !== undefined),
  }));
  return { ...lists, pages };
}
