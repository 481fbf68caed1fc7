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
import * as Forget from "@muster/core/team/cleanup.ts";
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
  Forget.Job,
  Billing.Job,
  Billing.CustomerJob,
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

export function work(message: Work): Promise<unknown> {
  if (!("job" in message)) return react(message);
  switch (message.job) {
    case "close":
      return Close.close({ organization: message.organization });
    case "erase":
      return Erase.erase(message);
    case "checkRollout":
      return Rollout.check(message);
    case "cleanUp":
      return Forget.cleanUp(message);
    case "eraseComment":
    case "closeReports":
      return eraseComment(message);
    case "eraseFeed":
      return Update.eraseFeed(message);
    case "eraseUpdate":
      return Update.erase(message);
    case "queueDigests":
      return Digest.queueDigests(message);
    case "notifyTeam":
      return TeamMention.notifyTeam(message);
    case "removeByAuthor":
      return Author.continueRemoval(message);
    case "walkReports":
      return Reports.walkReports(message);
    case "reclaim":
      return Reclaim.work(message);
    case "followSeats":
      return followSeats(message);
    case "reconcile":
      return Billing.reconcile({ organization: message.organization });
    case "reconcileCustomer":
      return Customers.reconcileCustomer({ customer: message.customer });
    case "expire":
    case "remind":
    case "revokeSent":
      return Schedule.work(message);
  }
}

/** Most organizations have no automatic seats. */
async function followSeats(job: FollowJob): Promise<unknown> {
  return (await import("@muster/core/billing/automatic/follow.ts")).followSeats(job);
}
