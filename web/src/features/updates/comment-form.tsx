import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readDraft } from "#lib/draft.ts";
import { focusNow } from "#lib/focus.ts";
import { commentsKey, commentsQuery, createComment, type Update } from "#lib/updates.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { blockedBy } from "#ui/blocked.ts";
import { changeUpdate } from "./change.ts";
import { CommentFields } from "./comment-fields.tsx";
import type { Text } from "./editor.tsx";

type Props = {
  organizationId: string;
  update: Update;
  label: string;
  replyTo?: string;
  isOpen?: boolean;
  blocked: string | undefined;
  onClose?: () => void;
};

/** A line to comment in, which becomes a field when it is wanted. */
export function CommentForm({ organizationId, update, label, replyTo, isOpen = false, blocked, onClose }: Props) {
  const queryClient = useQueryClient();
  const draft = replyTo === undefined ? `comment:${update.id}` : `reply:${replyTo}`;
  const withKey = useRequestKey();
  const [hasClosed, setClosed] = useState(false);
  const [isWanted, setWanted] = useState(isOpen || readDraft<Text>(draft).content !== undefined);

  async function send({ content }: { content: string }) {
    const json = { content, ...(replyTo !== undefined && { replyTo }) };
    await withKey(json, (key) => createComment(organizationId, update.id, json, key));
    changeUpdate(queryClient, organizationId, update.id, (one) => ({ ...one, comments: one.comments + 1 }));
    await readToEnd(queryClient, organizationId, update.id);
  }

  return isWanted && blocked === undefined ? (
    <CommentFields
      organizationId={organizationId}
      team={update.team?.id}
      label={label}
      draft={draft}
      action={replyTo === undefined ? "Comment" : "Reply"}
      onSend={send}
      onClose={() => {
        setWanted(false);
        setClosed(true);
        onClose?.();
      }}
    />
  ) : (
    <button
      type="button"
      ref={hasClosed ? focusNow : undefined}
      {...blockedBy(blocked)}
      aria-label={label}
      onClick={() => blocked === undefined && setWanted(true)}
      className="h-9 rounded-md border border-control bg-surface px-3 text-left text-fg-3 shadow-1 hover:not-blocked:border-fg-3 blocked:opacity-50"
    >
      Write a comment…
    </button>
  );
}

/** A new comment is on the last page. A failure is that of the list, and says nothing of the comment, which was sent. */
async function readToEnd(queryClient: QueryClient, organization: string, update: string) {
  await queryClient.cancelQueries({ queryKey: commentsKey(organization, update) });
  const all = { ...commentsQuery(organization, update), pages: Number.POSITIVE_INFINITY, staleTime: 0 };
  await queryClient.fetchInfiniteQuery(all).catch(() => undefined);
}
