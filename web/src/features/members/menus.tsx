import { Copy, Crown, LogOut, Mail, UserMinus } from "lucide-react";
import { grantable, roleHints, roleWords } from "#features/organization/words.ts";
import type { Role } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { createMenuHandle, MenuChoices, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import { toast } from "#ui/toast.ts";
import type { Asked } from "./page.tsx";
import { mayChange } from "./row.tsx";

/** One menu of each kind for the whole list. */
const roleMenu = createMenuHandle<Member>();
const actionsMenu = createMenuHandle<Member>();

export const RoleTrigger = triggerOf(roleMenu);
export const ActionsTrigger = triggerOf(actionsMenu);

type Props = {
  me: string | undefined;
  viewer: Role;
  onRole: (member: Member, role: Role) => void;
  onAsk: (question: Asked) => void;
};

export function MemberMenus({ me, viewer, onRole, onAsk }: Props) {
  const choices = grantable(viewer).map((role) => ({
    value: role,
    label: roleWords[role].label,
    hint: roleHints[role],
  }));
  return (
    <>
      <SharedMenu handle={roleMenu} align="start" className="w-64">
        {(member) => (
          <MenuChoices
            label="Role"
            value={member.role}
            choices={choices}
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
            <MenuItem icon={<Copy />} onClick={() => void copy(member.account, "Id")}>
              Copy id
            </MenuItem>
            {member.account === me ? (
              <>
                <MenuSeparator />
                <MenuItem icon={<LogOut />} isDangerous onClick={() => onAsk({ about: "leave", member })}>
                  Leave organization…
                </MenuItem>
              </>
            ) : (
              <OthersItems member={member} viewer={viewer} onAsk={onAsk} />
            )}
          </>
        )}
      </SharedMenu>
    </>
  );
}

function OthersItems({ member, viewer, onAsk }: { member: Member } & Pick<Props, "viewer" | "onAsk">) {
  return (
    <>
      {viewer === "owner" && (
        <MenuItem icon={<Crown />} onClick={() => onAsk({ about: "transfer", member })}>
          Hand ownership to them…
        </MenuItem>
      )}
      {mayChange(member, viewer, false) && (
        <>
          <MenuSeparator />
          <MenuItem icon={<UserMinus />} isDangerous onClick={() => onAsk({ about: "remove", member })}>
            Remove…
          </MenuItem>
        </>
      )}
    </>
  );
}

async function copy(text: string, what: string) {
  await navigator.clipboard.writeText(text);
  toast(`${what} copied`, { description: text });
}
