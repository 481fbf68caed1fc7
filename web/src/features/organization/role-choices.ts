import { roles } from "@muster/core/base/role.ts";
import type { Role } from "#lib/api.ts";
import { whyNotGiven } from "./blocked.ts";
import { roleHints, roleText } from "./text.ts";

/** Returns all roles, from the least to the most powerful, each with the reason why the viewer cannot give it. */
export function roleChoices(viewer: Role) {
  return roles.toReversed().map((role) => ({
    value: role,
    label: roleText[role].label,
    hint: roleHints[role],
    blocked: whyNotGiven(viewer, role),
  }));
}
