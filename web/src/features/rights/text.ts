import type { Role as GivenRole } from "@muster/core/base/role.ts";
import { rightsOf, roleName } from "@muster/core/message/role-name.ts";
import type { Organization, Role } from "#lib/api.ts";
import type { Tone } from "#ui/badge.tsx";

type State = Organization["state"];

export const roleText: Record<Role, { label: string; noun: string; can: string }> = {
  owner: { label: roleName("owner"), noun: "an owner", can: "You can do everything here." },
  admin: { label: roleName("admin"), noun: "an admin", can: sentence("admin") },
  write: { label: roleName("write"), noun: "a member with the Write role", can: sentence("write") },
  read: { label: roleName("read"), noun: "a member with the Read role", can: sentence("read") },
  unknown: { label: "Unknown", noun: "a member", can: "A newer release of Muster granted this role." },
};

/** Says what a role allows, in the words of emails. */
function sentence(role: GivenRole) {
  const rights = rightsOf(role);
  return `${rights.charAt(0).toUpperCase()}${rights.slice(1)}.`;
}

export const stateText: Record<State, { label: string; tone: Tone }> = {
  active: { label: "Active", tone: "success" },
  suspended: { label: "Suspended", tone: "warning" },
  deleted: { label: "Deleted", tone: "danger" },
  unknown: { label: "Unknown", tone: "neutral" },
};

/** The rights of a role, for people who grant it. */
export const roleHints: Record<Role, string> = {
  owner: "Everything, including ownership",
  admin: "People, seats, and settings",
  write: "Posts updates and comments",
  read: "Sees members, teams, and updates",
  unknown: "Granted by a newer release of Muster",
};

type BillingStatus = NonNullable<Organization["billingStatus"]>;

/** Billing statuses in which an organization cannot grow, with their badges. */
const billingProblems: { [S in BillingStatus]?: { label: string; tone: Tone } } = {
  past_due: { label: "Past due", tone: "danger" },
  over_limit: { label: "Over capacity", tone: "warning" },
  canceled: { label: "Canceled", tone: "warning" },
  read_only: { label: "Read-only", tone: "danger" },
};

/** Returns whether payment allows everything, as far as known. */
export function isInOrder({ billingStatus }: Pick<Organization, "billingStatus">) {
  return billingStatus === undefined || billingProblems[billingStatus] === undefined;
}

/** The text of its badge. */
export function badgeOf({ state, billingStatus }: { state: State; billingStatus?: BillingStatus | undefined }) {
  return (state === "active" && billingStatus && billingProblems[billingStatus]) || stateText[state];
}

export function planText(plan: string) {
  return `${plan.slice(0, 1).toUpperCase()}${plan.slice(1)} plan`;
}
