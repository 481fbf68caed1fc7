import { hourSeconds } from "@muster/core/base/duration.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { MailPostponed, MailUnconfirmed, retrySeconds } from "@muster/core/kernel/mail-error.ts";
import { instant, now, queues } from "@muster/core/kernel/ports.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { maxDelaySeconds } from "@muster/core/queue/limits.ts";
import * as Slots from "@muster/core/rate/slots.ts";
import { connect } from "@muster/core/table/client.ts";
import { limitConcurrency } from "@muster/core/table/concurrency.ts";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { log } from "../log.ts";
import { openSecrets } from "../secrets.ts";
import { noteOutcome, noteWaiting } from "./backlog.ts";
import { messages } from "./messages.ts";
import { reported, sender } from "./sender.ts";

/** The maximum duration of sending one mail: the timeouts of the provider and the table. */
const reserveMs = 8000;
/** A person waits for a code. */
const codeRetrySeconds = 3;
const maxCodeDelaySeconds = 30;

const client = connect();
const secrets = openSecrets({ caller: client.config });
await secrets.refresh();
boot({ pepper: secrets.peppers, mail: reported(ses(sender())) }, client);

/** Sends the mails that rows request, each at its slot. One that must wait is queued again, and so is not an error. */
export async function handler(event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">) {
  const until = now().getTime() + context.getRemainingTimeInMillis() - reserveMs;
  const deliverAll = async (): Promise<SQSBatchResponse> => {
    const limited = limitConcurrency(await Slots.atOnce());
    // a code that was sent twice does no harm, so codes do not wait for each other
    // threat: a worker that dies takes the results of a batch of mails with it
    const deliver = (job: Mail.Job) => (job.kind === "code" ? send(job) : limited(() => send(job)));
    const answers = await Promise.all(
      event.Records.map((record) => messages({ Records: [record] }, Mail.Job, deliver)),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
  await secrets.refresh();
  return asSystem("mail", deliverAll, until);
}

async function send(job: Mail.Job): Promise<void> {
  try {
    const { outcome } = await Mail.deliver(job);
    await noteOutcome(job, outcome);
  } catch (error) {
    // threat: a mail that must wait is a dead letter
    if (!(error instanceof MailPostponed || error instanceof MailUnconfirmed)) throw error;
    await postpone(job, error);
  }
}

/** Before the message is deleted: a crash in between duplicates it, which the claim of a mail makes harmless. */
async function postpone(job: Mail.Job, reason: MailPostponed | MailUnconfirmed): Promise<void> {
  const isCode = job.kind === "code";
  const delaySeconds = delayOf(isCode, reason);
  const { since = instant() } = job;
  const ageSeconds = Math.floor((now().getTime() - Date.parse(since)) / 1000);
  const lack = lackOf(reason);
  const why = { why: reason.message, ...(lack && { lack }), ...(reason.cause !== undefined && { reason }) };
  const said = { kind: job.kind, ageSeconds, seconds: delaySeconds, ...why };
  // what is booked is no problem, nor is what waits for a slot for a while; a code is, since a person waits too
  const isOrdinary = lack === undefined || (lack === "slot" && ageSeconds < hourSeconds);
  if (isCode || !isOrdinary) log.warn("A mail waits.", said);
  else log.debug("A mail waits.", said);
  const { booking } = reason;
  // threat: a mail that cannot be queued again is lost
  await queues.send(isCode ? "codes" : "mail", [{ ...job, since, ...(booking && { turn: booking }) }], delaySeconds);
  if (lack !== undefined && lack !== "slot") await noteWaiting(job, since);
}

/** In how many seconds it is tried again. */
function delayOf(isCode: boolean, { booking, seconds = 0 }: MailPostponed | MailUnconfirmed): number {
  const [usual, longest] = isCode ? [codeRetrySeconds, maxCodeDelaySeconds] : [retrySeconds, maxDelaySeconds];
  const bookedSeconds = booking ? Math.ceil((Date.parse(booking.at) - now().getTime()) / 1000) : 0;
  return bookedSeconds > 0 ? Math.min(bookedSeconds, maxDelaySeconds) : Math.min(Math.max(seconds, usual), longest);
}

/** Returns what it waits for; nothing if it is only booked. */
function lackOf(reason: MailPostponed | MailUnconfirmed) {
  if (reason instanceof MailUnconfirmed) return "report";
  return reason.lack ?? (reason.cause === undefined ? undefined : "provider");
}
