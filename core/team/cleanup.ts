import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { searchKeys } from "../search/keys.ts";
import { accountOf } from "../search/row.ts";
import { settingKeys } from "../setting/keys.ts";
import { TeamDeleted } from "./events.ts";
import { teamKeys } from "./keys.ts";
import { removeTeams } from "./repair.ts";

const rowsPerRead = 25;
/** Reads of members that one message makes before it queues the next one. */
const readsPerMessage = 4;

// Shapes

/** The remaining cleanup of a deletion, as a queue message. */
export const Job = v.strictObject({
  job: v.literal("cleanUp"),
  organization: ID.schema("organization"),
  team: ID.schema("team"),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/** Schedules the cleanup of a deleted team. Can be repeated. */
export const reactions = on(TeamDeleted, ({ team }, { owner }) =>
  queues.send("work", [{ job: "cleanUp", organization: owner, team } satisfies Job]),
);

export const react = fn("team.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

/**
 * Removes what a deleted team overrode of the settings, and the team from the memberships that search rows list; the others
 * are repaired later.
 */
export const cleanUp = fn(
  "team.cleanUp",
  { input: Job, output: v.object({ forgotten: v.number() }) },
  async ({ organization, team, start: from, ...job }) => {
    let [start, forgotten] = [from, 0];
    // threat: an existing team is cleaned up
    if (await table.get(teamKeys.team(organization, team))) return { forgotten };
    // threat: a deleted team leaves its settings behind
    if (!start) await table.project([{ remove: settingKeys.section(organization, team) }]);
    for (let reads = 0; reads < readsPerMessage; reads++) {
      const query = { ...searchKeys.placed(organization, team), limit: rowsPerRead, consistent: true, start };
      const { items, next } = await table.query(query);
      const done = await Promise.all(items.map(accountOf).map((account) => removeTeams(organization, account, [team])));
      forgotten += done.filter(Boolean).length;
      start = next;
      if (!start) return { forgotten };
    }
    await queues.send("work", [{ ...job, organization, team, start }]);
    return { forgotten };
  },
);
