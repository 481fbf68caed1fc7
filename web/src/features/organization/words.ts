import type { Organization, Role } from "#lib/api.ts";
import type { Tone } from "#ui/badge.tsx";

type State = Organization["state"];

export const roleWords: Record<Role, { label: string; noun: string; can: string }> = {
  owner: { label: "Owner", noun: "an owner", can: "You can do everything here." },
  admin: { label: "Admin", noun: "an admin", can: "You can manage people and settings." },
  write: { label: "Write", noun: "a member who writes", can: "You can post updates and use what your teams share." },
  read: { label: "Read", noun: "a member who reads", can: "You can see members, teams and updates." },
};

export const stateWords: Record<State, { label: string; tone: Tone }> = {
  active: { label: "Active", tone: "success" },
  suspended: { label: "Suspended", tone: "warning" },
  deleted: { label: "Deleted", tone: "danger" },
};

/** What somebody with a role may do, said to those who give it. */
export const roleHints: Record<Role, string> = {
  owner: "Everything, ownership included",
  admin: "People, seats and settings",
  write: "Posts updates and comments",
  read: "Sees members, teams and updates",
};

/** The roles that somebody with this one may give, from the least to the most powerful. */
export function grantable(role: Role): Role[] {
  return role === "owner" ? ["read", "write", "admin", "owner"] : ["read", "write", "admin"];
}

type Standing = NonNullable<Organization["standing"]>;

/** Standings in which an organization cannot grow: what the badge says, and why nobody can be invited. */
const troubles: { [S in Standing]?: { label: string; tone: Tone; blocks: string } } = {
  past_due: { label: "Past due", tone: "danger", blocks: "A payment is owed: nobody can be invited until it is paid." },
  over_limit: {
    label: "Over capacity",
    tone: "warning",
    blocks: "More seats are taken than are paid: nobody can be invited until they fit.",
  },
  canceled: {
    label: "Canceled",
    tone: "warning",
    blocks: "The subscription has ended: nobody can be invited until there is another.",
  },
  read_only: {
    label: "Read-only",
    tone: "danger",
    blocks: "This organization is read-only: nobody can be invited until it has a plan, or fits the free one.",
  },
};

type Known = Pick<Organization, "state" | "standing">;

/** Whether its payment lets it do everything, as far as one may know. */
export function isInOrder({ standing }: Pick<Organization, "standing">) {
  return standing === undefined || troubles[standing] === undefined;
}

/** What its badge says. */
export function badgeOf({ state, standing }: { state: State; standing?: Standing | undefined }) {
  return (state === "active" && standing && troubles[standing]) || stateWords[state];
}

/** Why nobody can be invited at present, if so. */
export function blocksInviting({ state, standing }: Known) {
  if (state !== "active") {
    return "This organization is suspended: nobody can be invited at present.";
  }
  return standing && troubles[standing]?.blocks;
}

/** Why its settings cannot be changed at present, if so. */
export function blocksSettings({ state, standing }: Known) {
  if (state !== "active") {
    return "This organization is suspended: its settings can be read, not changed.";
  }
  return standing === "read_only" ? "This organization is read-only: its settings stay as they are." : undefined;
}

export function planWords(plan: string) {
  return `${plan.slice(0, 1).toUpperCase()}${plan.slice(1)} plan`;
}

export function mayManage(role: Role) {
  return role === "owner" || role === "admin";
}

/** Pages that are for owners and admins; what lies below imports and teams is of one organization alone. */
const managed = /^\/(invitations|imports|billing)$/;

/** The address of the page that is open, in another organization; where it would be refused there, of the members. */
export function samePageIn({ id, role }: Pick<Organization, "id" | "role">, path: string) {
  const page = /^\/organizations\/org_[^/]+(\/.+)$/.exec(path)?.[1]?.replace(/^(\/(?:imports|teams))\/.*$/, "$1") ?? "";
  return `/organizations/${id}${managed.test(page) && !mayManage(role) ? "/members" : page}`;
}
