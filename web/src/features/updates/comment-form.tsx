import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readDraft } from "#lib/draft.ts";
import { focusNow } from "#lib/focus-now.ts";
import { commentsKey, createComment, type Update } from "#lib/updates.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { blockedBy } from "#ui/blocked.ts";
import { changeUpdate } from "./change.ts";
import { CommentFields } from "./forms.tsx";

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
  const draft = `comment:${replyTo ?? update.id}`;
  const keyFor = useRequestKey();
  const [hasClosed, setClosed] = useState(false);
  const [isWriting, setWriting] = useState(isOpen || readDraft<{ content: string }>(draft).content !== undefined);

  async function send(content: string) {
    const json = { content, ...(replyTo !== undefined && { replyTo }) };
    await createComment(organizationId, update.id, json, keyFor(JSON.stringify(json)));
    changeUpdate(queryClient, organizationId, update.id, (one) => ({ ...one, comments: one.comments + 1 }));
    await queryClient.invalidateQueries({ queryKey: commentsKey(organizationId, update.id) });
  }

  return isWriting ? (
    <CommentFields
      organizationId={organizationId}
      team={update.team?.id}
      label={label}
      draft={draft}
      action={replyTo === undefined ? "Comment" : "Reply"}
      onSend={send}
      onClose={() => {
        setWriting(false);
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
      onClick={() => blocked === undefined && setWriting(true)}
      className="h-9 rounded-md border border-control bg-surface px-3 text-left text-fg-3 shadow-1 hover:not-blocked:border-fg-3 blocked:opacity-50"
    >
      Write a comment…
    </button>
  );
}
