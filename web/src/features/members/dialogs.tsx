import type { Organization } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import type { Confirmation } from "./confirmation.ts";
import { LeaveDialog } from "./leave-dialog.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

type Props = {
  organization: Organization;
  member: Member | undefined;
  about: Confirmation["about"] | undefined;
  onClose: () => void;
};

/** The confirmations about one member, at most one at a time. */
export function MemberDialogs({ about, ...dialog }: Props) {
  return (
    <>
      <RemoveDialog {...dialog} isOpen={about === "remove"} />
      <TransferDialog {...dialog} isOpen={about === "transfer"} />
      <LeaveDialog organization={dialog.organization} isOpen={about === "leave"} onClose={dialog.onClose} />
    </>
  );
}
