import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListGate } from "#features/failure/gate.tsx";
import { type Device, devicesQuery, renameDevice, revokeDevice } from "#lib/devices.ts";
import { isMissing } from "#lib/failure.ts";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import { useOpened } from "#lib/use-opened.ts";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { ItemRowsLoading } from "#ui/item-row.tsx";
import { RenameDialog } from "#ui/rename-dialog.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { buttonId, DeviceRow } from "./device-row.tsx";

type Action = { device: Device; kind: "rename" | "revoke" };

/** The linked devices of the account, in all of its organizations. */
export function Devices() {
  const devices = useInfiniteQuery(devicesQuery);
  const { shown: action, open: ask, close, dialog } = useOpened<Action>();
  const isOpen = (kind: Action["kind"]) => dialog.isOpen && action?.kind === kind;
  const queryClient = useQueryClient();
  const revoke = useRevokeDevice();

  function confirm() {
    if (action) revoke.mutate(action.device);
    close();
  }

  async function rename(name: string) {
    if (!action) return;
    const renamed = await renameDevice({ device: action.device.id, name });
    editLists<Device>(queryClient, devicesQuery.queryKey, (one) => (one.id === renamed.id ? renamed : one));
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
        skeleton={<ItemRowsLoading what="your devices" count={2} />}
        empty={<p className="px-5 pt-1 pb-5 text-sm text-fg-3">No device is linked to your account.</p>}
        more="Show more"
      >
        {(mine) => (
          <ul className="border-t border-border">
            {mine.map((device) => (
              <DeviceRow key={device.id} device={device} onAsk={(kind) => ask({ device, kind })} />
            ))}
          </ul>
        )}
      </ListGate>
      <RenameDialog
        key={action?.device.id}
        what="device"
        name={action?.device.name}
        description="Owners and admins of its organization see the name too."
        onRename={rename}
        isOpen={isOpen("rename")}
        onClose={close}
        returnFocus={returnFocus}
      />
      <Confirm
        isOpen={isOpen("revoke")}
        onClose={close}
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
    onError: (error, { name }, putBack) => isMissing(error) || toastFailure(`${name} was not revoked`, error, putBack),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
