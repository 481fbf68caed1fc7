import { setTimeout as pause } from "node:timers/promises";
import { asSystem } from "@muster/core/kernel/context.ts";
import { now } from "@muster/core/kernel/ports.ts";
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
    const turns = Pace.book(event.Records.length, until);
    turns.catch(() => {}); // each message fails by it, and says so
    const answers = event.Records.map((record, i) =>
      messages({ Records: [record] }, Mail.Job, async (job) => sendAt((await turns)[i], job)),
    );
    return { batchItemFailures: (await Promise.all(answers)).flatMap(({ batchItemFailures }) => batchItemFailures) };
  });
}

async function sendAt(turn: number | undefined, job: Mail.Job): Promise<void> {
  if (turn === undefined) throw new Error("The mail provider takes no more mails for now.");
  const waitMs = turn - now().getTime();
  if (waitMs > 0) await pause(waitMs);
  await Mail.deliver(job);
}
