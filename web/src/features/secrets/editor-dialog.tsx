import { type KindName, labelOf, warnings } from "@muster/core/secret/kind/shape.ts";
import { kindOf } from "@muster/core/secret/shape.ts";
import { type FormEvent, useRef } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { TeamsField } from "#features/teams/teams-field.tsx";
import type { Secret } from "#lib/secrets.ts";
import { Banner, ErrorBanner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { toast } from "#ui/toast.ts";
import { KindFields } from "./fields.tsx";
import { teamLimit } from "./form.ts";
import { kindOptions } from "./text.ts";
import { useEditor } from "./use-editor.ts";

type Props = {
  organizationId: string;
  /** The key that is replaced; without one, a key is added. */
  secret: Secret | undefined;
  isOpen: boolean;
  onClose: () => void;
  onCheck: (secret: Secret) => void;
  returnFocus: () => HTMLElement | null;
};

/** Adds or replaces a key, and asks for a code if the last sign-in is too old: what was entered stays. */
export function EditorDialog({ organizationId, secret, isOpen, onClose, onCheck, returnFocus }: Props) {
  const editor = useEditor(organizationId, secret, (saved) => {
    onClose();
    const done = secret ? `${saved.name} was replaced` : `${saved.name} was added`;
    toast(done, { action: { label: "Check it", run: () => onCheck(saved) } });
  });
  const { reauthentication } = editor;
  const form = useRef<HTMLFormElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!editor.submit()) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    }
  }

  return (
    <>
      <Dialog
        isOpen={isOpen && !reauthentication.isWaiting}
        onClose={() => !editor.isBusy && onClose()}
        returnFocus={() => !reauthentication.isWaiting && returnFocus()}
        width="wide"
        title={secret ? `Replace ${secret.name}` : "Add API key"}
        description={
          secret
            ? "Enter the new key with all of its fields. The key before stays sealed until the next replacement."
            : "The key is encrypted when you save it, and never shown again. Linked devices of members who may use it get it."
        }
      >
        <form ref={form} noValidate autoComplete="off" onSubmit={submit} className="contents">
          <DialogBody>
            {secret ? (
              <p className="text-sm text-fg-2">{labelOf(secret.kind)}. The kind of a key cannot be changed.</p>
            ) : (
              <New editor={editor} />
            )}
            <KindFields
              kind={editor.kind}
              entered={editor.entered}
              mistakes={editor.mistakes}
              onEnter={editor.enter}
              onLeave={editor.leave}
            />
            {editor.warning && <Banner tone="warning">{warnings[editor.warning]}</Banner>}
            {!secret && (
              <TeamsField
                organizationId={organizationId}
                chosen={editor.teams}
                onChange={editor.setTeams}
                error={undefined}
                {...teamLimit}
              />
            )}
            <ErrorBanner error={editor.failure} />
          </DialogBody>
          <DialogActions onCancel={onClose} action={secret ? "Replace key" : "Add key"} isBusy={editor.isBusy} />
        </form>
      </Dialog>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Storing an API key"
        onCancel={onClose}
        returnFocus={returnFocus}
      />
    </>
  );
}

function New({ editor }: { editor: ReturnType<typeof useEditor> }) {
  return (
    <>
      <SelectField
        label="Provider"
        hint={kindOf(editor.kind).help}
        value={editor.kind}
        options={kindOptions}
        onChoose={(kind) => editor.setKind(kind as KindName)}
      />
      <InputField
        label="Name"
        hint="Tells several keys of one provider apart."
        error={editor.mistakes.name}
        name="secret-name"
        autoComplete="off"
        value={editor.name}
        onChange={({ target }) => editor.setName(target.value)}
        onBlur={() => editor.leave("name")}
      />
    </>
  );
}
