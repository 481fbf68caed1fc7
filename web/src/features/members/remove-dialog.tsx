import { formerDays } from "@muster/core/member/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { may } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { departurePreviewQuery } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import type { Member } from "#lib/people.ts";
import { Confirm } from "#ui/dialog.tsx";
import { actionsId } from "./confirmation.ts";
import { revocationText } from "./revocation-text.ts";
import { useRemoveMember } from "./use-remove-member.ts";
import { useRevocation } from "./use-revocation.ts";

type Props = { organization: Organization; member: Member | undefined; isOpen: boolean; onClose: () => void };

export function RemoveDialog({ organization, member, isOpen, onClose }: Props) {
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
      onOpenChange={(open) => !open && onClose()}
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
