import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";

const roles: Record<Role | Unknown, { name: string; can: string }> = {
  owner: { name: "Owner", can: "do everything there, including billing and owners" },
  admin: { name: "Admin", can: "manage people and settings" },
  write: { name: "Write", can: "post updates and comment" },
  read: { name: "Read", can: "see members, teams, and updates" },
  unknown: { name: "another role", can: "do what that role allows in the organization" },
};
/** Returns what a role is called. A newer release may have roles that this one does not know. */
export const roleName = (role?: Role | Unknown): string => textOf(role).name;

/** Returns what a role allows: "you can post updates and comment". */
export const rightsOf = (role?: Role | Unknown): string => `you can ${textOf(role).can}`;

const textOf = (role: Role | Unknown = "unknown") => roles[Object.hasOwn(roles, role) ? role : "unknown"];
