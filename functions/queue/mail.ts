import { asSystem } from "@muster/core/kernel/context.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { ses } from "@muster/core/mail/ses.ts";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { config } from "../config.ts";
import { loadSecrets } from "../secrets.ts";
import { messages } from "./messages.ts";

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

/** Sends the mails that rows ask for. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return asSystem("mail", () => messages(event, Mail.Job, Mail.deliver));
}
