import * as Audit from "@muster/core/audit/audit.ts";
import * as Billing from "@muster/core/billing/reconcile.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import * as Forget from "@muster/core/team/forget.ts";
import * as v from "valibot";
import { react } from "./reactions.ts";

/** What travels on the queue of work: an event to react to, or a job. */
export const Work = v.union([Audit.Announcement, Schedule.Job, Forget.Job, Billing.Job]);
export type Work = v.InferOutput<typeof Work>;

export function work(message: Work): Promise<unknown> {
  if (!("job" in message)) return react(message);
  switch (message.job) {
    case "forget":
      return Forget.forget(message);
    case "reconcile":
      return Billing.reconcile({ organization: message.organization });
    default:
      return Schedule.work(message);
  }
}
