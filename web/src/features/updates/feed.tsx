import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowUp, Megaphone, SearchX } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { accountQuery } from "#lib/queries.ts";
import {
  type Feed as FeedPage,
  type Filter,
  feedQuery,
  feedsKey,
  type Names,
  type Update,
  visitUpdates,
} from "#lib/updates.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { NextPageFailure } from "#ui/retry-line.tsx";
import { Time } from "#ui/time.tsx";
import { Composer } from "./composer.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { FeedSkeleton } from "./feed-skeleton.tsx";
import { isNarrow, whereOf } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";
import { UpdateCard } from "./update-card.tsx";
import { UpdatesOff } from "./updates-off.tsx";
import { useNews } from "./use-news.ts";
import { useSeen } from "./use-seen.ts";

type Props = {
  organization: Organization;
  filter: Filter;
  onFilter: (filter: Filter) => void;
  /** The team whose feed it is; without one, everything that concerns the reader. */
  team?: string | undefined;
};

/** The updates of a place, newest first, with a field for one more; where the organization has turned them off, that. */
export function Feed(props: Props) {
  return props.organization.posting === "off" ? (
    <UpdatesOff organization={props.organization} />
  ) : (
    <OpenFeed {...props} />
  );
}

function OpenFeed({ organization, filter: chosen, onFilter, team }: Props) {
  const { id, role } = organization;
  const filter: Filter = team === undefined ? chosen : { ...chosen, team };
  const kept = useKeptPages(feedsKey(id));
  const list = useInfiniteQuery({ ...feedQuery(id, filter), ...kept });
  const top = useRef<HTMLElement>(null);
  const news = useNews(id, filter);
  const lastVisit = useVisit(organization, filter, list.data?.pages[0]);
  const pages = list.data?.pages ?? [];
  const entries = entriesOf(pages);
  const isBare = list.isSuccess && entries.length === 0 && !list.hasNextPage;
  // elsewhere the composer says who posts
  const mayPost = team === undefined && organization.posting === "members" && may(role, "update.create");
  const isEmpty = isBare && Object.keys(chosen).length === 0;

  function showNews() {
    news.show();
    top.current?.scrollIntoView({ block: "start" });
  }

  return (
    <section ref={top} aria-labelledby="updates" className="grid min-w-0 scroll-mt-20 grid-cols-1 gap-4">
      <h2 id="updates" className="sr-only">
        Updates
      </h2>
      {may(role, "update.create") && <Composer key={team} organization={organization} team={team} />}
      <Tools {...{ organization, team, onFilter, entries, isEmpty }} filter={chosen} />
      <output className="sticky top-16 z-10 -my-2 grid justify-items-center empty:hidden">
        {news.count > 0 && (
          <button
            type="button"
            onClick={showNews}
            className="rise my-2 flex h-8 items-center gap-1.5 rounded-full bg-accent px-3.5 text-sm font-medium text-accent-fg shadow-2 hover:bg-accent-hover"
          >
            <ArrowUp aria-hidden className="size-4" />
            {plural(news.count, "new update")}
          </button>
        )}
      </output>
      <Gate query={list} part="card p-5" skeleton={<FeedSkeleton />}>
        {() => (
          <>
            {isBare ? (
              <EmptyFeed isNarrow={!isEmpty} mayPost={mayPost} onClear={() => onFilter({})} />
            ) : (
              <Cards organization={organization} feedOf={team} entries={entries} lastVisit={lastVisit} />
            )}
            <More list={list} isFruitful={pages.at(-1)?.items.length !== 0} />
          </>
        )}
      </Gate>
    </section>
  );
}

type ToolsProps = Props & { entries: readonly Entry[]; isEmpty: boolean };

/** Shows the filters of a feed; of an empty one, what is left of them. */
function Tools({ organization, team, filter, onFilter, entries, isEmpty }: ToolsProps) {
  const hasPlaces = team === undefined;
  const { author } = entries.find(({ update }) => update.author.account === filter.author)?.update ?? {};
  if (isEmpty) {
    return (
      hasPlaces &&
      may(organization.role, "update.export") && (
        <div className="justify-self-end">
          <ExportMenu organization={organization} />
        </div>
      )
    );
  }
  return (
    <FilterBar
      organization={organization}
      filter={filter}
      onFilter={onFilter}
      authorName={author?.name || undefined}
      hasPlaces={hasPlaces}
    />
  );
}

/** Lists the entries, first the pinned ones, which are not repeated where they were posted. */
function entriesOf(pages: readonly FeedPage[]): Entry[] {
  const { pinned = [], names: first = {} } = pages[0] ?? {};
  // the names of a page stay the same when another one comes: its cards are not rendered again
  return [
    ...pinned.map((update) => ({ update, names: first })),
    ...pages.flatMap(({ items, names }) =>
      items.filter((one) => !pinned.some(({ id }) => id === one.id)).map((update) => ({ update, names })),
    ),
  ];
}

/** A long feed renders only the cards that have changed; those far from the window are not laid out. */
const Card = memo(UpdateCard);

/** An update with the names of those that it mentions. */
type Entry = { update: Update; names: Names };
type CardsProps = {
  organization: Organization;
  feedOf: string | undefined;
  entries: readonly Entry[];
  lastVisit: string | undefined;
};

/** A line between what was written since the last visit and what was there before. */
function Cards({ organization, feedOf, entries, lastVisit }: CardsProps) {
  const see = useSeen(organization);
  const { data: me } = useQuery(accountQuery);
  const isNew = ({ createdAt, author, own }: Update) =>
    lastVisit !== undefined && createdAt > lastVisit && own.seenAt === undefined && author.account !== me?.id;
  const firstOld = entries.findIndex(({ update }) => update.pinnedAt === undefined && !isNew(update));
  const isDivided = firstOld > 0 && entries.slice(0, firstOld).some(({ update }) => isNew(update));
  return (
    <ol aria-label="Updates" className="grid gap-4">
      {entries.map(({ update, names }, at) => (
        <li
          key={update.id}
          ref={update.own.seenAt === undefined ? (element) => see(element, update.id) : undefined}
          className="grid gap-4 [contain-intrinsic-size:auto_280px] [content-visibility:auto] focus-within:[content-visibility:visible] [overflow-clip-margin:8px]"
        >
          {isDivided && at === firstOld && lastVisit !== undefined && (
            <p className="flex items-center gap-3 text-xs font-medium text-accent-text before:h-px before:flex-1 before:bg-accent/40 after:h-px after:flex-1 after:bg-accent/40">
              <span>
                Before your last visit, <Time at={lastVisit} />
              </span>
            </p>
          )}
          <Card organization={organization} update={update} names={names} feedOf={feedOf} isNew={isNew(update)} />
        </li>
      ))}
    </ol>
  );
}

type List = {
  error: Error | null;
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
};

/**
 * Wide windows load more as they are scrolled, as long as more is found; on a phone, what is below the feed stays within
 * reach.
 */
function More({ list, isFruitful }: { list: List; isFruitful: boolean }) {
  const { hasNextPage, isFetchNextPageError, isFetchingNextPage, fetchNextPage } = list;
  const end = useRef<HTMLDivElement>(null);
  const isWaiting = hasNextPage && isFruitful && !isFetchNextPageError && !isFetchingNextPage;
  useEffect(() => {
    const element = end.current;
    if (element === null || !isWaiting || !window.matchMedia("(min-width: 1024px)").matches) return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), {
      rootMargin: "600px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isWaiting, fetchNextPage]);
  return (
    <>
      <NextPageFailure list={list} className="card" />
      {hasNextPage && !isFetchNextPageError && (
        <div ref={end} className="grid justify-items-center gap-2">
          <output className="text-sm text-fg-2 empty:hidden">
            {!isFruitful && !isFetchingNextPage && "No more matches among the newer updates."}
          </output>
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older updates
          </Button>
        </div>
      )}
    </>
  );
}

type Page = { lastVisit?: string | undefined };

/**
 * Returns the time of the reader's last visit to this place; this visit is remembered for the next one. A reader who
 * filters a feed does not see what else is new in it.
 */
function useVisit(organization: Organization, filter: Filter, page: Page | undefined) {
  const { id } = organization;
  const mayVisit = whyBlocked(organization, "update.visit") === undefined;
  const [before, setBefore] = useState<{ where: string; at: string | undefined }>();
  const where = JSON.stringify(whereOf(filter));
  const isPlain = !isNarrow(filter);
  const isHere = before?.where === where;
  if (!isHere && isPlain && page !== undefined) setBefore({ where, at: page.lastVisit });
  useEffect(() => {
    if (!isHere || !mayVisit) return;
    visitUpdates(id, JSON.parse(where) as Filter).catch(() => undefined);
  }, [isHere, mayVisit, id, where]);
  return isHere ? before.at : undefined;
}

type EmptyProps = { isNarrow: boolean; mayPost: boolean; onClear: () => void };

/** Nothing yet, or nothing that matches. */
function EmptyFeed({ isNarrow, mayPost, onClear }: EmptyProps) {
  const Icon = isNarrow ? SearchX : Megaphone;
  return (
    <div className="card">
      <EmptyState
        picture={
          <span aria-hidden className="grid size-12 place-items-center rounded-full bg-surface-3 text-fg-2">
            <Icon className="size-6" />
          </span>
        }
        title={isNarrow ? "No matching updates" : "No updates yet"}
        action={isNarrow && <Button onClick={onClear}>Show all updates</Button>}
      >
        {isNarrow
          ? "Try fewer words, or another tag."
          : mayPost
            ? "Share news, decisions, and questions with everyone here."
            : "When someone posts news, a decision, or a question, you’ll see it here."}
      </EmptyState>
    </div>
  );
}
