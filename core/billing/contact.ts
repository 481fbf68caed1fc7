import { type Announcement, on, respond } from "../kernel/reaction.ts";
import { OrganizationRenamed } from "../organization/events.ts";
import { SettingSaved } from "../setting/events.ts";
import { BillingCheckoutBegun } from "./events.ts";

/**
 * Tells Stripe whom to write to and where, which follows from the general settings, as soon as there is a customer.
 * Twice does no harm. What does so is loaded only where it is done.
 */
export const reactions = on([SettingSaved, OrganizationRenamed, BillingCheckoutBegun], async (_, { owner }) => {
  const { sync } = await import("./manage.ts");
  await sync({ organization: owner });
});

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);
