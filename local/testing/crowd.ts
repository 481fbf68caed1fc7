import { addressOf } from "@muster/core/account/account.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as ID from "@muster/core/kernel/id.ts";
import type { Role } from "@muster/core/kernel/permission.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Search from "@muster/core/search/search.ts";
import { Keys } from "@muster/core/table/keys.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { World } from "./world.ts";

export type Someone = { name: string; email: string; role: Role };

/** A transaction holds 100 steps, and joining takes two. */
const joinsPerWrite = 50;

/** Makes people members by the steps of the domain, and lets the search know them. Their ids follow from the addresses. */
export async function crowd(world: World, organization: ID.ID<"organization">, people: readonly Someone[]) {
  for (let i = 0; i < people.length; i += joinsPerWrite) {
    const joining = people.slice(i, i + joinsPerWrite);
    await world.table.write(...joining.flatMap((one) => Member.joining(organization, person(one), one.role)));
    const rows = await world.table.getMany(joining.map((one) => Keys.member(organization, accountOf(one))));
    await follow(rows.flatMap((after) => (after ? [{ after }] : [])));
  }
}

/** What the stream makes of changed memberships. */
export const follow = (changes: { before?: Item; after?: Item }[]) =>
  asSystem("view", () => Search.project({ changes }));

export const accountOf = ({ email }: Pick<Someone, "email">) => ID.derive("account", email);

const person = ({ name, email }: Someone) => ({
  account: accountOf({ email }),
  address: addressOf(email),
  email,
  name,
});
