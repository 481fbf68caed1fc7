import * as v from "valibot";
import { accountKeys } from "../account/keys.ts";
import type { ProfileRow } from "../account/row.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { Changes } from "../search/search.ts";
import { all, equal, type Item, keyOf, lacks, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { memberKeys } from "./keys.ts";
import { rank } from "./rank.ts";
import type { MemberRow } from "./row.ts";

/**
 * A membership holds a copy of the profile's name and color. A person who joins copies them, and one who changes them
 * changes the copies, so each can miss the other. Both are looked at again once they are written: the later of the two
 * always sees the other.
 */

/** Corrects the name and color of new memberships, and of all memberships of changed profiles. */
export const repair = fn("member.repair", { input: Changes, output: v.void() }, async ({ changes }) => {
  for (const { before, after } of changes) {
    const account = after?.pk;
    if (!after || !ID.is("account", account)) continue;
    // threat: a profile that changes while somebody joins leaves the new membership with the old name
    if (after.sk === "#profile" && before && !isAlike(before, after)) {
      await correct(account, await rowsOf({ ...memberKeys.organizationsOf(account), consistent: true }));
    }
    // threat: a person who joins while their profile changes keeps the old name
    if (ID.is("organization", after.sk) && !before) await correct(account, [after as MemberRow]);
  }
});

/** The profile is read after the memberships, so that what is written is no older than what was read. */
async function correct(account: ID.ID<"account">, members: readonly MemberRow[]): Promise<void> {
  const profile = await table.get(accountKeys.profile(account));
  for (const member of members.filter((row) => profile && !isAlike(row, profile))) {
    if (profile) await show(profile, member);
  }
}

async function show({ pk, name, color }: ProfileRow, member: MemberRow): Promise<void> {
  const same = member.color === undefined ? lacks("color") : equal("color", member.color);
  const step = update(
    keyOf(member),
    { set: { name, color, rank: rank(name, pk) } },
    // threat: a membership that was ended comes back when its name is corrected
    when(all(equal("name", member.name), same), failures.changed),
  );
  // a change in between has shown the newer profile, or ended the membership
  await writeUnless(failures.changed, step);
}

const isAlike = (one: Item, other: Item) => one.name === other.name && one.color === other.color;
