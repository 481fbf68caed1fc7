import { Shield } from "lucide-react";
import { roleChoices } from "#features/rights/blocked.ts";
import type { Role } from "#lib/api.ts";
import { Button } from "#ui/button.tsx";
import { Menu, MenuItem } from "#ui/menu.tsx";

type Props = {
  viewer: Role;
  blocked: string | undefined;
  onChoose: (role: Role) => void;
};

/** The roles that can be given, for rows that may have different ones. */
export function RoleMenu({ viewer, blocked, onChoose }: Props) {
  const trigger = (
    <Button blocked={blocked}>
      <Shield className="max-sm:hidden" />
      Change role
    </Button>
  );
  return blocked !== undefined ? (
    trigger
  ) : (
    <Menu trigger={trigger} className="w-64">
      {roleChoices(viewer).map(({ value, label, hint, blocked }) => (
        <MenuItem key={value} blocked={blocked} onClick={() => onChoose(value)}>
          {blocked === undefined ? (
            <span className="min-w-0 flex-1">
              {label}
              <span className="block text-xs text-fg-3">{hint}</span>
            </span>
          ) : (
            label
          )}
        </MenuItem>
      ))}
    </Menu>
  );
}
