import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { organizationKeys } from "../organization/keys.ts";
import { overdue } from "../organization/tombstone.ts";
import { purgeKeys } from "./keys.ts";
import type { Job } from "./run.ts";

/** A purge without progress for this long was lost; otherwise another process is running it. */
const forgottenSeconds = 600;

/** Finds the organizations that are due, and queues the purge of those that nobody is purging. */
export const due = fn(
  "purge.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    for await (const items of pagesOf({
      list: organizationKeys.deletedOrganizations,
      to: `${overdue()}~`,
      limit: 100,
    })) {
      const organizations = items.map(({ pk }) => pk);
      const purges = await table.getMany(organizations.map(purgeKeys.purging));
      const isAtWork = (n: number) => purges[n] !== undefined && purges[n].movedAt > instant(-forgottenSeconds);
      const jobs = organizations.flatMap((organization, n): Job[] =>
        isAtWork(n) ? [] : [{ job: "purge", organization }],
      );
      if (jobs.length > 0) await queues.send("imports", jobs);
      queued += jobs.length;
    }
    return { queued };
  },
);
