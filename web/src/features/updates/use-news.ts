import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Feed, type Filter, feedQuery, listUpdates, newsQuery, updatesKey } from "#lib/updates.ts";
import { type Feeds, newsIn, readBeside, refreshed, withHead } from "./feed-data.ts";
import { whereOf } from "./filter.ts";
import { untilDone } from "./until-done.ts";

/**
 * Follows what others do with the updates of a place. What is shown changes in place; new updates wait until they are
 * wanted. Returns how many wait, and how to show them.
 */
export function useNews(organization: string, filter: Filter) {
  const queryClient = useQueryClient();
  const { queryKey } = feedQuery(organization, filter);
  const key = JSON.stringify(queryKey);
  const [news, setNews] = useState<{ key: string; head: Feed; items: Feed["items"] }>();
  const present = queryClient.getQueryData<Feeds>(queryKey);
  const isCurrent = news?.key === key && present !== undefined;
  // what was shown when they were read is no news, even if it was deleted since
  const items = isCurrent ? newsIn(present, news) : [];

  useFollowed(organization, filter, async () => {
    const shown = () => queryClient.getQueryData<Feeds>(queryKey);
    const { head, data } = await readBeside(shown, () => listUpdates(organization, filter));
    if (data !== undefined) {
      queryClient.setQueryData<Feeds>(queryKey, refreshed(data, head));
      setNews({ key, head, items: newsIn(data, head) });
    }
  });

  function show() {
    if (isCurrent) queryClient.setQueryData<Feeds>(queryKey, withHead(present, items, news.head));
    setNews(undefined);
  }

  return { count: items.length, show };
}

/**
 * Calls back, and reads open comments again, whenever others have changed something in a place, once it is known. A
 * callback that fails is repeated.
 */
export function useFollowed(organization: string, filter: Filter | undefined, onChange: () => Promise<void>) {
  const queryClient = useQueryClient();
  const place = filter && JSON.stringify(whereOf(filter));
  const news = newsQuery(organization, filter ? whereOf(filter) : {});
  const { data } = useQuery({ ...news, enabled: filter !== undefined });
  const version = place === undefined ? undefined : data?.version;
  const known = useRef({ place, version });
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    const before = known.current;
    known.current = { place, version };
    if (before.place !== place || before.version === undefined || before.version === version) return undefined;
    for (const part of ["comments", "one", "reactions"]) {
      void queryClient.invalidateQueries({ queryKey: [...updatesKey(organization), part] });
    }
    return untilDone(() => latest.current());
  }, [organization, place, queryClient, version]);
}
