import { useState } from "react";
import type { KnownRole } from "#lib/api.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { plural } from "#lib/format.ts";
import { Button } from "#ui/button.tsx";
import { TextareaField } from "#ui/textarea.tsx";
import { type PastedRow, readPaste } from "./paste-rows.ts";

const maxShown = 3;

type Props = {
  /** Lines of an earlier paste without an address. */
  left: string;
  roles: KnownRole[];
  onRows: (rows: PastedRow[]) => void;
  onClose: () => void;
};

/** Takes a block of addresses with anything between them. Lines without one stay, to be fixed. */
export function PasteBox({ left, roles, onRows, onClose }: Props) {
  const [text, setText] = useState(left);
  const [isRest, setRest] = useState(left !== "");
  const input = useInitialFocus<HTMLTextAreaElement>();
  const { rows, note, rest } = readPaste(text, roles);

  function add() {
    onRows(rows);
    if (rest.length === 0) {
      onClose();
      return;
    }
    setText(rest.join("\n"));
    setRest(true);
  }

  return (
    <div className="grid gap-3 rounded-lg border border-border bg-surface-2 p-3">
      <TextareaField
        label={isRest ? "Lines left out" : "List of addresses"}
        hint={
          note || (isRest ? restHint(rest.length) : "From an email, a table, or any text, with anything between them.")
        }
        ref={input}
        rows={4}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {!isRest && rest.length > 0 && <Rest lines={rest} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{isRest ? "Leave them out" : "Cancel"}</Button>
        <Button variant="primary" blocked={rows.length === 0 ? "No address was found yet." : undefined} onClick={add}>
          {rows.length === 0 ? "Add" : `Add ${plural(rows.length, "row")}`}
        </Button>
      </div>
    </div>
  );
}

function restHint(count: number) {
  return count === 0
    ? "Each line has an address now."
    : `No address was found in ${plural(count, "line")}. Fix the ones you need.`;
}

function Rest({ lines }: { lines: string[] }) {
  const more = lines.length - maxShown;
  return (
    <div className="grid gap-1 text-sm text-warning-text">
      <output className="font-medium">
        {plural(lines.length, "line has", "lines have")} no address. You can fix this in the next step:
      </output>
      <ul className="grid gap-0.5">
        {lines.slice(0, maxShown).map((line, index) => (
          <li key={`${index} ${line}`} className="truncate">
            {line}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </div>
  );
}
