import * as v from "valibot";
import type { ID } from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { now, queues } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import type { Job } from "./check.ts";
import { rolloutKeys } from "./keys.ts";
import { receiptSeconds } from "./limits.ts";

// Queues checks of rollouts, by the clock and by what devices report, in functions that do not run them.

/** By organization, the last slot whose check this process has queued. */
const queued = new Map<ID<"organization">, number>();
const maxQueued = 10_000;

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

/**
 * Queues a check of an organization's rollout for the end of the present slot of a few seconds, once for all receipts that
 * this process takes in it. The check itself is done once for all processes.
 */
export async function wake(organization: ID<"organization">): Promise<void> {
  const [slotMs, time] = [receiptSeconds * 1_000, now().getTime()];
  const slot = Math.floor(time / slotMs);
  if (queued.get(organization) === slot) return;
  const delaySeconds = Math.ceil(((slot + 1) * slotMs - time) / 1_000);
  await queues.send("work", [{ job: "checkRollout", organization }], delaySeconds);
  if (queued.size >= maxQueued) queued.clear();
  queued.set(organization, slot);
}
