import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { type Device, devicesQuery, revokeDevice } from "#lib/devices.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { showAtOnce } from "#lib/optimistic.ts";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { toast } from "#ui/toast.ts";
import { buttonId, DeviceRow } from "./device-row.tsx";
import { RenameDialog } from "./rename-dialog.tsx";

type Action = { device: Device; kind: "rename" | "revoke" };

/** The linked devices of the account, in all of its organizations. */
export function Devices() {
  const devices = useInfiniteQuery(devicesQuery);
  const [action, setAction] = useState<Action>();
  const [open, setOpen] = useState<Action["kind"]>();
  const revoke = useRevokeDevice();

  function ask(device: Device, kind: Action["kind"]) {
    setAction({ device, kind });
    setOpen(kind);
  }

  function confirm() {
    if (action) {
      revoke.mutate(action.device);
    }
    setOpen(undefined);
  }

  const returnFocus = () => (action ? document.getElementById(buttonId(action.device, action.kind)) : null);

  return (
    <Section
      title="Devices"
      description="Linked devices, which get the settings of an organization."
      action={
        <Link to="/link" className={buttonClass()}>
          Link a device
        </Link>
      }
    >
      <ListGate
        list={devices}
        part="px-5 pt-1 pb-5"
        skeleton={<LoadingRows what="your devices" />}
        empty={<p className="px-5 pt-1 pb-5 text-sm text-fg-3">No device is linked to your account.</p>}
        more="Show more"
      >
        {(mine) => (
          <ul className="border-t border-border">
            {mine.map((device) => (
              <DeviceRow key={device.id} device={device} onAsk={(kind) => ask(device, kind)} />
            ))}
          </ul>
        )}
      </ListGate>
      <RenameDialog
        key={action?.device.id}
        device={action?.device}
        isOpen={open === "rename"}
        onClose={() => setOpen(undefined)}
        returnFocus={returnFocus}
      />
      <Confirm
        isOpen={open === "revoke"}
        onOpenChange={(isOpen) => !isOpen && setOpen(undefined)}
        title={`Revoke ${action?.device.name ?? "this device"}?`}
        action="Revoke device"
        onConfirm={confirm}
        returnFocus={returnFocus}
      >
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>It gets nothing more, from its next request on.</li>
          <li>It removes what it got when it is next in contact. While it is offline, that is not confirmed.</li>
          <li>To use it again, link it again.</li>
        </ul>
      </Confirm>
    </Section>
  );
}

/** Shows the device as revoked at once, and restores it if the API refuses. */
function useRevokeDevice() {
  const queryClient = useQueryClient();
  const { queryKey } = devicesQuery;
  return useMutation({
    mutationFn: ({ id }: Device) => revokeDevice(id),
    onMutate: ({ id }) =>
      showAtOnce<Device>(queryClient, queryKey, (device) =>
        device.id === id ? { ...device, wipingSince: new Date().toISOString() } : device,
      ),
    onSuccess: (_, { name }) => toast(`${name} is revoked`),
    onError: (error, { name }, putBack) => {
      const isGoneAlready = error instanceof ApiError && error.status === 404;
      if (!isGoneAlready) {
        putBack?.();
        toast(`${name} was not revoked`, { description: toSentence(error), type: "error" });
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
