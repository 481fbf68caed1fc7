import { roles } from "@muster/core/base/role.ts";
import type { Role } from "#lib/api.ts";

const order: readonly string[] = roles;

/** Whether a role may do less than another; never of one that this page does not know. */
export function isLower(role: Role, than: Role) {
  return order.includes(than) && order.indexOf(role) > order.indexOf(than);
}
