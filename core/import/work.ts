import * as v from "valibot";
import * as Compile from "./compile.ts";
import * as Run from "./run.ts";
import * as Watch from "./watch.ts";

/** A job for one import, as a message on the queue of imports. */
export const Job = v.variant("job", [Run.Job, Watch.Job, Compile.Job]);
export type Job = v.InferOutput<typeof Job>;

/** Runs a job of any kind. */
export function work(job: Job): Promise<unknown> {
  switch (job.job) {
    case "run":
      return Run.run(job);
    case "check":
      return Watch.check(job);
    case "compile":
      return Compile.compile(job);
  }
}
