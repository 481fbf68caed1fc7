import type { InfiniteData } from "@tanstack/react-query";
import type { Comment, Feed, Filter, React, Reactions, Update } from "#lib/updates.ts";

export type Feeds = InfiniteData<Feed, string | undefined>;
export type Edit = (update: Update) => Update | undefined;
type Reacted = { reactions: Reactions };

/** Returns the counts after a member's reaction was added or taken away. */
export function counted<T extends Reacted>(about: T, { reaction, on }: React): T {
  const count = (about.reactions[reaction] ?? 0) + (on ? 1 : -1);
  const { [reaction]: _before, ...others } = about.reactions;
  return { ...about, reactions: count > 0 ? { ...others, [reaction]: count } : others };
}

/** Returns a member's reactions after one was added or taken away. */
export function reacted<R extends string>(own: readonly R[], { reaction, on }: { reaction: R; on: boolean }) {
  const others = own.filter((one) => one !== reaction);
  return on ? [...others, reaction] : others;
}

/** Changes each update of a feed, or removes it. */
export function mapFeed(data: Feeds, edit: Edit): Feeds {
  const all = (updates: Update[]) => updates.map(edit).filter((update) => update !== undefined);
  return {
    ...data,
    pages: data.pages.map((page) => ({
      ...page,
      items: all(page.items),
      ...(page.pinned && { pinned: all(page.pinned) }),
    })),
  };
}

/** Returns whether a new update is in the feed of a filter; the search is left to the API. */
export function belongsTo({ team, tags }: Update, { in: within, team: wanted, tag, author, search }: Filter) {
  const isPlace = wanted === undefined ? within !== "organization" || team === undefined : team?.id === wanted;
  return isPlace && (tag === undefined || tags.includes(tag)) && author === undefined && search === undefined;
}

/** Puts updates on top of a feed, each once, and adds the names in them. */
export function withNews(data: Feeds, { items, names }: Pick<Feed, "items" | "names">): Feeds {
  const [first, ...others] = data.pages;
  if (first === undefined) return data;
  const known = idsOf(data);
  const news = items.filter(({ id }) => !known.has(id));
  const page = { ...first, items: [...news, ...first.items], names: { ...first.names, ...names } };
  return { ...data, pages: [page, ...others] };
}

/** Returns a feed with the updates of a newer first page on top. More of them than a page holds begin it anew. */
export function withHead(data: Feeds, items: Feed["items"], head: Feed): Feeds {
  const isAll = head.next !== undefined && items.length === head.items.length;
  // threat: news of more than a page leave out what is between
  return isAll ? { pages: [head], pageParams: [undefined] } : withNews(data, { items, names: head.names });
}

/** Reads the first page of a feed, again if what is shown changed before it came: it may be older than that. */
export async function readBeside(shown: () => Feeds | undefined, read: () => Promise<Feed>) {
  for (;;) {
    const before = shown();
    const head = await read();
    const data = shown();
    if (data === before) return { head, data };
  }
}

/**
 * Takes over what a newer first page says of the updates that are shown: what was changed, pinned or deleted. Those that
 * are new are left out, so that nothing moves.
 */
export function refreshed(data: Feeds, head: Feed): Feeds {
  const newer = new Map([...head.items, ...(head.pinned ?? [])].map((update) => [update.id, update]));
  // a page with a next one may be empty
  const oldest = head.next === undefined ? "" : (head.items.at(-1)?.id ?? "\uffff");
  const kept = mapFeed(data, (update) => {
    const present = newer.get(update.id);
    // threat: an update that was deleted stays in an open feed
    return present === undefined ? (update.id >= oldest ? undefined : update) : asUnread(present, update);
  });
  const [first, ...others] = kept.pages;
  const before = new Map(data.pages[0]?.pinned?.map((update) => [update.id, update]));
  const pinned = head.pinned && { pinned: head.pinned.map((update) => asUnread(update, before.get(update.id))) };
  return first === undefined
    ? kept
    : { ...kept, pages: [{ ...first, ...pinned, names: { ...first.names, ...head.names } }, ...others] };
}

/** Returns an update that stays unread in the feed while it is read, if it was unread when it was shown. */
function asUnread(present: Update, before: Update | undefined): Update {
  if (before === undefined || before.own.seenAt !== undefined) return present;
  const { seenAt: _now, ...own } = present.own;
  return { ...present, own };
}

/** Returns those of a newer first page that are newer than all that are shown. */
export function newsIn(data: Feeds, { items }: Pick<Feed, "items">) {
  const known = idsOf(data);
  const newest = data.pages.flatMap((page) => page.items)[0]?.id ?? "";
  return items.filter(({ id }) => !known.has(id) && id > newest);
}

function idsOf(data: Feeds) {
  return new Set(data.pages.flatMap((page) => page.items.map(({ id }) => id)));
}

/** Puts each reply below the comment that it answers. */
export function threadsOf<C extends Pick<Comment, "id" | "replyTo">>(comments: readonly C[]) {
  const ids = new Set<string>(comments.map(({ id }) => id));
  const isReply = ({ replyTo }: C) => replyTo !== undefined && ids.has(replyTo);
  return comments
    .filter((comment) => !isReply(comment))
    .map((comment) => ({ comment, replies: comments.filter(({ replyTo }) => replyTo === comment.id) }));
}
