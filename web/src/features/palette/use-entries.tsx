import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useParams } from "@tanstack/react-router";
import {
  Bell,
  Building,
  Copy,
  FileUp,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Plus,
  Sun,
  UserPlus,
  UserRound,
} from "lucide-react";
import type { ReactNode } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { addressOf, type PageId, pagesFor, samePageIn } from "#features/rights/pages.ts";
import { may, type Permission } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import { useSignOut } from "#features/sign-in/use-sign-out.ts";
import type { Organization } from "#lib/api.ts";
import { showOverlay } from "#lib/overlay.ts";
import { organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { useTheme } from "#lib/theme.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { toast } from "#ui/toast.ts";

export type Entry = {
  id: string;
  label: string;
  /** Synonyms. */
  also?: string;
  icon: ReactNode;
  hint?: string | undefined;
  blocked?: string | undefined;
  /** A keyboard shortcut for the same. */
  shortcut?: string;
  run: () => void;
};
export type Group = { label: string; items: Entry[] };

/** Returns the pages and the actions that one can reach from here, without those that the role never may. */
export function useEntries(): Group[] {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { data: organization } = useQuery({ ...organizationQuery(organizationId), enabled: organizationId !== "" });
  const open = useOpen();
  const groups = [
    organization && { label: organization.name, items: pagesOf(organization, open) },
    { label: "Actions", items: useActions(organization) },
    {
      label: "You",
      items: [
        {
          id: "organizations",
          label: "Organizations",
          also: "workspace home",
          icon: <Building />,
          run: () => open("/"),
        },
        {
          id: "notifications",
          label: "Notifications",
          also: "inbox mentions unread",
          icon: <Bell />,
          run: () => open("/notifications"),
        },
        {
          id: "account",
          label: "Account",
          also: "profile sessions devices settings",
          icon: <UserRound />,
          run: () => open("/account"),
        },
      ],
    },
    { label: "Switch to", items: useOtherOrganizations(organizationId, open) },
  ];
  return groups.filter((group) => group !== undefined);
}

/** Goes to an address of this site. */
export function useOpen() {
  const navigate = useNavigate();
  return (to: string, search: Record<string, string> = {}) => void navigate({ to, search });
}

type Open = ReturnType<typeof useOpen>;

/** Synonyms of pages. */
const otherText: Record<PageId, string> = {
  overview: "log activity seats",
  members: "people",
  invitations: "pending waiting",
  departures: "left removed revoked devices certificate wiped",
  reports: "moderation flagged reported spam",
  teams: "groups",
  imports: "csv files rows reports",
  devices: "linked clients computers status revision receipts in force",
  billing: "seats plan invoices payment card subscription discount cancel",
  ledger: "who changed seats invoices lines billing history",
  settings: "general name contact address",
  secrets: "settings secrets providers credentials openai anthropic google gemini bedrock azure",
  ownSettings: "my preferences choices why",
  modelSettings: "settings allowed providers default fallback",
  sourceSettings: "settings applications apps audio capture block",
  websiteSettings: "settings denied block domains long-term memory",
  teamSettings: "overrides",
  settingsHistory: "revisions changes compare restore",
  featureSettings: "settings cloud telemetry analytics processing version",
  importSettings: "scripts bucket csv",
};

function pagesOf({ id: organizationId, role }: Organization, open: Open): Entry[] {
  return pagesFor(role).map(({ id, label, icon: Icon, to }) => ({
    id: `page-${id}`,
    label,
    also: otherText[id],
    icon: <Icon />,
    run: () => open(addressOf({ to }, organizationId)),
  }));
}

function useOtherOrganizations(present: string, open: Open): Entry[] {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const { data } = useInfiniteQuery(organizationsQuery);
  const others = data?.pages.flatMap(({ items }) => items).filter(({ id }) => id !== present) ?? [];
  return others.map((organization) => ({
    id: organization.id,
    label: organization.name,
    also: "switch organization",
    icon: <OrganizationMark id={organization.id} name={organization.name} size="small" />,
    hint: roleText[organization.role].label,
    run: () => open(samePageIn(organization, path)),
  }));
}

function useActions(organization: Organization | undefined): Entry[] {
  const navigate = useNavigate();
  const leaving = useSignOut();
  const themes = useThemes();
  const entryFor = (permission: Permission, entry: Entry) =>
    organization && may(organization.role, permission)
      ? [{ ...entry, blocked: whyBlocked(organization, permission) }]
      : [];
  const openDialog = (dialog: "invite" | "import") =>
    void navigate({ to: ".", search: (present) => ({ ...present, dialog }), resetScroll: false });
  const invite = {
    id: "invite",
    label: "Invite people",
    also: "add members",
    icon: <UserPlus />,
    shortcut: "I",
    run: () => openDialog("invite"),
  };
  const importing = {
    id: "import",
    label: "Import people from a file",
    also: "csv upload invite many",
    icon: <FileUp />,
    run: () => openDialog("import"),
  };
  const copy = organization && {
    id: "copy",
    label: "Copy organization ID",
    icon: <Copy />,
    run: () => void copyId(organization.id),
  };
  return [
    ...entryFor("invitation.send", invite),
    ...entryFor("import.create", importing),
    {
      id: "new",
      label: "New organization",
      also: "create",
      icon: <Plus />,
      run: () => void navigate({ to: "/organizations/new" }),
    },
    ...(copy ? [copy] : []),
    ...themes,
    {
      id: "shortcuts",
      label: "Keyboard shortcuts",
      also: "keys help",
      icon: <Keyboard />,
      shortcut: "?",
      run: () => showOverlay("shortcuts"),
    },
    { id: "sign-out", label: "Sign out", also: "log out leave", icon: <LogOut />, run: () => leaving.mutate() },
  ];
}

function useThemes(): Entry[] {
  const [present, choose] = useTheme();
  const themes = [
    { theme: "light", label: "Light theme", icon: <Sun /> },
    { theme: "dark", label: "Dark theme", icon: <Moon /> },
    { theme: "system", label: "System theme", icon: <Monitor /> },
  ] as const;
  return themes.map(({ theme, ...entry }) => ({
    ...entry,
    id: theme,
    also: "appearance colors mode",
    hint: theme === present ? "Current" : undefined,
    run: () => choose(theme),
  }));
}

async function copyId(id: string) {
  await navigator.clipboard.writeText(id);
  toast("Organization ID copied", { description: id });
}
