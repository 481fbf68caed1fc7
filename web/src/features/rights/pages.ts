import {
  CreditCard,
  FileUp,
  Flag,
  LayoutDashboard,
  LogOut,
  type LucideIcon,
  MailCheck,
  MonitorSmartphone,
  Network,
  ReceiptText,
  Settings,
  SlidersHorizontal,
  UsersRound,
} from "lucide-react";
import type { Organization, Role } from "#lib/api.ts";
import { may, type Permission } from "./permissions.ts";

const root = "/organizations/$organization";

/** A tab of the settings. */
function tab<const P extends string, A extends Permission>(path: P, label: string, permission: A) {
  const to = `${root}/settings/${path}` as const;
  return { to, label, icon: Settings, permission, within: "settings" } as const;
}

/**
 * The pages of an organization: sidebar, palette, breadcrumbs, overview, tabs, and the organization switcher show those
 * that the role may see. `within` names the page of which another one is a tab.
 */
export const pages = {
  overview: { to: root, label: "Overview", icon: LayoutDashboard, permission: "organization.get" },
  members: { to: `${root}/members`, label: "Members", icon: UsersRound, permission: "member.list" },
  invitations: {
    to: `${root}/invitations`,
    label: "Invitations",
    icon: MailCheck,
    permission: "invitation.list",
    within: "members",
  },
  departures: {
    to: `${root}/departures`,
    label: "Departures",
    icon: LogOut,
    permission: "departure.list",
    within: "members",
  },
  teams: { to: `${root}/teams`, label: "Teams", icon: Network, permission: "team.list" },
  imports: { to: `${root}/imports`, label: "Imports", icon: FileUp, permission: "import.list" },
  devices: { to: `${root}/devices`, label: "Devices", icon: MonitorSmartphone, permission: "device.list" },
  reports: { to: `${root}/reports`, label: "Reports", icon: Flag, permission: "update.listReports" },
  billing: { to: `${root}/billing`, label: "Billing", icon: CreditCard, permission: "billing.get" },
  ledger: {
    to: `${root}/billing/ledger`,
    label: "Seat ledger",
    icon: ReceiptText,
    permission: "billing.ledger",
    within: "billing",
  },
  ownSettings: {
    to: `${root}/your-settings`,
    label: "Your settings",
    icon: SlidersHorizontal,
    permission: "setting.effective",
  },
  settings: { to: `${root}/settings/general`, label: "Settings", icon: Settings, permission: "setting.getGeneral" },
  teamSettings: tab("teams", "Team settings", "setting.getTeam"),
  featureSettings: tab("features", "Features", "setting.get"),
  secrets: tab("api-keys", "API keys", "secret.list"),
  modelSettings: tab("models", "Models", "setting.get"),
  sourceSettings: tab("sources", "LTM Sources", "setting.get"),
  websiteSettings: tab("websites", "LTM Websites", "setting.get"),
  importSettings: {
    to: `${root}/settings/imports`,
    label: "Import settings",
    icon: Settings,
    permission: "import.setting",
    within: "settings",
  },
  settingsHistory: tab("history", "Settings history", "setting.history"),
} as const satisfies Record<
  string,
  { to: string; label: string; icon: LucideIcon; permission: Permission; within?: string }
>;

export type PageId = keyof typeof pages;
export type Page = { id: PageId; within?: PageId } & Omit<(typeof pages)[PageId], "within">;

const all = (Object.keys(pages) as PageId[]).map((id): Page => ({ id, ...pages[id] }));

/** Returns whether a role may see a page. Some pages are about oneself. */
export function maySee(role: Role, { permission }: Pick<Page, "permission">) {
  return may(role, permission, { isOwn: true });
}

/** Returns the pages that a role may see. */
export function pagesFor(role: Role) {
  // threat: a page that a role may not see is offered to it
  return all.filter((page) => maySee(role, page));
}

/** The number of pages that every role sees before the first one that some don't. */
export const pagesOfAll = 3;

/** Returns the page of an organization at a path or above it: the one with the longest matching address. */
export function pageAt(path: string) {
  const place = path.replace(/^\/organizations\/[^/]+/, root);
  const found = all.filter(({ to }) => `${place}/`.startsWith(`${to}/`));
  return found.toSorted((one, other) => other.to.length - one.to.length)[0];
}

/**
 * Returns the address of the current page in another organization, or of the nearest page that the role there may see.
 */
export function samePageIn({ id, role }: Pick<Organization, "id" | "role">, path: string) {
  const page = path.startsWith("/organizations/org_") ? pageAt(path) : undefined;
  const nearest = [page, page?.within && all.find((one) => one.id === page.within)];
  // threat: another organization opens at a page that is refused there
  const open = nearest.find((one) => one && maySee(role, one)) ?? pages.overview;
  return addressOf(open, id);
}

/** Returns the address of a page in an organization. */
export function addressOf({ to }: Pick<Page, "to">, organizationId: string) {
  return to.replace("$organization", organizationId);
}
