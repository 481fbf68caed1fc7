import type { ID } from "../base/id.ts";
import { type Announcement, on, respond } from "../kernel/reaction.ts";
import { OrganizationRenamed } from "../organization/events.ts";
import { SettingSaved } from "../setting/events.ts";
import { BillingCheckoutStarted } from "./events.ts";

/**
 * Sends Stripe the billing contact and address from the general settings, once there is a customer. Can be repeated.
 * The code is loaded only where it runs.
 */
export const reactions = [
  ...on([OrganizationRenamed, BillingCheckoutStarted], (_, { owner }) => send({ organization: owner })),
  ...on(SettingSaved, async ({ fields }, { owner }) => {
    // threat: a setting that Stripe does not get is a call to it
    if (!fields.some(isSent)) return;
    await send({ organization: owner, hasNewEmail: fields.some((field) => emails.includes(field)) });
  }),
];

const emails = ["contact.email", "contact.billingEmail"];
const isSent = (field: string) => [...emails, "contact.phone"].includes(field) || field.startsWith("address.");

async function send(wanted: { organization: ID<"organization">; hasNewEmail?: boolean }): Promise<void> {
  const { sync } = await import("./contact-sync.ts");
  // threat: Stripe continues to write to the contact that the settings named before
  await sync(wanted);
}

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);
