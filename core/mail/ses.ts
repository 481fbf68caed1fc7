import { randomUUID } from "node:crypto";
import {
  GetSendQuotaCommand,
  SESClient,
  type SESClientConfig,
  SESServiceException,
  SendRawEmailCommand,
} from "@aws-sdk/client-ses";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { type Letter, type Mail, now } from "../kernel/ports.ts";
import { MailPostponed, MailRefused } from "./error.ts";

const rateKeptMs = 5 * 60_000;
/** A provider that hangs must become a lost answer while the function still runs. */
const patience = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
/** Without a connection nothing was sent. */
const unreachable = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];
const noConnection = /did not establish a connection/;
const refusals = ["MessageRejected", "MailFromDomainNotVerifiedException", "InvalidParameterValue"];

// Shapes

export type Sender = { from: string; name: string; configurationSet?: string | undefined };

// Functions

/** Mail over SES, and the rate that SES grants the account, asked for every five minutes. */
export function ses(sender: Sender, config: SESClientConfig = {}): Mail {
  // never again by itself: after a lost answer nobody knows whether a mail was sent
  const sending = new SESClient({ requestHandler: patience, ...config, maxAttempts: 1 });
  const asking = new SESClient({ requestHandler: patience, ...config });
  let known: { perSecond: number; until: number } | undefined;

  async function askRate(): Promise<number> {
    const { MaxSendRate = 1 } = await asking.send(new GetSendQuotaCommand({}));
    const perSecond = Math.max(1, MaxSendRate);
    known = { perSecond, until: now().getTime() + rateKeptMs };
    return perSecond;
  }

  return {
    async send(letter) {
      const command = new SendRawEmailCommand({
        RawMessage: { Data: await write(sender, letter) },
        Source: sender.from,
        Destinations: [letter.to],
        Tags: Object.entries(letter.tags).map(([Name, Value]) => ({ Name, Value })),
        ...(sender.configurationSet && { ConfigurationSetName: sender.configurationSet }),
      });
      try {
        const { MessageId } = await sending.send(command);
        return MessageId ?? "";
      } catch (error) {
        throw explain(error);
      }
    },

    async rate() {
      if (known && now().getTime() < known.until) return known.perSecond;
      const last = known;
      return askRate().catch((error: unknown) => {
        if (last) return last.perSecond; // an old answer holds up no mail
        throw error;
      });
    },
  };
}

/** The mail as it travels, with the headers that mailbox providers look at. */
function write(sender: Sender, { to, subject, text, html }: Letter): Promise<Buffer> {
  const domain = sender.from.slice(sender.from.indexOf("@") + 1);
  const mail = {
    from: { name: sender.name, address: sender.from },
    to,
    subject,
    text,
    html,
    date: now(),
    messageId: `<${randomUUID()}@${domain}>`,
    // no holiday notice answers automatic mail; a report that it cannot be delivered is still welcome
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply" },
  };
  return new MailComposer(mail).compile().build();
}

/** An answer of SES tells what became of the mail; once something was sent, and without one, it may be on its way. */
function explain(error: unknown): unknown {
  if (isBeforeSending(error)) return new MailPostponed("The mail provider cannot be reached.", { cause: error });
  if (!(error instanceof SESServiceException)) return error;
  if (refusals.includes(error.name)) return new MailRefused("The mail provider refused this mail.", { cause: error });
  const status = error.$metadata.httpStatusCode ?? 500;
  if (status >= 500) return error;
  return new MailPostponed("The mail provider does not take this mail now.", { cause: error });
}

function isBeforeSending(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "CredentialsProviderError") return true;
  if ("code" in error && unreachable.includes(String(error.code))) return true;
  return error.name === "TimeoutError" && noConnection.test(error.message);
}
