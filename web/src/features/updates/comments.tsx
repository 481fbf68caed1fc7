import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { type Comment, commentsQuery, type Names, type Update } from "#lib/updates.ts";
import { useMorePages } from "#lib/use-more-pages.ts";
import { LoadingRows } from "#ui/loading.tsx";
import { CommentView, useLinkedComment } from "./comment.tsx";
import { CommentForm } from "./comment-form.tsx";
import { threadsOf } from "./feed-data.ts";

/** A link to a comment loads at most so many pages to show it. */
const pagesForLink = 10;

type Props = {
  organization: Organization;
  update: Update;
  /** The rank of the heading above. */
  below: number;
};

/** The comments on an update, oldest first, each with its replies, and a field for one more. */
export function Comments({ organization, update, below }: Props) {
  const { id, title, may } = update;
  const list = useInfiniteQuery(commentsQuery(organization.id, id));
  const names: Names = Object.assign({}, ...(list.data?.pages.map((page) => page.names) ?? []));
  const linked = useLinkedComment();
  const isFound = list.data?.pages.some(({ items }) => items.some((comment) => comment.id === linked));
  const isSought = linked !== undefined && !isFound;
  const isEnough = (list.data?.pages.length ?? 0) >= pagesForLink;
  useMorePages(list, isSought && !isEnough);
  const place = { organization, update, names, below };
  return (
    <section aria-label={`Comments on ${title}`} className="mt-4 grid gap-4 border-t border-border pt-4">
      <ListGate
        list={list}
        part=""
        skeleton={
          <LoadingRows
            what="the comments"
            count={2}
            className="-mx-5"
            picture="size-7 rounded-full"
            lines={["h-4 w-32", "h-4 w-2/3"]}
          />
        }
        empty={null}
        more="Show newer comments"
      >
        {(items) => (
          <ol className="grid gap-4">
            {threadsOf(items).map(({ comment, replies }) => (
              <Thread key={comment.id} comment={comment} replies={replies} {...place} />
            ))}
          </ol>
        )}
      </ListGate>
      {isSought && list.isSuccess && (isEnough || !list.hasNextPage) && (
        <output className="block text-sm text-fg-3">
          {list.hasNextPage
            ? "The comment of this link is not among the first ones."
            : "The comment of this link was deleted."}
        </output>
      )}
      {may.comment && (
        <CommentForm
          organizationId={organization.id}
          update={update}
          label={`Comment on ${title}`}
          blocked={whyBlocked(organization, "comment.create")}
        />
      )}
    </section>
  );
}

type Place = Props & { names: Names };

function Thread({ comment, replies, ...place }: Place & { comment: Comment; replies: Comment[] }) {
  const [isReplying, setReplying] = useState(false);
  const { organization, update } = place;
  const onReply = update.may.comment ? () => setReplying(true) : undefined;
  return (
    <li>
      <CommentView {...place} comment={comment} onReply={onReply} />
      {(replies.length > 0 || isReplying) && (
        <div className="mt-3 ml-3.5 grid gap-3 border-l border-border pl-4 sm:ml-4 sm:pl-6">
          {replies.length > 0 && (
            <ol aria-label={`Replies to ${comment.author.name ?? "Former member"}`} className="grid gap-3">
              {replies.map((reply) => (
                <li key={reply.id}>
                  <CommentView {...place} comment={reply} onReply={onReply} />
                </li>
              ))}
            </ol>
          )}
          {isReplying && (
            <CommentForm
              organizationId={organization.id}
              update={update}
              label={`Reply to ${comment.author.name ?? "Former member"}`}
              replyTo={comment.id}
              isOpen
              blocked={whyBlocked(organization, "comment.create")}
              onClose={() => setReplying(false)}
            />
          )}
        </div>
      )}
    </li>
  );
}
