import { SESClient, SESServiceException, SendRawEmailCommand } from "@aws-sdk/client-ses";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type { Mail } from "../kernel/ports.ts";
import { MailPostponed, MailRefused } from "./error.ts";

export type Sender = { from: string; name: string; configurationSet?: string | undefined };

const refusals = ["MessageRejected", "MailFromDomainNotVerifiedException", "InvalidParameterValue"];

/** Mail over SES. The client never retries by itself: after a lost answer nobody knows whether a mail was sent. */
export function ses(sender: Sender, client: SESClient = new SESClient({ maxAttempts: 1 })): Mail {
  return {
    async send({ to, subject, text, html, tags }) {
      const from = { name: sender.name, address: sender.from };
      // automatic mail says so, so that no holiday notice answers it
      const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
      const raw = await new MailComposer({ from, to, subject, text, html, headers }).compile().build();
      const command = new SendRawEmailCommand({
        RawMessage: { Data: raw },
        Source: sender.from,
        Destinations: [to],
        Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        ...(sender.configurationSet && { ConfigurationSetName: sender.configurationSet }),
      });
      try {
        const { MessageId } = await client.send(command);
        return MessageId ?? "";
      } catch (error) {
        if (!(error instanceof SESServiceException)) throw error; // no answer: it may be on its way
        if (refusals.includes(error.name))
          throw new MailRefused("The mail provider refused this mail.", { cause: error });
        const status = error.$metadata.httpStatusCode ?? 500;
        if (status >= 500) throw error;
        throw new MailPostponed("The mail provider does not take this mail now.", { cause: error });
      }
    },
  };
}
