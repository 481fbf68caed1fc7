import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Device, devicesQuery, renameDevice } from "#lib/devices.ts";
import { toSentence } from "#lib/failure.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { editLists } from "#lib/optimistic.ts";
import { useTask } from "#lib/use-task.ts";
import { Banner } from "#ui/banner.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";
import { toast } from "#ui/toast.ts";

type Props = {
  device: Device | undefined;
  isOpen: boolean;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

export function RenameDialog({ device, isOpen, onClose, returnFocus }: Props) {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      returnFocus={returnFocus}
      title={`Rename ${device?.name ?? "this device"}`}
      description="Owners and admins of its organization see the name too."
    >
      {device && <RenameForm device={device} onClose={onClose} />}
    </Dialog>
  );
}

function RenameForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const queryClient = useQueryClient();
  const input = useInitialFocus();
  const [name, setName] = useState(device.name);
  const rename = useTask(async (wanted: string) => {
    const renamed = await renameDevice({ device: device.id, name: wanted });
    editLists<Device>(queryClient, devicesQuery.queryKey, (one) => (one.id === renamed.id ? renamed : one));
    onClose();
    toast("The device is renamed");
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
      <DialogActions onCancel={onClose} action="Rename device" isBusy={rename.isBusy} />
    </form>
  );
}
