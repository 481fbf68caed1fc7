import { asSystem } from "@muster/core/kernel/context.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { Work, work } from "./jobs.ts";
import { messages } from "./messages.ts";

boot();
const stripe = bindStripe(openSecrets());

/** Runs reactions to events that have reached the log, and jobs of the schedule or of a reaction. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  await stripe();
  return asSystem("work", () => messages(event, Work, work));
}
