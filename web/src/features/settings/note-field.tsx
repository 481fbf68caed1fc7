import { MessageSquare } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { useInitialFocus } from "#lib/focus.ts";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { Input } from "#ui/input.tsx";

const maxLength = 500;

type Props = { note: string; onNote: (note: string) => void };

/** Asks for the reason of the change, for the history, if somebody wants to say it. */
export function NoteField({ note, onNote }: Props) {
  const [isOpen, setOpen] = useState(note !== "");
  return isOpen ? (
    <FocusedNote note={note} onNote={onNote} />
  ) : (
    <div>
      <Button variant="ghost" size="small" className="-ml-2" onClick={() => setOpen(true)}>
        <MessageSquare />
        Add a note
      </Button>
    </div>
  );
}

/** The same in a dialog, where there is room for it. */
export function DialogNote({ note, onNote }: Props) {
  return <Field label="Note">{(ids) => <NoteInput {...ids} note={note} onNote={onNote} />}</Field>;
}

function FocusedNote({ note, onNote }: Props) {
  const input = useInitialFocus();
  return <NoteInput ref={input} aria-label="Note for the history" note={note} onNote={onNote} />;
}

function NoteInput({ note, onNote, ...rest }: Props & ComponentProps<"input">) {
  return (
    <Input
      {...rest}
      placeholder="Why you make this change (optional)"
      autoComplete="off"
      maxLength={maxLength}
      value={note}
      onChange={({ target }) => onNote(target.value)}
    />
  );
}
