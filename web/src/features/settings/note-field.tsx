import { MessageSquare } from "lucide-react";
import { useState } from "react";
import { useInitialFocus } from "#lib/use-initial-focus.ts";
import { Button } from "#ui/button.tsx";
import { Input } from "#ui/input.tsx";

const maxLength = 500;

/** Why the change is made, for the history, if somebody wants to say so. */
export function NoteField({ note, onNote }: { note: string; onNote: (note: string) => void }) {
  const [isOpen, setOpen] = useState(note !== "");
  return isOpen ? (
    <NoteInput note={note} onNote={onNote} />
  ) : (
    <div>
      <Button variant="ghost" size="small" className="-ml-2" onClick={() => setOpen(true)}>
        <MessageSquare />
        Add a note
      </Button>
    </div>
  );
}

function NoteInput({ note, onNote }: { note: string; onNote: (note: string) => void }) {
  const input = useInitialFocus();
  return (
    <Input
      ref={input}
      aria-label="Note for the history"
      placeholder="Why you make this change (optional)"
      autoComplete="off"
      maxLength={maxLength}
      value={note}
      onChange={({ target }) => onNote(target.value)}
    />
  );
}
