import type * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { table } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { memberKeys } from "../member/keys.ts";
import { searchKeys } from "./keys.ts";
import { accountOf } from "./row.ts";

/** The maximum number of people to notify of one event. */
const maxHolders = 100;

/** Returns members who have one of these roles now, up to 100. Found through search rows, confirmed by memberships. */
export async function holders(
  organization: ID.ID<"organization">,
  roles: readonly Role[],
): Promise<ID.ID<"account">[]> {
  const found: ID.ID<"account">[] = [];
  for (const role of roles) {
    const query = { ...searchKeys.holding(organization, role), limit: maxHolders, consistent: true };
    for await (const items of pagesOf(query)) {
      const accounts = items.map(accountOf);
      const rows = await table.getMany(accounts.map((one) => memberKeys.member(organization, one)));
      // threat: a person who has lost a role is still notified of what only its holders should see
      found.push(...accounts.filter((_, i) => rows[i]?.role === role));
      if (found.length >= maxHolders) break;
    }
  }
  return found.slice(0, maxHolders);
}
