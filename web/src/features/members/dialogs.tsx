import type { KnownRole, Organization } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import type { Confirmation } from "./confirmation.ts";
import { LeaveDialog } from "./leave-dialog.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RoleDialog } from "./role-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

type Props = {
  organization: Organization;
  confirmation: Confirmation | undefined;
  isOpen: boolean;
  onRole: (member: Member, role: KnownRole, more: { keepInvitations?: true }) => void;
  onClose: () => void;
};

/** The confirmations about one member, at most one at a time. */
export function MemberDialogs({ organization, confirmation, isOpen, onRole, onClose }: Props) {
  const isAbout = (about: Confirmation["about"]) => isOpen && confirmation?.about === about;
  const dialog = { organization, member: confirmation?.member, onClose };
  const question = confirmation?.about === "role" ? confirmation : undefined;
  return (
    <>
      <RemoveDialog {...dialog} isOpen={isAbout("remove")} />
      <TransferDialog {...dialog} isOpen={isAbout("transfer")} />
      <LeaveDialog organization={organization} isOpen={isAbout("leave")} onClose={onClose} />
      <RoleDialog question={question} isOpen={isAbout("role")} onChange={onRole} onClose={onClose} />
    </>
  );
}
