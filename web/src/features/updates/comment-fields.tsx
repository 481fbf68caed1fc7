import { commentLength } from "@muster/core/update/limits.ts";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError } from "#lib/failure.ts";
import type { Side } from "#lib/merge.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { BothTexts } from "./both-texts.tsx";
import { isConflict } from "./conflict.ts";
import { Editor, type Text } from "./editor.tsx";
import { toStored } from "./mentions.ts";
import { problemOf } from "./text.ts";

/** The typed text, and for a change the revision that it is about, whatever others save in the meantime. */
type Written = Text & { revision?: number };

const empty: Written = { content: "", mentions: {} };

type Props = {
  organizationId: string;
  /** The team of the update. */
  team: string | undefined;
  label: string;
  draft: string;
  start?: Written;
  action: string;
  onSend: (comment: { content: string; revision: number | undefined }) => Promise<unknown>;
  onClose: () => void;
};

/** One text with its buttons. What is typed is kept until it was sent or discarded. */
export function CommentFields({ organizationId, team, label, draft, start = empty, action, onSend, onClose }: Props) {
  const id = useId();
  const [text, setText] = useState<Written>(() => ({ ...start, ...readDraft<Written>(draft) }));
  const [error, setError] = useState<string>();
  const [late, setLate] = useState<string>();
  const [choice, setChoice] = useState<Side>();
  const [mine, setMine] = useState<Text>(text);
  // saved in another window while this was typed: what the comment says by now comes with the list
  const isOpen = late !== undefined && (choice !== undefined || start.revision !== text.revision);
  const blocked = isOpen && choice === undefined ? "Choose what to keep first." : undefined;
  const send = useMutation({
    mutationFn: onSend,
    onSuccess: () => {
      forgetDraft(draft);
      onClose();
    },
    onError: (failure) => {
      const said = (failure instanceof ApiError && failure.fields[0]?.message) || problemOf(failure);
      // a save that fails for another reason leaves what was decided as it is
      if (!isConflict(failure)) return setError(said);
      setLate(said);
      setChoice(undefined);
    },
  });

  function choose(side: Side) {
    const typed = choice === "theirs" ? mine : { content: text.content, mentions: text.mentions };
    setMine(typed);
    setChoice(side);
    change(side === "mine" ? Object.assign({}, start, typed) : start);
  }

  function change(next: Written) {
    const changed = { ...text, ...next };
    setText(changed);
    setError(undefined);
    keepDraft(draft, changed);
  }

  function submit() {
    const content = toStored(text.content, text.mentions);
    const problem = problemIn(content);
    setError(problem);
    if (problem === undefined && blocked === undefined && !send.isPending) {
      send.mutate({ content, revision: text.revision });
    }
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
      {isOpen && (
        <>
          <Banner tone="warning">
            This comment was saved in another window while you were editing it. Choose what to keep. You can still
            change it below before you save.
          </Banner>
          <BothTexts
            label="Text"
            texts={{ mine: choice === "theirs" ? mine.content : text.content, theirs: start.content }}
            choice={choice}
            hasFocus={choice === undefined}
            onChoose={choose}
          />
        </>
      )}
      <Editor
        id={id}
        label={label}
        placeholder="Write a comment…"
        text={text}
        onText={change}
        maxLength={commentLength}
        organizationId={organizationId}
        team={team}
        error={error ?? (isOpen ? undefined : late)}
        isSmall
        hasFocus
        onSubmit={submit}
        onEscape={text.content === "" ? discard : undefined}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={discard}>{text.content === "" ? "Cancel" : "Discard"}</Button>
        <Button type="submit" variant="primary" isBusy={send.isPending} blocked={blocked}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function problemIn(content: string) {
  if (content.trim() === "") return "Write a text.";
  const isLong = content.length > commentLength;
  return isLong ? `A comment has up to ${commentLength.toLocaleString()} characters.` : undefined;
}
