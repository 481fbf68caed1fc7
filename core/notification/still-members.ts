import type { ID } from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";

/** Returns those of some accounts who are members now. */
export async function stillMembers(
  organization: ID<"organization">,
  accounts: readonly ID<"account">[],
): Promise<ID<"account">[]> {
  const rows = await table.getMany(accounts.map((one) => Keys.member(organization, one)));
  return accounts.filter((_, i) => rows[i]);
}
