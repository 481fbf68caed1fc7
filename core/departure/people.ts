import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import type { DepartureRow } from "./row.ts";

/** A person who departed: a name as long as the organization remembers it, and whether they are back. */
export type Person = { name?: string; isMember: boolean };
type Departed = Pick<DepartureRow, "account" | "invitation">;

/** Returns who departed, by account. A departure stores no name: of an account that is deleted, none is left. */
export async function peopleOf(
  organization: ID.ID<"organization">,
  departed: readonly Departed[],
): Promise<Map<ID.ID<"account">, Person>> {
  const accounts = [...new Set(departed.map(({ account }) => account))];
  const invitations = [...new Set(departed.map(({ invitation }) => invitation))].filter((one) => one !== undefined);
  const lag = { consistent: false };
  const [members, addresses] = await Promise.all([
    table.getMany(
      accounts.map((account) => memberKeys.member(organization, account)),
      lag,
    ),
    table.getMany(
      invitations.map((one) => invitationKeys.addressIn(organization, ID.alias("address", one))),
      lag,
    ),
  ]);
  const remembered = new Map(addresses.flatMap((row) => (row?.account ? [[row.account, row.name] as const] : [])));
  return new Map(
    accounts.map((account, n): [ID.ID<"account">, Person] => {
      const member = usable(MemberRow, members[n]);
      const name = member?.name ?? remembered.get(account);
      return [account, { ...(name !== undefined && { name }), isMember: member !== undefined }];
    }),
  );
}
