import { setTimeout as pause } from "node:timers/promises";
import { asSystem } from "@muster/core/kernel/context.ts";
import { now } from "@muster/core/kernel/ports.ts";
import { MailPostponed } from "@muster/core/mail/error.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import * as Pace from "@muster/core/mail/pace.ts";
import { ses } from "@muster/core/mail/ses.ts";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { loadSecrets } from "../secrets.ts";
import { messages } from "./messages.ts";

/** What sending one mail may take: the provider's patience and the table's. */
const reserveMs = 8000;
/** So often a mail that the provider had no room for takes another turn before it goes back to the queue. */
const turnsPerMail = 3;

const sender = config(["MUSTER_MAIL_FROM", "MUSTER_PRODUCT_NAME", "MUSTER_MAIL_CONFIGURATION_SET"]);
const { pepper } = await loadSecrets();

boot({
  pepper,
  mail: ses({
    from: sender.MUSTER_MAIL_FROM,
    name: sender.MUSTER_PRODUCT_NAME,
    configurationSet: sender.MUSTER_MAIL_CONFIGURATION_SET,
  }),
});

/** Sends the mails that rows ask for, each at its turn; those without one in time go back to the queue. */
export async function handler(event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">) {
  const until = now().getTime() + context.getRemainingTimeInMillis() - reserveMs;
  return asSystem("mail", async (): Promise<SQSBatchResponse> => {
    const booked = Pace.book(event.Records.length, until);
    booked.catch(() => {}); // each message fails by it, and says so
    const answers = event.Records.map((record, i) =>
      messages({ Records: [record] }, Mail.Job, async (job) => send(job, (await booked)[i], until)),
    );
    return { batchItemFailures: (await Promise.all(answers)).flatMap(({ batchItemFailures }) => batchItemFailures) };
  });
}

async function send(job: Mail.Job, first: number | undefined, until: number): Promise<void> {
  for (let turn = first, turns = 1; ; turns++) {
    if (turn === undefined) throw new Error("The mail provider has no room for this mail now.");
    const waitMs = turn - now().getTime();
    if (waitMs > 0) await pause(waitMs);
    try {
      await Mail.deliver(job);
      return;
    } catch (error) {
      if (!(error instanceof MailPostponed) || turns === turnsPerMail) throw error;
      [turn] = await Pace.book(1, until);
    }
  }
}
