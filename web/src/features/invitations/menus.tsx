import { Copy, Info, Link2, MailPlus, RotateCw, Undo2, X } from "lucide-react";
import { grantable, roleHints, roleWords } from "#features/organization/words.ts";
import type { Role } from "#lib/api.ts";
import type { Invitation, InvitationTab } from "#lib/people.ts";
import { createMenuHandle, MenuChoices, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { toast } from "#ui/toast.ts";
import { mayTouchInvitation } from "./row.tsx";
import type { InvitationActions } from "./use-actions.ts";

/** One menu of each kind for the whole list. */
const roleMenu = createMenuHandle<Invitation>();
const actionsMenu = createMenuHandle<Invitation>();

export const RoleTrigger = triggerOf(roleMenu);
export const ActionsTrigger = triggerOf(actionsMenu);

type Props = {
  tab: InvitationTab;
  viewer: Role;
  actions: InvitationActions;
  onDetails: (invitation: Invitation) => void;
};

export function InvitationMenus({ tab, viewer, actions, onDetails }: Props) {
  return (
    <>
      <SharedMenu handle={roleMenu} align="start" className="w-64">
        {(invitation) => <RoleChoices invitation={invitation} viewer={viewer} actions={actions} />}
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
            {mayTouchInvitation(invitation, viewer) &&
              (tab === "pending" ? (
                <PendingItems invitation={invitation} viewer={viewer} actions={actions} />
              ) : tab === "ended" ? (
                <MenuItem icon={<MailPlus />} onClick={() => actions.inviteAgain(invitation)}>
                  Invite again
                </MenuItem>
              ) : (
                <MenuItem icon={<Undo2 />} onClick={() => actions.reinstate(invitation)}>
                  Take back
                </MenuItem>
              ))}
          </>
        )}
      </SharedMenu>
    </>
  );
}

type ItemProps = { invitation: Invitation; viewer: Role; actions: InvitationActions };

function PendingItems({ invitation, viewer, actions }: ItemProps) {
  return (
    <>
      <MenuItem icon={<Link2 />} onClick={() => actions.copyLink(invitation)}>
        Copy link
      </MenuItem>
      <MenuItem icon={<RotateCw />} onClick={() => actions.resend(invitation)}>
        Resend
      </MenuItem>
      <div className="md:hidden">
        <MenuSeparator />
        <RoleChoices invitation={invitation} viewer={viewer} actions={actions} />
      </div>
      <MenuSeparator />
      <MenuItem icon={<X />} isDangerous onClick={() => actions.revoke(invitation)}>
        Withdraw
      </MenuItem>
    </>
  );
}

function RoleChoices({ invitation, viewer, actions }: ItemProps) {
  const choices = grantable(viewer).map((role) => ({
    value: role,
    label: roleWords[role].label,
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
