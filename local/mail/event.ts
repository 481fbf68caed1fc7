import { randomUUID } from "node:crypto";
import type { EventBridgeEvent } from "aws-lambda";
import type { Mail, MailStatus } from "./store.ts";

const account = "000000000000";

/** A report of SES about a mail: that it accepted it, and the result then. */
type Reported = "Send" | MailStatus;

const names: Record<Reported, string> = {
  Send: "Email Sent",
  Delivery: "Email Delivered",
  Bounce: "Email Bounced",
  Complaint: "Email Complaint Received",
  Reject: "Email Rejected",
};

export type MailEvent = EventBridgeEvent<string, object>;

/** Recipients of a mail with the same status. */
export type Outcome = {
  mailStatus: Reported;
  recipients: string[];
  suppressed?: boolean;
};

/**
 * Returns the event that SES puts on the event bus when it knows what happened to a mail. Shapes:
 * docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function mailEvent(mail: Mail, outcome: Outcome, { region, now }: { region: string; now: Date }): MailEvent {
  const timestamp = now.toISOString();
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": names[outcome.mailStatus],
    source: "aws.ses",
    account,
    time: `${timestamp.slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:ses:${region}:${account}:configuration-set/${mail.configurationSet ?? ""}`],
    detail: { eventType: outcome.mailStatus, mail: described(mail), ...particulars(outcome, timestamp) },
  };
}

function described(mail: Mail): object {
  const tags = Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]]));
  return {
    timestamp: mail.at,
    source: mail.source,
    sendingAccountId: account,
    messageId: mail.id,
    destination: mail.destinations,
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: { from: [mail.from], to: mail.to, subject: mail.subject, messageId: mail.id },
    tags: {
      ...tags,
      "ses:configuration-set": [mail.configurationSet ?? ""],
      "ses:from-domain": [mail.source.split("@").at(-1) ?? ""],
      "ses:caller-identity": ["local"],
    },
  };
}

function particulars({ mailStatus, recipients, suppressed = false }: Outcome, timestamp: string): object {
  const bodies: Record<Reported, object> = {
    Send: { send: {} },
    Delivery: {
      delivery: {
        timestamp,
        processingTimeMillis: 1,
        recipients,
        smtpResponse: "250 2.6.0 Message received",
        reportingMTA: "localhost",
      },
    },
    Bounce: {
      bounce: {
        bounceType: "Permanent",
        bounceSubType: suppressed ? "Suppressed" : "General",
        bouncedRecipients: recipients.map((emailAddress) => ({
          emailAddress,
          action: "failed",
          status: "5.1.1",
          diagnosticCode: suppressed
            ? "Amazon SES has suppressed sending to this address because it has a recent history of bouncing."
            : "smtp; 550 5.1.1 user unknown",
        })),
        timestamp,
        feedbackId: randomUUID(),
        reportingMTA: "dsn; localhost",
      },
    },
    Complaint: {
      complaint: {
        complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
        timestamp,
        feedbackId: randomUUID(),
        userAgent: "Amazon SES Mailbox Simulator",
        complaintFeedbackType: "abuse",
      },
    },
    Reject: { reject: { reason: "Bad content" } },
  };
  return bodies[mailStatus];
}
