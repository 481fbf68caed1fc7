import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import type { ReactElement } from "react";
import { useSignOut } from "#features/sign-in/use-sign-out.ts";
import { showOverlay } from "#lib/overlay.ts";
import { accountQuery } from "#lib/queries.ts";
import { useTheme } from "#lib/theme.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Menu, MenuChoices, MenuItem, MenuLink, MenuSeparator } from "#ui/menu.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

const themeChoices = [
  { value: "system" as const, label: "System", icon: <Monitor /> },
  { value: "light" as const, label: "Light", icon: <Sun /> },
  { value: "dark" as const, label: "Dark", icon: <Moon /> },
];

/** The whole row at the bottom of the sidebar. */
export function AccountBlock() {
  const { data: account } = useQuery(accountQuery);
  return (
    <AccountMenu
      align="start"
      trigger={
        <button
          type="button"
          aria-label="Your account"
          className="flex h-12 w-full items-center gap-2.5 rounded-lg px-2 text-left hover:bg-surface-3 data-popup-open:bg-surface-3"
        >
          {account ? (
            <Avatar name={account.name} color={account.color} />
          ) : (
            <Skeleton className="size-8 rounded-full" />
          )}
          <span className="min-w-0 flex-1">
            {account ? (
              <>
                <span className="block truncate text-sm font-medium">{account.name}</span>
                <span className="block truncate text-xs text-fg-3">{account.email}</span>
              </>
            ) : (
              <Skeleton className="h-8 w-28" />
            )}
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-fg-3" />
        </button>
      }
    />
  );
}

/** Only the avatar, if there is no sidebar. */
export function AccountButton() {
  const { data: account } = useQuery(accountQuery);
  return (
    <AccountMenu
      align="end"
      trigger={
        <button type="button" aria-label="Your account" className="grid size-10 place-items-center rounded-full">
          {account ? (
            <Avatar name={account.name} color={account.color} size="small" />
          ) : (
            <Skeleton className="size-7 rounded-full" />
          )}
        </button>
      }
    />
  );
}

function AccountMenu({ trigger, align }: { trigger: ReactElement; align: "start" | "end" }) {
  const [theme, choose] = useTheme();
  const leaving = useSignOut();
  return (
    <Menu trigger={trigger} align={align} className="w-[224px]">
      <MenuLink icon={<UserRound />} render={<Link to="/account" />}>
        Account settings
      </MenuLink>
      <MenuItem icon={<Keyboard />} onClick={() => showOverlay("shortcuts")}>
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <MenuChoices label="Theme" value={theme} choices={themeChoices} onChoose={choose} />
      <MenuSeparator />
      <MenuItem icon={<LogOut />} onClick={() => leaving.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
