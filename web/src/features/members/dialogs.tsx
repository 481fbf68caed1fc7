import { formerDays } from "@muster/core/member/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { may } from "#features/rights/permissions.ts";
import { type KnownRole, type Organization } from "#lib/api.ts";
import { departurePreviewQuery } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { type Member } from "#lib/people.ts";
import { Confirm } from "#ui/dialog.tsx";
import { actionsId, type Confirmation } from "./confirmation.ts";
import { LeaveDialog } from "./leave-dialog.tsx";
import { revocationText } from "./revocation-text.ts";
import { RoleDialog } from "./role-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";
import { useRemoveMember } from "./use-remove-member.ts";
import { useRevocation } from "./use-revocation.ts";

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

type RemoveProps = { organization: Organization; member: Member | undefined; isOpen: boolean; onClose: () => void };

function RemoveDialog({ organization, member, isOpen, onClose }: RemoveProps) {
  const remove = useRemoveMember(organization.id);
  const { data: leaving } = useQuery({
    ...departurePreviewQuery(organization.id, member?.account ?? ""),
    enabled: isOpen && member !== undefined && may(organization.role, "departure.preview"),
  });
  const revocation = useRevocation(organization, member?.account, { isOpen });
  const ends = revocation && member && revocationText(revocation, member.name);

  function confirm() {
    if (member) {
      remove.mutate(member);
    }
    onClose();
  }

  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={`Remove ${member?.name ?? "this member"}?`}
      action="Remove member"
      onConfirm={confirm}
      returnFocus={() =>
        (member ? document.getElementById(actionsId(member)) : null) ?? document.getElementById("main")
      }
    >
      <ul className="grid list-disc gap-1.5 pl-4">
        <li>They lose access to {organization.name} immediately, wherever they are signed in.</li>
        <li>Their seat is free again.</li>
        {ends !== undefined && <li>{ends}</li>}
        {leaving && leaving.devices > 0 && (
          <li>
            {plural(leaving.devices, "device")} of theirs will remove all settings and API keys at the next contact.
          </li>
        )}
        {leaving && leaving.secrets > 0 && (
          <li>{plural(leaving.secrets, "API key")} that these devices fetched will have to be replaced.</li>
        )}
        <li>Content they created stays. You can restore them within {formerDays} days.</li>
      </ul>
    </Confirm>
  );
}
