import { commentLength } from "@muster/core/update/limits.ts";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";
import { Editor, type Text } from "./editor.tsx";
import { toStored } from "./mentions.ts";

const empty: Text = { content: "", mentions: {} };

type Props = {
  organizationId: string;
  team: string | undefined;
  label: string;
  draft: string;
  start?: Text;
  action: string;
  onSend: (content: string) => Promise<unknown>;
  onClose: () => void;
};

/** One text with its buttons. What is typed is kept until it was sent or discarded. */
export function CommentFields({ organizationId, team, label, draft, start = empty, action, onSend, onClose }: Props) {
  const id = useId();
  const [text, setText] = useState<Text>(() => ({ ...start, ...readDraft<Text>(draft) }));
  const [error, setError] = useState<string>();
  const send = useMutation({
    mutationFn: onSend,
    onSuccess: () => {
      forgetDraft(draft);
      onClose();
    },
    onError: (failure) => setError((failure instanceof ApiError && failure.fields[0]?.message) || toSentence(failure)),
  });

  function change(next: Text) {
    setText(next);
    setError(undefined);
    keepDraft(draft, next);
  }

  function submit() {
    const content = toStored(text.content, text.mentions);
    const problem = problemOf(content);
    setError(problem);
    if (problem === undefined && !send.isPending) send.mutate(content);
  }

  function discard() {
    forgetDraft(draft);
    onClose();
  }

  return (
    <form
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="grid min-w-0 gap-2"
    >
      <Editor
        id={id}
        label={label}
        placeholder="Write a comment…"
        text={text}
        onText={change}
        maxLength={commentLength}
        organizationId={organizationId}
        team={team}
        error={error}
        isSmall
        hasFocus
        onSubmit={submit}
        onEscape={text.content === "" ? discard : undefined}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={discard}>{text.content === "" ? "Cancel" : "Discard"}</Button>
        <Button type="submit" variant="primary" isBusy={send.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function problemOf(content: string) {
  if (content.trim() === "") return "Write a text.";
  const isLong = content.length > commentLength;
  return isLong ? `A comment has up to ${commentLength.toLocaleString()} characters.` : undefined;
}
