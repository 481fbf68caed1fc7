import type { QueryClient } from "@tanstack/react-query";
import { type Feed, type Filter, feedsKey, type Update, updateQuery } from "#lib/updates.ts";
import { belongsTo, type Edit, type Feeds, mapFeed, withNews } from "./feed-data.ts";

/** Changes an update wherever it is shown, or removes it. Returns how to revert that. */
export function changeUpdate(queryClient: QueryClient, organization: string, id: string, edit: Edit) {
  const [feeds, one] = [feedsKey(organization), updateQuery(organization, id).queryKey];
  const before = queryClient.getQueriesData<Feeds>({ queryKey: feeds });
  const whole = queryClient.getQueryData(one);
  queryClient.setQueriesData<Feeds>(
    { queryKey: feeds },
    (data) => data && mapFeed(data, (update) => (update.id === id ? edit(update) : update)),
  );
  queryClient.setQueryData(one, (known) => {
    const edited = known && edit(known);
    // a feed has only the beginning of a long text
    return (
      edited && known && { ...known, ...edited, content: edited.isLong ? known.content : edited.content, isLong: false }
    );
  });
  return () => {
    for (const [key, data] of before) queryClient.setQueryData(key, data);
    queryClient.setQueryData(one, whole);
  };
}

/** Takes everything by an author out of every feed, while the server deletes it. */
export function dropUpdatesOf(queryClient: QueryClient, organization: string, author: string) {
  queryClient.setQueriesData<Feeds>(
    { queryKey: feedsKey(organization) },
    (data) => data && mapFeed(data, (update) => (update.author.account === author ? undefined : update)),
  );
}

/** Shows a new update at the top of every feed that it belongs to. */
export function addUpdate(
  queryClient: QueryClient,
  organization: string,
  { names, ...update }: Update & Pick<Feed, "names">,
) {
  for (const [key] of queryClient.getQueriesData<Feeds>({ queryKey: feedsKey(organization) })) {
    if (belongsTo(update, key.at(-1) as Filter)) {
      queryClient.setQueryData<Feeds>(key, (data) => data && withNews(data, { items: [update], names }));
    }
  }
}
