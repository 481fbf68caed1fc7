import type { ReactElement } from "react";
import { grantable } from "#features/organization/rights.ts";
import { roleHints, roleText } from "#features/organization/text.ts";
import type { Role } from "#lib/api.ts";
import { Menu, MenuItem } from "#ui/menu.tsx";

type Props = { viewer: Role; onChoose: (role: Role) => void; children: ReactElement };

/** The roles that may be given, for rows that may have different ones. */
export function RoleMenu({ viewer, onChoose, children }: Props) {
  return (
    <Menu trigger={children} className="w-64">
      {grantable(viewer).map((role) => (
        <MenuItem key={role} onClick={() => onChoose(role)}>
          <span className="min-w-0 flex-1">
            {roleText[role].label}
            <span className="block text-xs text-fg-3">{roleHints[role]}</span>
          </span>
        </MenuItem>
      ))}
    </Menu>
  );
}
