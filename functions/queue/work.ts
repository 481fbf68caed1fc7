import * as Audit from "@muster/core/audit/audit.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { messages } from "./messages.ts";
import { react } from "./reactions.ts";

boot();

/** Reactions to events that have reached the log. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return asSystem("work", () => messages(event, Audit.Announcement, (announcement) => react(announcement)));
}
