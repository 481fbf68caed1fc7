import { asSystem, isPastDeadline } from "@muster/core/kernel/context.ts";
import { now, queues } from "@muster/core/kernel/ports.ts";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe } from "../stripe.ts";
import { Work, work } from "./jobs.ts";
import { messages } from "./messages.ts";

/** The longest time of a job after it has seen its deadline: three tries of Stripe of 10 s each, and the table. */
const reserveMs = 40_000;

const stripe = bindStripe(openSecrets({ caller: boot() }));

/**
 * Runs reactions to events that have reached the log, and jobs of the schedule or of a reaction. What there is no time
 * for is queued again, so that it does not become a dead letter because of others.
 */
export async function handler(
  event: SQSEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<SQSBatchResponse> {
  const until = now().getTime() + context.getRemainingTimeInMillis() - reserveMs;
  await stripe();
  return asSystem("work", () => messages(event, Work, begin), until);
}

// threat: messages become dead letters because a job before them takes all the time
const begin = (message: Work): Promise<unknown> => (isPastDeadline() ? queues.send("work", [message]) : work(message));
