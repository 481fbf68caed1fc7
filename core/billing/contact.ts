import { type Announcement, on, respond } from "../kernel/reaction.ts";
import { OrganizationRenamed } from "../organization/events.ts";
import { SettingSaved } from "../setting/events.ts";
import { BillingCheckoutStarted } from "./events.ts";

/**
 * Sends Stripe the billing contact and address from the general settings, once there is a customer. Can be repeated.
 * The code is loaded only where it runs.
 */
export const reactions = on([SettingSaved, OrganizationRenamed, BillingCheckoutStarted], async (_, { owner }) => {
  const { sync } = await import("./manage.ts");
  await sync({ organization: owner });
});

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);
