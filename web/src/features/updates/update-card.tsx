import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessageSquare, Pin } from "lucide-react";
import { type ReactNode, useId, useRef, useState } from "react";
import { Markdown } from "#features/markdown/markdown.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { type Filter, type Names, type Update, updateQuery } from "#lib/updates.ts";
import { useFormat } from "#lib/use-format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { opened } from "#ui/opened.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { CardMenu } from "./card-menu.tsx";
import { Comments } from "./comments.tsx";
import { ReactionBar } from "./reaction-bar.tsx";
import { SeenBy } from "./seen-by.tsx";
import { authorName, beginningOf } from "./text.ts";
import { useReact } from "./use-update.ts";

const EditForm = opened(async () => (await import("./edit-form.tsx")).EditForm, <Skeleton className="h-60" />);

type Props = {
  organization: Organization;
  update: Update;
  names: Names;
  /** The team in whose feed it is shown. */
  feedOf?: string | undefined;
  /** Written since the reader was here. */
  isNew?: boolean;
  /** On a page of its own, where all of it is shown. */
  isAlone?: boolean;
  onGone?: () => void;
};

const updatePage = "/organizations/$organization/updates/$update";

/** An update with everything that can be done with it. */
export function UpdateCard({ organization, update, names, feedOf, isNew = false, isAlone = false, onGone }: Props) {
  const { id, title, tags, seen, reactions, own } = update;
  // alone, it leads to the feed of its place: others may leave it out
  const linked = isAlone ? update.team?.id : feedOf;
  const headingId = useId();
  const [isEditing, setEditing] = useState(false);
  const [isTalking, setTalking] = useState(isAlone);
  const react = useReact(organization.id, id);
  const card = useRef<HTMLElement>(null);
  const Title = isAlone ? "h1" : "h3";

  function closeForm() {
    setEditing(false);
    card.current?.focus();
  }

  return (
    <article ref={card} tabIndex={-1} aria-labelledby={headingId} className="card p-4 sm:p-5">
      <header className="flex items-start gap-3">
        <Avatar name={authorName(update.author)} color={update.author.color} size="large" />
        <Byline organizationId={organization.id} feedOf={feedOf} linked={linked} update={update} isNew={isNew} />
        <CardMenu organization={organization} update={update} onEdit={() => setEditing(true)} onGone={onGone} />
      </header>
      {isEditing ? (
        <div className="mt-4">
          <Title id={headingId} className="sr-only">
            {title}
          </Title>
          <EditForm organizationId={organization.id} update={update} names={names} onClose={closeForm} />
        </div>
      ) : (
        <>
          <Title
            id={headingId}
            dir="auto"
            className={cn("mt-3 font-semibold break-words [overflow-wrap:anywhere]", isAlone ? "text-xl" : "text-lg")}
          >
            {isAlone ? title : <PageLink organizationId={organization.id} update={update} />}
          </Title>
          <Body organizationId={organization.id} update={update} names={names} below={isAlone ? 1 : 3} />
          <Tags organizationId={organization.id} team={linked} tags={tags} />
        </>
      )}
      <footer className="mt-3.5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <ReactionBar
          label={title}
          reactions={reactions}
          own={own.reactions}
          onReact={react.mutate}
          blocked={whyBlocked(organization, "update.setReaction")}
          update={{ organizationId: organization.id, id }}
        />
        <div className="ml-auto flex items-center gap-3">
          {seen !== undefined && seen > 0 && <SeenBy organization={organization} update={id} count={seen} />}
          {!isAlone && (
            <button
              type="button"
              aria-expanded={isTalking}
              onClick={() => setTalking(!isTalking)}
              className="tabular flex h-7 items-center gap-1.5 rounded-md px-1.5 text-sm font-medium text-fg-2 hover:bg-surface-3 hover:text-fg pointer-coarse:h-8"
            >
              <MessageSquare aria-hidden className="size-4" />
              {talkText(update)}
            </button>
          )}
        </div>
      </footer>
      {isTalking && <Comments organization={organization} update={update} below={isAlone ? 1 : 3} />}
    </article>
  );
}

type BylineProps = {
  organizationId: string;
  feedOf: string | undefined;
  /** The team to whose feed its links lead. */
  linked: string | undefined;
  update: Update;
  isNew: boolean;
};

function Byline({ organizationId, feedOf, linked, update, isNew }: BylineProps) {
  const { author, team, createdAt, editedAt, pinnedAt } = update;
  const format = useFormat();
  return (
    <div className="min-w-0 flex-1">
      <p className="flex flex-wrap items-center gap-x-2">
        <FeedLink
          organizationId={organizationId}
          team={linked}
          filter={{ author: author.account }}
          title={`Updates by ${authorName(author)}`}
          className={cn("truncate py-0.5 font-medium hover:underline", author.name === undefined && "text-fg-2")}
        >
          <bdi>{authorName(author)}</bdi>
        </FeedLink>
        {isNew && <Badge tone="accent">New</Badge>}
        {pinnedAt !== undefined && (
          <Badge>
            <Pin aria-hidden className="size-3" />
            Pinned
          </Badge>
        )}
      </p>
      <p className="flex flex-wrap items-center gap-x-1.5 text-sm text-fg-3">
        <Time at={createdAt} />
        {(team === undefined || team.id !== feedOf) && (
          <>
            <span aria-hidden>·</span>
            <PlaceName organizationId={organizationId} team={team} />
          </>
        )}
        {editedAt !== undefined && (
          <>
            <span aria-hidden>·</span>
            <span title={format.absolute(editedAt)}>Edited</span>
          </>
        )}
      </p>
    </div>
  );
}

function PlaceName({ organizationId, team }: { organizationId: string; team: Update["team"] }) {
  return team === undefined ? (
    "Everyone"
  ) : (
    <Link
      {...pageOf(organizationId, "/teams/$team", { team: team.id })}
      className="truncate py-0.5 hover:text-fg hover:underline"
    >
      {team.name || "A team"}
    </Link>
  );
}

function PageLink({ organizationId, update: { id, title } }: Pick<BodyProps, "organizationId" | "update">) {
  return (
    <Link to={updatePage} params={{ organization: organizationId, update: id }} className="hover:underline">
      {title}
    </Link>
  );
}

const talkText = ({ comments, may }: Update) =>
  comments > 0 ? plural(comments, "comment") : may.comment ? "Comment" : "Comments";

type BodyProps = { organizationId: string; update: Update; names: Names; below: number };

/** The beginning of a long text, and the rest when it is wanted. */
function Body({ organizationId, update: { id, content, isLong }, names, below }: BodyProps) {
  const [isOpen, setOpen] = useState(false);
  const whole = useQuery({ ...updateQuery(organizationId, id), enabled: isLong && isOpen });
  const text = isOpen ? whole.data?.content : undefined;
  const isLoading = isLong && isOpen && text === undefined;
  const isFailed = isLoading && whole.error !== null;
  return (
    <>
      <Markdown
        text={isLong ? (text ?? beginningOf(content)) : content}
        names={{ ...names, ...whole.data?.names }}
        below={below}
        className="mt-1.5"
      />
      {isFailed && <RetryLine error={whole.error} isBusy={whole.isFetching} onRetry={whole.refetch} className="mt-1" />}
      {isLong && !isFailed && (
        <button
          type="button"
          aria-expanded={text !== undefined}
          aria-busy={isLoading}
          onClick={() => setOpen(!isOpen)}
          className="mt-1 rounded text-sm font-medium text-accent-text hover:underline"
        >
          {isLoading ? "Loading…" : isOpen ? "Show less" : "Show more"}
        </button>
      )}
    </>
  );
}

type TagsProps = { organizationId: string; team: string | undefined; tags: readonly string[] };

function Tags({ organizationId, team, tags }: TagsProps) {
  return (
    tags.length > 0 && (
      <ul aria-label="Tags" className="mt-3 flex flex-wrap gap-1.5">
        {tags.map((tag) => (
          <li key={tag}>
            <FeedLink
              organizationId={organizationId}
              team={team}
              filter={{ tag }}
              className="inline-flex h-6 items-center rounded-full bg-surface-3 px-2 text-xs font-medium text-fg-2 hover:text-fg"
            >
              #{tag}
            </FeedLink>
          </li>
        ))}
      </ul>
    )
  );
}

type LinkProps = {
  organizationId: string;
  /** The team whose feed is filtered; without one it is the overview. */
  team: string | undefined;
  filter: Pick<Filter, "tag" | "author">;
  title?: string;
  className: string;
  children: ReactNode;
};

/** Filters a feed. */
function FeedLink({ organizationId, team, filter, ...look }: LinkProps) {
  return team === undefined ? (
    <Link {...look} {...pageOf(organizationId, "")} search={filter} resetScroll={false} />
  ) : (
    <Link {...look} {...pageOf(organizationId, "/teams/$team", { team })} search={filter} resetScroll={false} />
  );
}
