import * as Erase from "@muster/core/account/erase.ts";
import { Job as FollowJob } from "@muster/core/billing/automatic/job.ts";
import * as Close from "@muster/core/billing/close.ts";
import * as Customers from "@muster/core/billing/customer.ts";
import * as Billing from "@muster/core/billing/reconcile.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { Announcement } from "@muster/core/kernel/reaction.ts";
import * as Digest from "@muster/core/notification/digest.ts";
import * as TeamMention from "@muster/core/notification/team-mention.ts";
import { Job as ReclaimJob } from "@muster/core/reclaim/job.ts";
import * as Reclaim from "@muster/core/reclaim/react.ts";
import * as Rollout from "@muster/core/rollout/check.ts";
import * as Cleanup from "@muster/core/team/cleanup.ts";
import * as Author from "@muster/core/update/author.ts";
import * as Update from "@muster/core/update/erase.ts";
import { CommentJob, eraseComment } from "@muster/core/update/erase-comment.ts";
import * as Reports from "@muster/core/update/report-closing.ts";
import * as v from "valibot";
import { react } from "./reactions.ts";

/** A message on the queue of work: an event to react to, or a job. */
export const Work = v.union([
  Announcement,
  Schedule.Job,
  Cleanup.Job,
  Billing.Job,
  Billing.CustomerJob,
  Billing.DisputeJob,
  Close.Job,
  FollowJob,
  Erase.Job,
  Rollout.Job,
  Digest.Job,
  TeamMention.Job,
  Author.AuthorJob,
  Update.Job,
  Update.FeedJob,
  CommentJob,
  Reports.WalkJob,
  ReclaimJob,
]);
export type Work = v.InferOutput<typeof Work>;

type Job = Extract<Work, { job: string }>;
type Run = { [J in Job["job"]]: (job: Extract<Job, { job: J }>) => Promise<unknown> };

const jobs: Run = {
  checkRollout: Rollout.check,
  cleanUp: Cleanup.cleanUp,
  close: ({ organization }) => Close.close({ organization }),
  closeReports: eraseComment, // what the release before called it
  erase: Erase.erase,
  eraseComment,
  eraseFeed: Update.eraseFeed,
  eraseUpdate: Update.erase,
  expire: Schedule.work,
  followSeats,
  notifyTeam: TeamMention.notifyTeam,
  queueDigests: Digest.queueDigests,
  reclaim: Reclaim.work,
  reconcile: ({ organization }) => Billing.reconcile({ organization }),
  reconcileCustomer: ({ customer }) => Customers.reconcileCustomer({ customer }),
  reconcileDispute: ({ dispute }) => Customers.reconcileDispute({ dispute }),
  remind: Schedule.work,
  removeByAuthor: Author.continueRemoval,
  revokeSent: Schedule.work,
  walkReports: Reports.walkReports,
};

export function work(message: Work): Promise<unknown> {
  if (!("job" in message)) return react(message);
  const run = jobs[message.job] as (job: Job) => Promise<unknown>;
  return run(message);
}

/** Most organizations have no automatic seats. */
async function followSeats(job: FollowJob): Promise<unknown> {
  return (await import("@muster/core/billing/automatic/follow.ts")).followSeats(job);
}
