import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { queues, table } from "../kernel/ports.ts";
import { Changes } from "../search/search.ts";
import { Keys } from "../table/keys.ts";
import { any, contains, update, when } from "../table/table.ts";
import { existing, keysOf, teamsOf } from "./names.ts";
import { Deleted, Id } from "./team.ts";

/**
 * A deleted team goes from the memberships that name it. Most are found by the search rows; these come a moment after
 * the memberships, so what writes a search row looks afterwards whether the team is there still. Of the two, one sees it.
 */

const rowsPerRead = 100;
/** One message does so much, and asks for the rest by another. */
const readsPerMessage = 10;

// Shapes

/** What is left to do of a deletion, as it travels on the queue. */
export const Job = v.strictObject({
  job: v.literal("forget"),
  organization: ID.schema("organization"),
  team: Id,
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

// Failures

export const failures = {
  forgotten: failure("conflict", "team.forgotten", "This member is not in the team any more."),
};

// Functions

/** Whether anything follows for teams from an event of this type. */
export const follows = (type: string): boolean => type === Deleted.type;

/** Has a deleted team forgotten. Twice does no harm. */
export const react = fn("team.react", { input: Audit.Announcement, output: v.void() }, async (announcement) => {
  const { owner, event: id, seq } = announcement;
  const event = await Audit.find(announcement);
  if (!event) throw new Error(`The log of ${owner} has no event ${id} at ${seq}.`);
  if (!ID.is("organization", owner)) return;
  const job: Job = { job: "forget", organization: owner, team: event.data.team as ID.ID<"team"> };
  await queues.send("work", [job]);
});

/** Takes a deleted team out of the memberships that are found to name it. */
export const forget = fn(
  "team.forget",
  { input: Job, output: v.object({ forgotten: v.number() }) },
  async ({ organization, team, start: from, ...job }) => {
    let [start, forgotten] = [from, 0];
    if (await table.get(Keys.team(organization, team))) return { forgotten };
    for (let reads = 0; reads < readsPerMessage; reads++) {
      const query = { ...Keys.placed(organization, team), limit: rowsPerRead, consistent: true, start };
      const { items, next } = await table.query(query);
      const accounts = items.map(({ sk }) => String(sk).split("#").at(-1) as ID.ID<"account">);
      const done = await Promise.all(accounts.map((account) => drop(organization, account, [team])));
      forgotten += done.filter(Boolean).length;
      start = next;
      if (!start) return { forgotten };
    }
    await queues.send("work", [{ ...job, organization, team, start }]);
    return { forgotten };
  },
);

/** Takes teams that are gone out of memberships that have just come to name them. */
export const mend = fn("team.mend", { input: Changes, output: v.void() }, async ({ changes }) => {
  for (const { before, after } of changes) {
    const [account, organization] = [after?.pk, after?.sk];
    if (!ID.is("account", account) || !ID.is("organization", organization)) continue;
    const known = teamsOf(before);
    const fresh = teamsOf(after).filter((team) => !known.includes(team));
    if (fresh.length === 0) continue;
    const there = existing(fresh, await table.getMany(keysOf(organization, fresh)));
    const gone = fresh.filter((team) => !there.includes(team));
    if (gone.length > 0) await drop(organization, account, gone);
  }
});

/** Whether the membership named any of them until now. */
async function drop(
  organization: ID.ID<"organization">,
  account: ID.ID<"account">,
  teams: readonly ID.ID<"team">[],
): Promise<boolean> {
  const names = any(...teams.map((team) => contains("teams", team)));
  const change = { drop: { teams: new Set(teams) } };
  const step = update(Keys.member(organization, account), change, when(names, failures.forgotten));
  return table.write(step).then(
    () => true,
    (error: unknown) => {
      if (isFailure(error, failures.forgotten)) return false;
      throw error;
    },
  );
}
