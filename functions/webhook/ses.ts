import { parse } from "@muster/core/base/valid.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import type { EventBridgeEvent } from "aws-lambda";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { log } from "../log.ts";

/**
 * The part of SES's event that Muster reads:
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
const Detail = v.object({
  eventType: v.picklist(["Send", "Delivery", "Bounce", "Complaint", "Reject"]),
  mail: v.object({
    timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    destination: v.array(v.string()),
    tags: v.optional(v.record(v.string(), v.array(v.string())), {}),
  }),
  bounce: v.optional(v.object({ bounceType: v.string() })),
});

const mailStatuses = {
  Send: "sent",
  Delivery: "delivered",
  Bounce: "bounced",
  Complaint: "complained",
  Reject: "rejected",
} as const;

boot();

/** Handles SES's events about mails. */
export async function handler(event: EventBridgeEvent<string, unknown>): Promise<void> {
  const { eventType, mail, bounce } = parse(Detail, event.detail);
  const tags = Object.fromEntries(Object.entries(mail.tags).map(([name, values]) => [name, values[0] ?? ""]));
  const permanent = bounce?.bounceType === "Permanent";
  const { paused, isDouble } = await asSystem("mail-events", () =>
    Mail.record({
      mailStatus: mailStatuses[eventType],
      permanent,
      recipients: mail.destination,
      tags,
      sentAt: mail.timestamp,
    }),
  );
  if (isDouble) log.warn("An email was sent twice, because SES reported it late.", { tags });
  if (paused) log.warn("The emails of an organization are paused.", { organization: tags.organization, eventType });
}
