import { asSystem } from "@muster/core/kernel/context.ts";
import { now } from "@muster/core/kernel/ports.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { connect } from "@muster/core/table/client.ts";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { log } from "../log.ts";
import { openSecrets } from "../secrets.ts";
import { notePortion } from "./backlog.ts";
import { messages } from "./messages.ts";
import { reported, sender } from "./sender.ts";

/** The maximum remaining time of the mails being sent: the timeouts of the provider and the table. */
const reserveMs = 10_000;

const client = connect();
const secrets = openSecrets({ caller: client.config });
await secrets.refresh();
const mail = reported(ses(sender()));
boot({ pepper: secrets.peppers, mail, quota: mail.quota }, client);

/** Sends what imports request, some seconds' worth of each message. */
export async function handler(
  event: SQSEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<SQSBatchResponse> {
  const until = now().getTime() + context.getRemainingTimeInMillis() - reserveMs;
  await secrets.refresh();
  return asSystem("bulk", () => messages(event, Bulk.Job, perform), until);
}

async function perform(job: Bulk.Job): Promise<void> {
  const result = await Bulk.perform(job);
  if (result) await notePortion(job, result);
  if (result?.lack === "day") log.warn("Bulk mails wait: the quota of 24 hours is used up.", { job: job.job });
  if (result?.waitingSeconds !== undefined) {
    log.warn("A mail waits.", { kind: "import", ageSeconds: result.waitingSeconds, ...job });
  }
  if (result?.unconfirmed) {
    log.warn("It is unknown whether some mails were sent.", { ...job, unconfirmed: result.unconfirmed });
  }
}
