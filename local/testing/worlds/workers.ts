import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import type { World } from "./world.ts";

/** The clock and the workers of a deployment, each run by hand. What fails stays on its queue. */
export type Workers = {
  /** Lets the clock find what is due. */
  tick: () => Promise<void>;
  /** Runs one job. */
  run: (job: Schedule.Job) => Promise<unknown>;
  /** Runs the jobs on the queue of work until none is left, and returns how many there were. */
  work: () => Promise<number>;
  /** Delivers the mails on the queue. */
  mail: () => Promise<void>;
};

export function openWorkers({ queued }: World): Workers {
  const run = (job: Schedule.Job) => asSystem<Promise<unknown>>("work", () => Schedule.work(job));

  async function drain(queue: object[], take: (message: object) => Promise<unknown>): Promise<number> {
    let taken = 0;
    for (; queue[0]; taken++) {
      await take(queue[0]);
      queue.shift();
    }
    return taken;
  }

  return {
    run,
    tick: async () => void (await asSystem("clock.due", () => Schedule.due({}))),
    work: () => drain(queued.work, (job) => run(job as Schedule.Job)),
    mail: async () => void (await drain(queued.mail, (job) => asSystem("mail", () => Mail.deliver(job as Mail.Job)))),
  };
}
