import type { ID } from "../base/id.ts";
import { now, queues } from "../kernel/ports.ts";
import { receiptSeconds } from "./limits.ts";

/** By organization, the last slot whose check this process has queued. */
const queued = new Map<ID<"organization">, number>();
const maxQueued = 10_000;

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
