import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { billingNotifications } from "../billing/notifications.ts";
import { table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import { billingEmailOf } from "../notification/billing-mail.ts";
import { notificationKeys } from "../notification/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { waiting } from "../rate/budgets.ts";
import * as Limits from "../rate/limits.ts";
import * as Slots from "../rate/slots.ts";
import { present } from "../table/table.ts";
import { compose } from "./compose.ts";
import { mailKeys } from "./keys.ts";
import { billingMailTemplate } from "./notification-template.ts";
import { giveUp, type MailRow, sendWithin, toSend } from "./send-once.ts";
import { suppressionOf } from "./shape.ts";

// Shapes

/** A mail about payment to the billing address of an organization. */
export const Job = v.strictObject({
  kind: v.literal("billing"),
  organization: ID.schema("organization"),
  notification: ID.schema("notification"),
  ...waiting,
});
export type Job = v.InferOutput<typeof Job>;
type Named = Pick<Job, "organization" | "notification">;

// Functions

/** Sends it once, to the address that the settings have now, which nobody has verified. Owners have the mail of their own notification. */
export async function deliver({ organization, notification }: Job, takeBooking: () => Promise<void>): Promise<string> {
  const [row, organizationRow] = await table.getMany([
    notificationKeys.billingMail(organization, notification),
    organizationKeys.organization(organization),
  ]);
  if (!row || !organizationRow) return "gone";
  const mailRow = toSend(mailRowOf({ organization, notification }), row.mail, row.delivery);
  if (!mailRow) return `${row.mail} already`;
  const email = await billingEmailOf(organization);
  if (!email || organizationRow.state === "deleted" || !isBilling(row.kind)) return giveUp(mailRow, "failed", present);
  const address = Account.addressOf(email);
  const [block, claim] = await table.getMany([mailKeys.suppression(address), accountKeys.claim(address)]);
  const member = claim && (await table.get(memberKeys.member(organization, claim.account)));
  // threat: an owner gets each mail about payment twice
  // threat: an address that bounces gets mails about payment
  if (suppressionOf(block) || member?.role === "owner") return giveUp(mailRow, "suppressed", present);
  await takeBooking();
  const { kind, until } = row;
  const content = billingMailTemplate({
    kind,
    until,
    subject: organizationRow.name,
    organization,
    at: ID.madeAt(notification),
  });
  // threat: anybody is mailed without end by an organization that cancels and resumes
  const share = { limit: Limits.billingMailsPerAddress, who: address };
  return Slots.within("others", (slot) =>
    sendWithin(share, { mailRow, holds: present, slot }, (delivery) =>
      compose(email, content, { kind: "billing", organization, notification, delivery }),
    ),
  );
}

/** The row of the mail, by which the provider's events find it. */
export const mailRowOf = ({ organization, notification }: Named): MailRow => ({
  key: notificationKeys.billingMail(organization, notification),
  state: "mail",
  delivery: "delivery",
});

/** The row may be of a newer release, or of a kind that concerns nobody outside. */
const isBilling = (kind: string) => kind in billingNotifications;
