import { Copy, Crown, LogOut, Mail, UserMinus } from "lucide-react";
import { roleChoices, whyBlocked } from "#features/rights/blocked.ts";
import type { Permission } from "#features/rights/permissions.ts";
import type { Organization, Role } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { createMenuHandle, MenuChoices, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { toast } from "#ui/toast.ts";
import type { Confirmation } from "./confirmation.ts";

/** One menu of each kind for the whole list. */
const roleMenu = createMenuHandle<Member>();
const actionsMenu = createMenuHandle<Member>();

export const RoleTrigger = triggerOf(roleMenu);
export const ActionsTrigger = triggerOf(actionsMenu);

type Props = {
  me: string | undefined;
  organization: Organization;
  onRole: (member: Member, role: Role) => void;
  onAsk: (question: Confirmation) => void;
};

export function MemberMenus({ me, organization, onRole, onAsk }: Props) {
  return (
    <>
      <SharedMenu handle={roleMenu} align="start" className="w-64">
        {(member) => (
          <MenuChoices
            label="Role"
            value={member.role}
            choices={roleChoices(organization.role)}
            onChoose={(role) => role !== member.role && onRole(member, role)}
          />
        )}
      </SharedMenu>
      <SharedMenu handle={actionsMenu}>
        {(member) => (
          <>
            {member.email && (
              <MenuItem icon={<Mail />} onClick={() => void copy(member.email ?? "", "Address")}>
                Copy address
              </MenuItem>
            )}
            <MenuItem icon={<Copy />} onClick={() => void copy(member.account, "ID")}>
              Copy ID
            </MenuItem>
            {member.account === me ? (
              <>
                <MenuSeparator />
                <MenuItem
                  icon={<LogOut />}
                  isDangerous
                  blocked={whyBlocked(organization, "member.leave", { target: { isOwn: true } })}
                  onClick={() => onAsk({ about: "leave", member })}
                >
                  Leave organization…
                </MenuItem>
              </>
            ) : (
              <OthersItems member={member} organization={organization} onAsk={onAsk} />
            )}
          </>
        )}
      </SharedMenu>
    </>
  );
}

function OthersItems({ member, organization, onAsk }: { member: Member } & Pick<Props, "organization" | "onAsk">) {
  const blocked = (permission: Permission) => whyBlocked(organization, permission, { target: { role: member.role } });
  return (
    <>
      <MenuItem
        icon={<Crown />}
        blocked={blocked("member.transfer")}
        onClick={() => onAsk({ about: "transfer", member })}
      >
        Transfer ownership…
      </MenuItem>
      <MenuSeparator />
      <MenuItem
        icon={<UserMinus />}
        isDangerous
        blocked={blocked("member.remove")}
        onClick={() => onAsk({ about: "remove", member })}
      >
        Remove…
      </MenuItem>
    </>
  );
}

async function copy(text: string, what: string) {
  await navigator.clipboard.writeText(text);
  toast(`${what} copied`, { description: text });
}
