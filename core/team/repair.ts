import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { Changes, changesTerms } from "../search/search.ts";
import { any, contains, update, when } from "../table/table.ts";
import { existing, keysOf, teamsOf } from "./names.ts";

/**
 * A deleted team is removed from the memberships that hold its id. Most are found by search rows. These are written a
 * moment after the memberships, so the writer of a search row checks afterwards whether the team still exists. One of
 * the two always sees the other.
 */

// Failures

export const failures = {
  forgotten: failure("conflict", "team.member_removed", "This member is no longer in the team."),
};

// Functions

/** Removes deleted teams from memberships whose search rows have just been written. */
export const repair = fn("team.repair", { input: Changes, output: v.void() }, async ({ changes }) => {
  // threat: a membership that is renamed while a team is deleted names it forever
  for (const { after } of changes.filter(changesTerms)) {
    const [account, organization, teams] = [after?.pk, after?.sk, teamsOf(after)];
    if (!ID.is("account", account) || !ID.is("organization", organization) || teams.length === 0) continue;
    const there = existing(teams, await table.getMany(keysOf(organization, teams)));
    const gone = teams.filter((team) => !there.includes(team));
    // threat: a membership that joined a deleted team late names it forever
    if (gone.length > 0) await removeTeams(organization, account, gone);
  }
});

/** Returns whether the membership held any of them until now. */
export async function removeTeams(
  organization: ID.ID<"organization">,
  account: ID.ID<"account">,
  teams: readonly ID.ID<"team">[],
): Promise<boolean> {
  const names = any(...teams.map((team) => contains("teams", team)));
  const change = { drop: { teams: new Set(teams), leads: new Set(teams) } };
  const step = update(memberKeys.member(organization, account), change, when(names, failures.forgotten));
  return writeUnless(failures.forgotten, step);
}
