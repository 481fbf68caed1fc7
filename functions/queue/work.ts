import * as Audit from "@muster/core/audit/audit.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { messages } from "./messages.ts";
import { react } from "./reactions.ts";

const Work = v.union([Audit.Announcement, Schedule.Job]);
type Work = v.InferOutput<typeof Work>;

boot();

/** Reactions to events that have reached the log, and what the schedule or a reaction leaves to do. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return asSystem("work", () => messages(event, Work, work));
}

function work(message: Work): Promise<unknown> {
  return "job" in message ? Schedule.work(message) : react(message);
}
