import { type FormEvent, useState } from "react";
import { toSentence } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "./banner.tsx";
import { Dialog } from "./dialog.tsx";
import { DialogActions, DialogBody } from "./dialog-parts.tsx";
import { InputField } from "./input.tsx";
import { toast } from "./toast.ts";

type FormProps = {
  /** The noun of the thing, such as `device`. */
  what: string;
  name: string;
  onRename: (name: string) => Promise<void>;
  onClose: () => void;
};

type Props = Omit<FormProps, "name"> & {
  /** Its present name, or nothing while the dialog has never been open. */
  name: string | undefined;
  description?: string;
  isOpen: boolean;
  returnFocus: () => HTMLElement | null;
};

/** Asks for another name. */
export function RenameDialog({ name, description, isOpen, returnFocus, ...form }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={form.onClose}
      returnFocus={returnFocus}
      title={`Rename ${name ?? `this ${form.what}`}`}
      description={description}
    >
      {name !== undefined && <RenameForm {...form} name={name} />}
    </Dialog>
  );
}

function RenameForm({ what, name: before, onRename, onClose }: FormProps) {
  const input = useInitialFocus();
  const [name, setName] = useState(before);
  const rename = useTask(async (wanted: string) => {
    await onRename(wanted);
    onClose();
    toast(`The ${what} is renamed`);
  });
  const mistake = rename.failure?.fields.find(({ path }) => path === "name")?.message;

  function submit(event: FormEvent) {
    event.preventDefault();
    void rename.run(name);
  }

  return (
    <form noValidate onSubmit={submit} className="contents">
      <DialogBody>
        <InputField
          label="Name"
          error={mistake}
          ref={input}
          value={name}
          maxLength={60}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        {rename.failure && mistake === undefined && <Banner tone="danger">{toSentence(rename.failure)}</Banner>}
      </DialogBody>
      <DialogActions onCancel={onClose} action={`Rename ${what}`} isBusy={rename.isBusy} />
    </form>
  );
}
