import { useState } from "react";
import { plural } from "#lib/format.ts";
import { useInitialFocus } from "#lib/use-initial-focus.ts";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { Textarea } from "#ui/textarea.tsx";
import type { Row } from "./form.ts";
import { readPaste } from "./paste-rows.ts";

/** Takes a whole block of addresses, with whatever stands between them. */
export function PasteBox({ onRows, onCancel }: { onRows: (rows: Row[]) => void; onCancel: () => void }) {
  const [text, setText] = useState("");
  const input = useInitialFocus<HTMLTextAreaElement>();
  const { rows, note } = readPaste(text);
  return (
    <div className="grid gap-3 rounded-lg border border-border bg-surface-2 p-3">
      <Field
        label="List of addresses"
        hint={note || "From a mail, a table or a text: anything may stand between them."}
      >
        {(ids) => (
          <Textarea {...ids} ref={input} rows={4} value={text} onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button variant="primary" disabled={rows.length === 0} onClick={() => onRows(rows)}>
          {rows.length === 0 ? "Add" : `Add ${plural(rows.length, "row")}`}
        </Button>
      </div>
    </div>
  );
}
