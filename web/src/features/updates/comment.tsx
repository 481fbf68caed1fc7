import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";
import { Markdown } from "#features/markdown/markdown.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may as mayDo, type Permission } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { pageOf } from "#lib/page-of.ts";
import { accountQuery } from "#lib/queries.ts";
import type { Comment, Names, Update } from "#lib/updates.ts";
import { useFormat } from "#lib/use-format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { blockedBy } from "#ui/blocked.ts";
import { opened } from "#ui/opened.tsx";
import { Time } from "#ui/time.tsx";
import { CommentFields } from "./comment-fields.tsx";
import { toWritten } from "./mentions.ts";
import { ReactionBar } from "./reaction-bar.tsx";
import { authorName } from "./text.ts";
import { useComment } from "./use-comment.ts";

const DeleteAllDialog = opened(async () => (await import("./delete-all-dialog.tsx")).DeleteAllDialog);
const ReportDialog = opened(async () => (await import("./report-dialog.tsx")).ReportDialog);

type Props = {
  organization: Organization;
  update: Update;
  names: Names;
  below: number;
  comment: Comment;
  onReply: (() => void) | undefined;
};

/** A comment with everything that can be done with it. One that was deleted keeps its place above its replies. */
export function CommentView({ organization, update, names, below, comment, onReply }: Props) {
  const { author, content, createdAt, editedAt, reactions, own, may, isDeleted } = comment;
  const format = useFormat();
  const isLinked = useLinkedComment() === comment.id;
  const [isEditing, setEditing] = useState(false);
  const [isDeletingAll, setDeletingAll] = useState(false);
  const [isReporting, setReporting] = useState(false);
  const { react, save, remove } = useComment(organization.id, update.id, comment);
  const { data: me } = useQuery(accountQuery);
  const name = authorName(author);
  const blocked = (permission: Permission) => whyBlocked(organization, permission, { target: { isOwn: true } });

  const target = { ref: isLinked ? show : undefined, tabIndex: -1 };

  if (isDeleted) {
    return (
      <p {...target} className="scroll-mt-20 text-sm text-fg-3 italic">
        This comment was deleted.
      </p>
    );
  }
  return (
    <article
      aria-label={`Comment by ${name}`}
      {...target}
      className={cn("flex scroll-mt-20 gap-3 rounded-lg", isLinked && "bg-accent-soft outline-8 outline-accent-soft")}
    >
      <Avatar name={name} color={author.color} size="small" />
      <div className="min-w-0 flex-1">
        <p className="flex min-h-7 flex-wrap items-center gap-x-1.5 text-sm text-fg-3">
          <bdi className={cn("font-medium", author.name === undefined ? "text-fg-2" : "text-fg")}>{name}</bdi>
          <Link
            {...pageOf(organization.id, "/updates/$update", { update: update.id })}
            hash={comment.id}
            className="hover:underline"
          >
            <Time at={createdAt} />
          </Link>
          {editedAt !== undefined && (
            <>
              <span aria-hidden>·</span>
              <span title={format.absolute(editedAt)}>Edited</span>
            </>
          )}
        </p>
        {isEditing ? (
          <CommentFields
            organizationId={organization.id}
            team={update.team?.id}
            label="Change your comment"
            draft={`comment-edit:${comment.id}`}
            start={startOf(comment, names)}
            action="Save"
            onSend={save}
            onClose={() => setEditing(false)}
          />
        ) : (
          <>
            <Markdown text={content} names={names} below={below} />
            <div className="mt-1 flex flex-wrap items-center gap-x-1 gap-y-1.5">
              <ReactionBar
                label={`the comment by ${name}`}
                reactions={reactions}
                own={own}
                onReact={react}
                blocked={blocked("comment.setReaction")}
              />
              {onReply && (
                <Action blocked={blocked("comment.create")} onClick={onReply}>
                  Reply
                </Action>
              )}
              {may.edit && (
                <Action blocked={blocked("comment.edit")} onClick={() => setEditing(true)}>
                  Edit
                </Action>
              )}
              {may.remove && (
                <Action blocked={blocked("comment.remove")} onClick={remove}>
                  Delete
                </Action>
              )}
              {author.account !== me?.id && (
                <Action blocked={blocked("comment.report")} onClick={() => setReporting(true)}>
                  Report
                </Action>
              )}
              {author.name === undefined && mayDo(organization.role, "update.removeByAuthor") && (
                <Action blocked={blocked("update.removeByAuthor")} onClick={() => setDeletingAll(true)}>
                  Delete everything this person wrote…
                </Action>
              )}
            </div>
          </>
        )}
        <ReportDialog
          organizationId={organization.id}
          thing={{ update: update.id, comment: comment.id }}
          isOpen={isReporting}
          onClose={() => setReporting(false)}
        />
        <DeleteAllDialog
          organizationId={organization.id}
          account={author.account}
          isOpen={isDeletingAll}
          onClose={() => setDeletingAll(false)}
        />
      </div>
    </article>
  );
}

/** Shows the comment that a link leads to, also to a screen reader. */
function show(element: HTMLElement | null) {
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}

function startOf({ content, revision }: Comment, names: Names) {
  const { written, mentions } = toWritten(content, names);
  return { content: written, mentions, revision };
}

type ActionProps = { blocked: string | undefined; onClick: () => void; children: string };

function Action({ blocked, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      {...blockedBy(blocked)}
      onClick={() => blocked === undefined && onClick()}
      className="h-7 rounded-md px-1.5 text-sm font-medium text-fg-3 hover:not-blocked:bg-surface-3 hover:not-blocked:text-fg blocked:opacity-50 pointer-coarse:h-8"
    >
      {children}
    </button>
  );
}

/** Returns the comment that the address of the page links to. */
export function useLinkedComment() {
  const hash = useLocation({ select: (location) => location.hash });
  return hash.startsWith("com_") ? hash : undefined;
}
