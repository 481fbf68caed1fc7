import { failure } from "../base/failure.ts";
import { BillingResizeDropped } from "../billing/events.ts";
import { droppings } from "../billing/seat-failures.ts";
import { queues, table } from "../kernel/ports.ts";
import { type Announcement, on, respond } from "../kernel/reaction.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { equal, update, when } from "../table/table.ts";
import { ReclaimStarted } from "./events.ts";
import type { Job } from "./job.ts";
import { reclaimKeys } from "./keys.ts";

export const failures = {
  other: failure("conflict", "reclaim.other", "It made another change of seats."),
};

/** Queues a reclaim that has started. Can be repeated. */
const started = on(ReclaimStarted, async (_, { owner: organization }) => {
  const row = await table.get(reclaimKeys.reclaim(organization));
  if (row?.state !== "running") return;
  await queues.send("work", [{ job: "reclaim", organization, id: row.id } satisfies Job]);
});

/** Stripe declines a reduction after the reclaim that wanted it has ended. Can be repeated. */
const dropped = on(BillingResizeDropped, async ({ operation, reason }, { owner: organization }) => {
  const { code } = reason === "unknown" ? droppings.refused : droppings[reason];
  const change = { set: { failure: code }, unset: ["seats"] as const };
  const isIts = when(equal("operation", operation), failures.other);
  await writeUnless(failures.other, update(reclaimKeys.reclaim(organization), change, isIts));
});

// threat: a reclaim says that seats are reduced though Stripe has declined it since
export const reactions = [...started, ...dropped];

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);

/** Runs the job. Its code is loaded only where it runs. */
export async function work(job: Job): Promise<void> {
  const { run } = await import("./run.ts");
  await run(job);
}
