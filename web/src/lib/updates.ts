import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";
import { ApiError } from "./failure.ts";

// Updates, comments and reactions. Separate from the rest of the API, which every page loads.

const { updates, feed } = v1.organizations[":organization"];
const one = updates[":update"];
const { comments } = one;
const oneComment = comments[":comment"];

export type Feed = Awaited<ReturnType<typeof listUpdates>>;
export type Update = Feed["items"][number];
export type Whole = Awaited<ReturnType<typeof getUpdate>>;
export type Comments = Awaited<ReturnType<typeof listComments>>;
export type Comment = Comments["items"][number];
export type Author = Update["author"];
export type Names = Feed["names"];
export type Reactions = Update["reactions"];
export type Reaction = Update["own"]["reactions"][number];

/** The origin of updates: everything that concerns me, the organization alone, or one team. */
export type Where = { in?: "organization"; team?: string };
export type Filter = Where & { tag?: string; author?: string; search?: string };
type Draft = { title: string; content: string; tags: string[] };

export function listUpdates(organization: string, filter: Filter, cursor?: string, signal?: AbortSignal) {
  return read(
    updates.$get({ param: { organization }, query: { ...filter, ...after(cursor) } }, { init: signalOf(signal) }),
  );
}

export function getUpdate(organization: string, update: string) {
  return read(one.$get({ param: { organization, update }, query: {} }));
}

/** All updates with their comments, and the names of those that they mention. */
export async function exportUpdates(organization: string) {
  const parts = [];
  for (let cursor: string | undefined; ; ) {
    const part = await read(feed.export.$get({ param: { organization }, query: after(cursor) }));
    parts.push(part);
    cursor = part.next;
    if (cursor === undefined) break;
  }
  const names: Names = Object.assign({}, ...parts.map((part) => part.names));
  return { items: parts.flatMap(({ items }) => items), names };
}

/** With the same key a repeated request posts nothing twice. */
export function createUpdate(organization: string, json: Draft & { team?: string }, key: string) {
  return read(updates.$post({ param: { organization }, json }, { headers: { "idempotency-key": key } }));
}

export function editUpdate(organization: string, update: string, json: Draft & { revision: number }) {
  return read(one.$patch({ param: { organization, update }, json }));
}

export function deleteUpdate(organization: string, update: string) {
  return read(one.$delete({ param: { organization, update }, json: {} }));
}

/** Deletes all that a former member wrote, shortly after the answer. */
export function deleteUpdatesOf(organization: string, account: string) {
  return read(feed.authors[":account"].delete.$post({ param: { organization, account }, json: {} }));
}

export function restoreUpdate(organization: string, update: string) {
  return read(one.restore.$post({ param: { organization, update }, json: {} }));
}

export function pinUpdate(organization: string, update: string, isPinned: boolean) {
  const request = { param: { organization, update }, json: {} };
  return read(isPinned ? one.pin.$post(request) : one.unpin.$post(request));
}

export function muteUpdate(organization: string, update: string, on: boolean) {
  return read(one.mute.$post({ param: { organization, update }, json: { on } }));
}

export type React = { reaction: Reaction; on: boolean };

export function reactToUpdate(organization: string, update: string, json: React) {
  return read(one.reactions.$post({ param: { organization, update }, json }));
}

export function markSeen(organization: string, seen: string[]) {
  return read(feed.seen.$post({ param: { organization }, json: { updates: seen } }));
}

export function visitUpdates(organization: string, where: Where) {
  return read(feed.visit.$post({ param: { organization }, json: where }));
}

export function listComments(organization: string, update: string, cursor?: string) {
  return read(comments.$get({ param: { organization, update }, query: after(cursor) }));
}

type CommentDraft = { content: string; replyTo?: string };

export function createComment(organization: string, update: string, json: CommentDraft, key: string) {
  return read(comments.$post({ param: { organization, update }, json }, { headers: { "idempotency-key": key } }));
}

export type CommentPlace = { organization: string; update: string; comment: string };

export function editComment(param: CommentPlace, json: { content: string; revision: number }) {
  return read(oneComment.$patch({ param, json }));
}

export function deleteComment(param: CommentPlace) {
  return read(oneComment.$delete({ param, json: {} }));
}

export function restoreComment(param: CommentPlace) {
  return read(oneComment.restore.$post({ param, json: {} }));
}

export function reactToComment(param: CommentPlace, json: React) {
  return read(oneComment.reactions.$post({ param, json }));
}

// Queries

const fromStart = { initialPageParam: undefined as string | undefined };
const nextCursor = (page: { next?: string | undefined }) => page.next;

export function updatesKey(organization: string) {
  return ["organization", organization, "updates"] as const;
}

export function feedsKey(organization: string) {
  return [...updatesKey(organization), "feed"] as const;
}

/** News arrive by their own query, so that nothing moves while it is read. */
export function feedQuery(organization: string, filter: Filter) {
  return infiniteQueryOptions({
    queryKey: [...feedsKey(organization), filter],
    queryFn: ({ pageParam, signal }) => listUpdates(organization, filter, pageParam, signal),
    getNextPageParam: nextCursor,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: 0,
    ...fromStart,
  });
}

export function updateQuery(organization: string, update: string) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "one", update],
    queryFn: () => getUpdate(organization, update),
  });
}

export function commentsKey(organization: string, update: string) {
  return [...updatesKey(organization), "comments", update] as const;
}

export function commentsQuery(organization: string, update: string) {
  return infiniteQueryOptions({
    queryKey: commentsKey(organization, update),
    queryFn: ({ pageParam }) => listComments(organization, update, pageParam),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}

export function reactionsQuery(organization: string, update: string) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "reactions", update],
    queryFn: () => read(one.reactions.$get({ param: { organization, update }, query: {} })),
  });
}

export function seenQuery(organization: string, update: string) {
  return infiniteQueryOptions({
    queryKey: [...updatesKey(organization), "seen", update],
    queryFn: ({ pageParam }) => read(one.seen.$get({ param: { organization, update }, query: after(pageParam) })),
    getNextPageParam: nextCursor,
    staleTime: 0,
    ...fromStart,
  });
}

export function historyQuery(organization: string, update: string) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "history", update],
    queryFn: () => read(one.history.$get({ param: { organization, update }, query: {} })),
    staleTime: 0,
  });
}

export function tagsQuery(organization: string, where: Where, search: string) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "tags", where, search],
    queryFn: () => read(feed.tags.$get({ param: { organization }, query: { ...where, search } })),
  });
}

export function mentionableQuery(organization: string, team: string | undefined, search: string) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "mentionable", team, search],
    queryFn: ({ signal }) =>
      read(
        feed.mentionable.$get(
          { param: { organization }, query: { search, ...(team !== undefined && { team }) } },
          { init: signalOf(signal) },
        ),
      ),
  });
}

const newsMs = 4_000;
type News = { version: string; etag: string };

/** One request for everything that others change. Where nothing has changed, the answer is empty. */
export function newsQuery(organization: string, where: Where) {
  return queryOptions({
    queryKey: [...updatesKey(organization), "news", where],
    queryFn: async ({ client, queryKey }): Promise<News> => {
      const known = client.getQueryData<News>(queryKey);
      const headers = known === undefined ? {} : { "if-none-match": known.etag };
      try {
        const answer = await feed.news.$get({ param: { organization }, query: where }, { headers });
        return { version: (await answer.json()).version, etag: answer.headers.get("etag") ?? "" };
      } catch (error) {
        if (known !== undefined && error instanceof ApiError && error.status === 304) return known;
        throw error;
      }
    },
    staleTime: 0,
    refetchInterval: newsMs,
    retry: false,
  });
}
