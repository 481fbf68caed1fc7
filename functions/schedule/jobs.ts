import { asSystem } from "@muster/core/kernel/context.ts";
import { log } from "../log.ts";

/**
 * A job of the clock; it returns what it did, in numbers.
 * @param ran the names of the jobs that ran before it
 */
export type Job = (ran: readonly string[]) => Promise<Record<string, number | boolean>>;
export type Jobs = Readonly<Record<string, Job>>;

/**
 * Runs jobs one after the other. One that fails does not prevent the others.
 * @param until the deadline, in ms since 1970
 * @throws AggregateError at the end, if any has failed, so that the schedule sees it
 */
export async function runAll(jobs: Jobs, until?: number): Promise<void> {
  const ran: string[] = [];
  const failed: { name: string; error: unknown }[] = [];
  for (const [name, job] of Object.entries(jobs)) {
    try {
      const done = await asSystem(`clock.${name}`, () => job(ran), until);
      // threat: a job of the clock that always fails counts as one that runs
      ran.push(name);
      log.info("A job of the clock ran.", { job: name, ...done });
    } catch (error) {
      log.error("A job of the clock failed.", { job: name, error });
      // threat: one job of the clock that fails keeps the others from running
      failed.push({ name, error });
    }
  }
  // threat: a failed tick of the clock looks successful
  if (failed.length === 0) return;
  const names = failed.map(({ name }) => name).join(", ");
  throw new AggregateError(
    failed.map(({ error }) => error),
    `These jobs of the clock failed: ${names}.`,
  );
}
