import type { Organization } from "#lib/api.ts";
import type { Tone } from "#ui/badge.tsx";

type Role = Organization["role"];
type State = Organization["state"];

export const roleWords: Record<Role, { label: string; can: string }> = {
  owner: { label: "Owner", can: "You can do everything here." },
  admin: { label: "Admin", can: "You can manage people and settings." },
  write: { label: "Write", can: "You can post updates and use what your teams share." },
  read: { label: "Read", can: "You can see members, teams and updates." },
};

export const stateWords: Record<State, { label: string; tone: Tone }> = {
  active: { label: "Active", tone: "success" },
  suspended: { label: "Suspended", tone: "warning" },
  deleted: { label: "Deleted", tone: "danger" },
};

export function planWords(plan: string) {
  return `${plan.slice(0, 1).toUpperCase()}${plan.slice(1)} plan`;
}

export function mayManage(role: Role) {
  return role === "owner" || role === "admin";
}
