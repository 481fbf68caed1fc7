import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { queues } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import type { Job } from "./check.ts";
import { rolloutKeys } from "./keys.ts";

/** Finds the rollouts that are running, and queues a check of each. */
export const due = fn(
  "rollout.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    for await (const items of pagesOf({ list: rolloutKeys.openRollouts })) {
      const jobs = items.map(({ pk: organization }): Job => ({ job: "checkRollout", organization }));
      if (jobs.length > 0) await queues.send("work", jobs);
      queued += jobs.length;
    }
    return { queued };
  },
);
