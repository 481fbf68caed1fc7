import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import {
  GetSendQuotaCommand,
  SESClient,
  type SESClientConfig,
  SESServiceException,
  SendRawEmailCommand,
} from "@aws-sdk/client-ses";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import { minuteMs } from "../base/duration.ts";
import { MailPostponed, MailRefused } from "../kernel/mail-error.ts";
import { type Mail, type MailMessage, now, type Ports, type Quota, type SendSlot } from "../kernel/ports.ts";

const rateKeptMs = 5 * minuteMs;
/** A provider that hangs must become a lost answer while the function still runs. */
const patience = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
/** Without a connection nothing was sent. */
const unreachable = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"];
// threat: a mail of which nobody knows whether it was sent is sent again
const noConnection = /did not establish a connection/;
/** SES's error names and messages for too many mails a second, and for too many in 24 hours. */
const throttles = /^Throttl|LimitExceeded|TooManyRequests/;
const throttling = /^454 /;
const ofTheDay = /daily/i;
const daySeconds = 600;
const refusals = ["MessageRejected", "MailFromDomainNotVerifiedException", "InvalidParameterValue"];

// Shapes

export type Sender = { from: string; name: string; configurationSet?: string | undefined };

// Functions

/** Mail over SES, and the account's limits there: the rate is read every five minutes. */
export function ses(sender: Sender, config: SESClientConfig = {}): Mail & Pick<Ports, "quota"> {
  // the SDK must not retry: after a lost answer it is unknown whether a mail was sent
  const sending = new SESClient({ requestHandler: patience, ...config, maxAttempts: 1 });
  const asking = new SESClient({ requestHandler: patience, ...config });
  let known: Quota | undefined;

  /** An outdated answer, if there is no new one, holds up no mail. */
  async function quota(oldestMs: number): Promise<Quota> {
    const at = now().getTime();
    if (known && at - known.at < oldestMs) return known;
    try {
      const {
        MaxSendRate = 1,
        Max24HourSend = 0,
        SentLast24Hours = 0,
      } = await asking.send(new GetSendQuotaCommand({}));
      known = { perSecond: Math.max(1, MaxSendRate), perDay: Max24HourSend, sentInDay: SentLast24Hours, at };
    } catch (error) {
      if (!known) throw error;
    }
    return known;
  }

  return {
    async send(message, slot) {
      const command = new SendRawEmailCommand({
        RawMessage: { Data: await write(sender, message) },
        Source: sender.from,
        Destinations: [message.to],
        Tags: Object.entries(message.tags).map(([Name, Value]) => ({ Name, Value })),
        ...(sender.configurationSet && { ConfigurationSetName: sender.configurationSet }),
      });
      leaveAt(slot, command, sending);
      try {
        const { MessageId } = await sending.send(command);
        return MessageId ?? "";
      } catch (error) {
        throw explain(error);
      }
    },

    rate: async () => (await quota(rateKeptMs)).perSecond,
    quota,
  };
}

/**
 * Makes a signed request wait for its slot. It has left once Node has handed it to a connection; if a connection has to
 * be opened first, that is known only with the answer.
 */
function leaveAt(slot: SendSlot, { middlewareStack }: SendRawEmailCommand, client: SESClient): void {
  middlewareStack.add(
    (next) => async (all) => {
      await slot.come();
      const answer = next(all);
      const gone = () => slot.gone();
      setImmediate(() => {
        if (isConnecting(client)) answer.then(gone, gone);
        else gone();
      });
      return answer;
    },
    { step: "finalizeRequest", priority: "low" },
  );
}

type Handler = { httpHandlerConfigs?: () => { httpAgent?: Agent; httpsAgent?: Agent } };
type Agent = { sockets?: NodeJS.ReadOnlyDict<Socket[]>; requests?: NodeJS.ReadOnlyDict<unknown[]> };

/** Returns whether any request still has no connection. */
function isConnecting({ config }: SESClient): boolean {
  const { httpAgent, httpsAgent } = (config.requestHandler as Handler).httpHandlerConfigs?.() ?? {};
  return [httpAgent, httpsAgent].some((agent) => {
    const sockets = Object.values(agent?.sockets ?? {}).flat() as (Socket & { secureConnecting?: boolean })[];
    const isMaking = sockets.some(({ connecting, secureConnecting }) => connecting || secureConnecting);
    return isMaking || Object.keys(agent?.requests ?? {}).length > 0;
  });
}

/** Returns the raw mail, with the headers that mailbox providers look at. */
function write(sender: Sender, { to, subject, text, html, replyTo, unsubscribeUrl }: MailMessage): Promise<Buffer> {
  const domain = sender.from.slice(sender.from.indexOf("@") + 1);
  const mail = {
    from: { name: sender.name, address: sender.from },
    to,
    ...(replyTo && { replyTo }),
    subject,
    text,
    html,
    date: now(),
    messageId: `<${randomUUID()}@${domain}>`,
    // suppresses out-of-office replies; delivery failure reports are still welcome
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
      ...(unsubscribeUrl && {
        // in one line: providers read no folded address
        "List-Unsubscribe": { prepared: true, value: `<${unsubscribeUrl}>` },
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      }),
    },
  };
  return new MailComposer(mail).compile().build();
}

/**
 * An answer tells what happened to the mail: with an error it was not sent. Without an answer, it may be on its way if
 * anything was sent.
 */
function explain(error: unknown): unknown {
  // threat: a provider that cannot be reached leaves all mails in doubt
  if (isBeforeSending(error)) {
    return new MailPostponed("The mail provider cannot be reached.", { lack: "provider", cause: error });
  }
  const status = statusOf(error);
  // threat: an outage of the provider leaves all mails in doubt
  if (status === undefined || status < 400) return error;
  if (status >= 500 || !(error instanceof SESServiceException)) {
    return new MailPostponed("The mail provider is down.", { lack: "provider", cause: error });
  }
  if (refusals.includes(error.name)) return new MailRefused("The mail provider refused this mail.", { cause: error });
  return new MailPostponed("The mail provider does not accept this mail now.", { ...lackOf(error), cause: error });
}

/** The status of an answer, also of one that the SDK cannot read, such as a page of a load balancer. */
function statusOf(error: unknown): number | undefined {
  const { $metadata, $response } = Object(error) as Partial<Answered>;
  return $metadata?.httpStatusCode ?? $response?.statusCode;
}

type Answered = { $metadata: { httpStatusCode?: number }; $response: { statusCode?: number } };

function lackOf({ name, message }: SESServiceException): { lack?: "rate" | "day"; seconds?: number } {
  if (!throttles.test(name) && !throttling.test(message)) return {};
  return ofTheDay.test(message) ? { lack: "day", seconds: daySeconds } : { lack: "rate" };
}

function isBeforeSending(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "CredentialsProviderError") return true;
  if ("code" in error && unreachable.includes(String(error.code))) return true;
  return error.name === "TimeoutError" && noConnection.test(error.message);
}
