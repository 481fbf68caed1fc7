import * as Erase from "@muster/core/account/erase.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import * as Close from "@muster/core/billing/close.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import * as Forget from "@muster/core/team/forget.ts";
import * as v from "valibot";
import { react } from "./reactions.ts";

/** What travels on the queue of work: an event to react to, or a job. */
export const Work = v.union([Audit.Announcement, Schedule.Job, Forget.Job, Close.Job, Erase.Job]);
export type Work = v.InferOutput<typeof Work>;

export function work(message: Work): Promise<unknown> {
  if (!("job" in message)) return react(message);
  if (message.job === "erase") return Erase.erase(message);
  if (message.job === "close") return Close.close({ organization: message.organization });
  return message.job === "forget" ? Forget.forget(message) : Schedule.work(message);
}
