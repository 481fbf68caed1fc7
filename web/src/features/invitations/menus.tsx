import { Copy, Info, Link2, MailPlus, RotateCw, Shield, Undo2, X } from "lucide-react";
import { roleChoices, whyBlocked } from "#features/rights/blocked.ts";
import type { Permission } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import type { Invitation, InvitationTab } from "#lib/people.ts";
import { createMenuHandle, MenuChoices, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { toast } from "#ui/toast.ts";
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
            {tab === "pending" ? (
              <PendingItems invitation={invitation} organization={organization} actions={actions} />
            ) : tab === "ended" ? (
              <MenuItem
                icon={<MailPlus />}
                blocked={whyNotMain(organization, invitation)}
                onClick={() => actions.inviteAgain(invitation)}
              >
                Invite again
              </MenuItem>
            ) : (
              <MenuItem
                icon={<Undo2 />}
                blocked={whyNotMain(organization, invitation)}
                onClick={() => actions.reinstate(invitation)}
              >
                Restore
              </MenuItem>
            )}
          </>
        )}
      </SharedMenu>
    </>
  );
}

type ItemProps = { invitation: Invitation; organization: Organization; actions: InvitationActions };

function PendingItems({ invitation, organization, actions }: ItemProps) {
  const blocked = (permission: Permission) =>
    whyBlocked(organization, permission, { target: { role: invitation.role } });
  const blocksRole = blocked("invitation.changeRole");
  return (
    <>
      <MenuItem icon={<Link2 />} blocked={blocked("invitation.link")} onClick={() => actions.copyLink(invitation)}>
        Copy link
      </MenuItem>
      <MenuItem icon={<RotateCw />} blocked={blocked("invitation.resend")} onClick={() => actions.resend(invitation)}>
        Resend
      </MenuItem>
      <div className="md:hidden">
        <MenuSeparator />
        {blocksRole === undefined ? (
          <RoleChoices invitation={invitation} organization={organization} actions={actions} />
        ) : (
          <MenuItem icon={<Shield />} blocked={blocksRole}>
            Change role
          </MenuItem>
        )}
      </div>
      <MenuSeparator />
      <MenuItem
        icon={<X />}
        isDangerous
        blocked={blocked("invitation.revoke")}
        onClick={() => actions.revoke(invitation)}
      >
        Revoke
      </MenuItem>
    </>
  );
}

function RoleChoices({ invitation, organization, actions }: ItemProps) {
  return (
    <MenuChoices
      label="Role"
      value={invitation.role}
      choices={roleChoices(organization.role)}
      onChoose={(role) => role !== invitation.role && actions.changeRole(invitation, role)}
    />
  );
}

async function copyAddress({ email }: Invitation) {
  await navigator.clipboard.writeText(email);
  toast("Address copied", { description: email });
}

/**
 * Returns the permission that an invitation's main action requires. Inviting again requires the same as resending:
 * nobody grants a role above their own.
 */
function mainPermission(state: Invitation["state"]) {
  return state === "former" ? "member.reinstate" : "invitation.resend";
}

/** Returns why the main action of an invitation is not possible now: to resend it, to invite again, to restore. */
export function whyNotMain(organization: Organization, { state, role }: Invitation) {
  const blocked = whyBlocked(organization, mainPermission(state), { target: { role } });
  return blocked ?? (state === "pending" ? undefined : whyBlocked(organization, "invitation.send"));
}
