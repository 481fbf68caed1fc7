import { queues, table } from "../kernel/ports.ts";
import { type Announcement, on, respond } from "../kernel/reaction.ts";
import { Keys } from "../table/keys.ts";
import { ReclaimStarted } from "./events.ts";
import type { Job } from "./job.ts";

/** Queues a reclaim that has started. Can be repeated. */
export const reactions = on(ReclaimStarted, async (_, { owner: organization }) => {
  const row = await table.get(Keys.reclaim(organization));
  if (row?.state !== "running") return;
  await queues.send("work", [{ job: "reclaim", organization, id: row.id } satisfies Job]);
});

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);

/** Runs the job. Its code is loaded only where it runs. */
export async function work(job: Job): Promise<void> {
  const { run } = await import("./run.ts");
  await run(job);
}
