import * as v from "valibot";
import { failure } from "../kernel/failure.ts";
import * as ID from "../kernel/id.ts";
import { type Role, roles } from "../kernel/permission.ts";
import { instant, table } from "../kernel/ports.ts";
import { Keys, Lists } from "../table/keys.ts";
import { absent, type Item, keyOf, present, put, type Step, update, when } from "../table/table.ts";

// Shapes

/** A membership, as far as this slice shows it. */
export const Info = v.object({ role: v.picklist(roles), name: v.string(), email: v.string(), joinedAt: v.string() });

// Failures

export const failures = {
  exists: failure("conflict", "member.exists", "This person is a member already."),
  left: failure("conflict", "member.left", "You left an organization meanwhile. Try again."),
};

type Person = { account: ID.ID<"account">; address: ID.ID<"address">; email: string; name: string };

/** Steps that make somebody a member; the seat is another step of the same write. */
export function joining(
  organization: ID.ID<"organization">,
  { account, address, email, name }: Person,
  role: Role,
): Step[] {
  const exists = when(absent, failures.exists);
  const today = instant().slice(0, 10);
  const membership = {
    stream: "view",
    role,
    name,
    email,
    joinedAt: today,
    activeOn: today,
    devices: 0,
    list: Lists.members(organization),
    rank: rank(name, account),
  };
  return [
    put(Keys.member(organization, account), membership, exists),
    put(Keys.addressIn(organization, address), { state: "member", account, email, role, attempt: 0 }, exists),
  ];
}

/** Steps that show a person's new name in each organization that they are in. */
export async function renaming(account: ID.ID<"account">, name: string): Promise<Step[]> {
  const mine = await memberships(account);
  const known = when(present, failures.left);
  return mine.map((item) => update(keyOf(item), { set: { name, rank: rank(name, account) } }, known));
}

/** For folding and comparing names: no accents, no case. */
export const fold = (text: string) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

async function memberships(account: ID.ID<"account">): Promise<Item[]> {
  const items: Item[] = [];
  for (let start: Record<string, string> | undefined; ; ) {
    const page = await table.query({ ...Keys.organizationsOf(account), consistent: true, start });
    items.push(...page.items);
    if (!page.next) return items;
    start = page.next;
  }
}

const rank = (name: string, account: ID.ID<"account">) => `${fold(name)}#${account.slice(-8)}`;
