import { Ban, CircleCheck, Pencil, RefreshCw, Trash2 } from "lucide-react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import type { Secret } from "#lib/secrets.ts";
import { createMenuHandle, MenuItem, MenuSeparator, SharedMenu, triggerOf } from "#ui/menu.tsx";
import type { Change } from "./change.tsx";

export type Act = (secret: Secret, change: Change | "check" | "replace") => void;

const menu = createMenuHandle<Secret>();
export const SecretMenuTrigger = triggerOf(menu);

/** Offers the actions on a key beside checking it: one menu for all rows. */
export function SecretMenu({ organization, onAct }: { organization: Organization; onAct: Act }) {
  const blocked = whyBlocked(organization, "secret.edit");
  return (
    <SharedMenu handle={menu}>
      {(secret) => {
        const isOn = secret.status === "enabled";
        return (
          <>
            <MenuItem
              icon={<RefreshCw />}
              blocked={secret.kind === "unknown" ? "This release does not know this kind of key." : blocked}
              onClick={() => onAct(secret, "replace")}
            >
              Replace key
            </MenuItem>
            <MenuItem icon={<Pencil />} blocked={blocked} onClick={() => onAct(secret, "edit")}>
              Edit name and teams
            </MenuItem>
            <MenuItem
              icon={isOn ? <Ban /> : <CircleCheck />}
              blocked={blocked}
              onClick={() => onAct(secret, isOn ? "disable" : "enable")}
            >
              {isOn ? "Disable" : "Enable"}
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              icon={<Trash2 />}
              isDangerous
              blocked={whyBlocked(organization, "secret.remove")}
              onClick={() => onAct(secret, "delete")}
            >
              Delete
            </MenuItem>
          </>
        );
      }}
    </SharedMenu>
  );
}
