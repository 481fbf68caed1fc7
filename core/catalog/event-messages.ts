import { billingEvents } from "../billing/messages.ts";
import { commentEvents } from "../comment/messages.ts";
import { departureEvents } from "../departure/messages.ts";
import { deviceEvents } from "../device/messages.ts";
import { domainEvents } from "../domain/messages.ts";
import { importEvents } from "../import/messages.ts";
import { invitationEvents } from "../invitation/messages.ts";
import { memberEvents } from "../member/messages.ts";
import { organizationEvents } from "../organization/messages.ts";
import { reclaimEvents } from "../reclaim/messages.ts";
import { rolloutEvents } from "../rollout/messages.ts";
import { secretEvents } from "../secret/messages.ts";
import { settingEvents } from "../setting/messages.ts";
import { teamEvents } from "../team/messages.ts";
import { updateEvents } from "../update/messages.ts";
import type { OrganizationEventType } from "./events.ts";

/** The texts of each event in the log of an organization. Without the table of a noun this does not compile. */
export const eventMessages = {
  ...billingEvents,
  ...commentEvents,
  ...departureEvents,
  ...deviceEvents,
  ...domainEvents,
  ...importEvents,
  ...invitationEvents,
  ...memberEvents,
  ...organizationEvents,
  ...reclaimEvents,
  ...rolloutEvents,
  ...secretEvents,
  ...settingEvents,
  ...teamEvents,
  ...updateEvents,
} satisfies Record<OrganizationEventType["type"], unknown>;
