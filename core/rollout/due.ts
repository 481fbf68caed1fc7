import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Lists } from "../table/lists.ts";
import type { Position } from "../table/table.ts";
import type { Job } from "./check.ts";

/** Finds the rollouts that are running, and queues a check of each. */
export const due = fn(
  "rollout.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    let start: Position | undefined;
    do {
      const page = await table.query({ list: Lists.openRollouts, start });
      const jobs = page.items.map(({ pk: organization }): Job => ({ job: "checkRollout", organization }));
      if (jobs.length > 0) await queues.send("work", jobs);
      queued += jobs.length;
      start = page.next;
    } while (start);
    return { queued };
  },
);
