import { table } from "../../kernel/ports.ts";
import { type Announcement, on, respond } from "../../kernel/reaction.ts";
import { organizationKeys } from "../../organization/keys.ts";
import {
  BillingAutomaticSeatsChanged,
  BillingResizeDropped,
  BillingResized,
  BillingSeatsRequested,
  BillingUpdated,
} from "../events.ts";
import { endLeft } from "../requests/end-left.ts";
import { queueLooks } from "./trigger.ts";

/** Seats are requested, more are allowed, or what held up an earlier look may be over. Can be repeated. */
export const reactions = on(
  // threat: requests that wait are not looked at when an owner raises the limit
  [BillingSeatsRequested, BillingAutomaticSeatsChanged, BillingResized, BillingResizeDropped, BillingUpdated],
  async (_, { owner }) => {
    // threat: a request that an earlier release left under way stays so where automatic seats are turned off
    await endLeft(owner);
    const organizationRow = await table.get(organizationKeys.organization(owner));
    if (organizationRow?.automatic) await queueLooks([owner], 0);
  },
);

export const react = (announcement: Announcement): Promise<void> => respond(announcement, reactions);
