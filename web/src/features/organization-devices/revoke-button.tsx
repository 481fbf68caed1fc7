import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toSentence } from "#lib/failure.ts";
import {
  type OrganizationDevice,
  organizationDevicesKey,
  revokeOrganizationDevice,
} from "#lib/organization-devices.ts";
import { Button } from "#ui/button.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { toast } from "#ui/toast.ts";

type Props = { organizationId: string; device: OrganizationDevice; blocked: string | undefined };

/** Revokes a device after saying what that does. */
export function RevokeButton({ organizationId, device: { id, name }, blocked }: Props) {
  const [isOpen, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeOrganizationDevice(organizationId, id),
    onSuccess: () => toast(`${name} is revoked`),
    onError: (error) => toast(`${name} was not revoked`, { description: toSentence(error), type: "error" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: organizationDevicesKey(organizationId) }),
  });
  return (
    <>
      <Button blocked={blocked} isBusy={revoke.isPending} onClick={() => setOpen(true)}>
        Revoke device
      </Button>
      <Confirm
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={`Revoke ${name}?`}
        action="Revoke device"
        onConfirm={() => {
          setOpen(false);
          revoke.mutate();
        }}
      >
        <ul className="grid list-disc gap-1.5 pl-4">
          <li>It gets nothing more, from its next request on.</li>
          <li>It removes what it got when it is next in contact. Until it confirms that, it is listed as not wiped.</li>
          <li>Its member stays a member, and can link it again.</li>
        </ul>
      </Confirm>
    </>
  );
}
