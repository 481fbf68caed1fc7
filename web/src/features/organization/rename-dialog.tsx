import type { Organization } from "#lib/api.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "#ui/dialog.tsx";
import { NameConflict } from "./name-conflict.tsx";
import { NameField } from "./name-field.tsx";
import { useRename } from "./use-rename.ts";

type Props = { organization: Organization; isOpen: boolean; onClose: () => void };

export function RenameDialog({ organization, isOpen, onClose }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title="Rename organization"
      description="Everybody sees the new name at once. Links and ids stay as they are."
    >
      <RenameForm organization={organization} onClose={onClose} />
    </Dialog>
  );
}

function RenameForm({ organization, onClose }: Omit<Props, "isOpen">) {
  const { form, submit, isBusy, conflict, discard } = useRename(organization, onClose);
  const { errors } = form.formState;
  const name = form.watch("name");
  return (
    <form noValidate onSubmit={submit} className="contents">
      <DialogBody>
        {conflict ? (
          <NameConflict mine={name.trim()} theirs={conflict.name} />
        ) : (
          <NameField input={form.register("name")} error={errors.name?.message} length={name.trim().length} />
        )}
        {errors.root?.["server"] && <Banner tone="danger">{errors.root["server"].message}</Banner>}
      </DialogBody>
      <DialogFooter>
        <Button size="large" onClick={discard}>
          {conflict ? "Keep theirs" : "Cancel"}
        </Button>
        <Button type="submit" variant="primary" size="large" isBusy={isBusy}>
          {conflict ? "Use mine" : "Rename"}
        </Button>
      </DialogFooter>
    </form>
  );
}
