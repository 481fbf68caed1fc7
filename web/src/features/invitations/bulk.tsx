import { RotateCw, X } from "lucide-react";
import { BulkBar } from "#features/bulk/bar.tsx";
import { RoleMenu } from "#features/bulk/role-menu.tsx";
import type { Confirmation, Job } from "#features/bulk/use-bulk.ts";
import { useRefreshPeople } from "#features/members/use-refresh.ts";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleHints, roleText } from "#features/rights/text.ts";
import * as api from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import * as people from "#lib/people.ts";
import { invitationsKey } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import type { SelectionOf } from "#ui/table-selection.tsx";
import { inviteAgain } from "./use-actions.ts";

type Props = { organization: api.Organization; selection: SelectionOf<people.Invitation>; hasMore: boolean };

export function InvitationsBulk({ organization, selection, hasMore }: Props) {
  const { id } = organization;
  const refresh = useRefreshPeople(id);
  const { selected } = selection;
  return (
    <BulkBar<people.Invitation>
      selection={selection}
      hasMore={hasMore}
      queryKey={invitationsKey(id)}
      refresh={() => refresh()}
    >
      {(ask) => (
        <>
          <Button
            blocked={whyBlocked(organization, "invitation.resend")}
            onClick={() => ask(confirmResend(id, selected))}
          >
            <RotateCw className="max-sm:hidden" />
            Resend
          </Button>
          <RoleMenu
            viewer={organization.role}
            blocked={whyBlocked(organization, "invitation.changeRole")}
            onChoose={(role) => ask(confirmRole(id, selected, role))}
          />
          <Button variant="dangerGhost" onClick={() => ask(confirmRevoke(id, selected))}>
            <X className="max-sm:hidden" />
            Revoke
          </Button>
        </>
      )}
    </BulkBar>
  );
}

function confirmResend(id: string, items: people.Invitation[]): Confirmation<people.Invitation> {
  return {
    title: `Resend ${plural(items.length, "invitation")}?`,
    action: `Resend ${items.length}`,
    consequences: (
      <>
        <li>Each person gets a new email with a new link. The links in earlier ones stop working.</li>
        <li>Invitations that were sent within the last minutes are skipped, and stay selected.</li>
      </>
    ),
    job: {
      items,
      doing: "Resending",
      done: (count) => `${plural(count, "invitation was", "invitations were")} resent`,
      edit: (present) => ({ ...present, mail: "queued" }),
      act: (one) => people.resendInvitation(id, one.id),
    },
  };
}

function confirmRole(id: string, selected: people.Invitation[], role: api.Role): Confirmation<people.Invitation> {
  const items = selected.filter((invitation) => invitation.role !== role);
  const same = selected.length - items.length;
  const { label } = roleText[role];
  return {
    title: `Invite ${plural(items.length, "person", "people")} as ${label}?`,
    action: "Change role",
    consequences: (
      <>
        <li>
          {label}: {roleHints[role].toLowerCase()}.
        </li>
        <li>Their links stay valid, and nobody is emailed about it.</li>
        {same > 0 && <li>{plural(same, "invitation already has", "invitations already have")} this role.</li>}
      </>
    ),
    job: {
      ...roleJob(id, items, () => role),
      doing: "Changing roles",
      done: (count) => `${plural(count, "person", "people")} will join as ${label}`,
      reverse: { label: "Undo", job: (changed) => roleJob(id, changed, (target) => target.role) },
    },
  };
}

function roleJob(
  id: string,
  items: people.Invitation[],
  roleOf: (target: people.Invitation) => api.Role,
): Job<people.Invitation> {
  return {
    items,
    doing: "Undoing",
    done: (count) => `${plural(count, "invitation has", "invitations have")} the previous role again`,
    edit: (present, target) => ({ ...present, role: roleOf(target) }),
    act: (target) => people.changeInvitedRole(id, target.id, api.knownRole(roleOf(target))),
  };
}

/** A revoked link never works again: undoing means a new invitation, and is called that. */
function confirmRevoke(id: string, items: people.Invitation[]): Confirmation<people.Invitation> {
  return {
    title: `Revoke ${plural(items.length, "invitation")}?`,
    action: `Revoke ${items.length}`,
    isDangerous: true,
    consequences: (
      <>
        <li>Their links stop working immediately.</li>
        <li>Their seats are free again. You can invite them again, with a new email.</li>
      </>
    ),
    job: {
      items,
      doing: "Revoking invitations",
      done: (count) => `${plural(count, "invitation")} revoked`,
      edit: () => undefined,
      act: (one) => people.revokeInvitation(id, one.id),
      reverse: {
        label: "Invite again",
        job: (revoked) => ({
          items: revoked,
          doing: "Inviting again",
          done: (count) => `${plural(count, "person was", "people were")} invited again`,
          edit: (present) => present,
          act: (target) => inviteAgain(id, target),
        }),
      },
    },
  };
}
