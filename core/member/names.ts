import type { ID } from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import { memberKeys } from "./keys.ts";
import { MemberRow } from "./row.ts";

/** Names by account; those who have left have none. */
export type Names = ReadonlyMap<ID<"account">, string>;

/** Returns the current names of members. An account that is listed twice is read once. */
export async function namesOf(
  organization: ID<"organization">,
  accounts: readonly (ID<"account"> | undefined)[],
): Promise<Names> {
  const distinct = [...new Set(accounts)].filter((account) => account !== undefined);
  const keys = distinct.map((account) => memberKeys.member(organization, account));
  const members = await table.getMany(keys, { consistent: false });
  const known = readAll(
    MemberRow,
    members.filter((member) => member !== undefined),
  );
  return new Map(known.map(({ pk, name }) => [pk, name]));
}
