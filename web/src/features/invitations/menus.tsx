import { Copy, Info, Link2, MailPlus, RotateCw, Undo2, X } from "lucide-react";
import { whyBlocked } from "#features/organization/blocked.ts";
import { grantable, may } from "#features/organization/rights.ts";
import { roleHints, roleText } from "#features/organization/text.ts";
import type { Organization } from "#lib/api.ts";
import type { Invitation, InvitationTab } from "#lib/people.ts";
import { createMenuHandle, MenuChoices, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { toast } from "#ui/toast.ts";
import { mainRight } from "./main-right.ts";
import type { InvitationActions } from "./use-actions.ts";

/** One menu of each kind for the whole list. */
const roleMenu = createMenuHandle<Invitation>();
const actionsMenu = createMenuHandle<Invitation>();

export const RoleTrigger = triggerOf(roleMenu);
export const ActionsTrigger = triggerOf(actionsMenu);

type Props = {
  tab: InvitationTab;
  organization: Organization;
  actions: InvitationActions;
  onDetails: (invitation: Invitation) => void;
};

export function InvitationMenus({ tab, organization, actions, onDetails }: Props) {
  return (
    <>
      <SharedMenu handle={roleMenu} align="start" className="w-64">
        {(invitation) => <RoleChoices invitation={invitation} organization={organization} actions={actions} />}
      </SharedMenu>
      <SharedMenu handle={actionsMenu}>
        {(invitation) => (
          <>
            <MenuItem icon={<Info />} onClick={() => onDetails(invitation)}>
              Details…
            </MenuItem>
            <MenuItem icon={<Copy />} onClick={() => void copyAddress(invitation)}>
              Copy address
            </MenuItem>
            {may(organization.role, mainRight(invitation.state), { role: invitation.role }) &&
              (tab === "pending" ? (
                <PendingItems invitation={invitation} organization={organization} actions={actions} />
              ) : tab === "ended" ? (
                <MenuItem icon={<MailPlus />} onClick={() => actions.inviteAgain(invitation)}>
                  Invite again
                </MenuItem>
              ) : (
                <MenuItem icon={<Undo2 />} onClick={() => actions.reinstate(invitation)}>
                  Restore
                </MenuItem>
              ))}
          </>
        )}
      </SharedMenu>
    </>
  );
}

type ItemProps = { invitation: Invitation; organization: Organization; actions: InvitationActions };

function PendingItems({ invitation, organization, actions }: ItemProps) {
  return (
    <>
      <MenuItem icon={<Link2 />} onClick={() => actions.copyLink(invitation)}>
        Copy link
      </MenuItem>
      <MenuItem icon={<RotateCw />} onClick={() => actions.resend(invitation)}>
        Resend
      </MenuItem>
      {whyBlocked(organization, "invitation.changeRole", { target: { role: invitation.role } }) === undefined && (
        <div className="md:hidden">
          <MenuSeparator />
          <RoleChoices invitation={invitation} organization={organization} actions={actions} />
        </div>
      )}
      <MenuSeparator />
      <MenuItem icon={<X />} isDangerous onClick={() => actions.revoke(invitation)}>
        Revoke
      </MenuItem>
    </>
  );
}

function RoleChoices({ invitation, organization, actions }: ItemProps) {
  const choices = grantable(organization.role).map((role) => ({
    value: role,
    label: roleText[role].label,
    hint: roleHints[role],
  }));
  return (
    <MenuChoices
      label="Role"
      value={invitation.role}
      choices={choices}
      onChoose={(role) => role !== invitation.role && actions.changeRole(invitation, role)}
    />
  );
}

async function copyAddress({ email }: Invitation) {
  await navigator.clipboard.writeText(email);
  toast("Address copied", { description: email });
}
