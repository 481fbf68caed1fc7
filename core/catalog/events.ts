import * as Account from "../account/events.ts";
import * as Billing from "../billing/events.ts";
import * as Comment from "../comment/events.ts";
import * as Departure from "../departure/events.ts";
import * as Device from "../device/events.ts";
import * as Domain from "../domain/events.ts";
import * as Import from "../import/events.ts";
import * as Invitation from "../invitation/events.ts";
import type { Data } from "../kernel/event.ts";
import * as Member from "../member/events.ts";
import * as Organization from "../organization/events.ts";
import * as Reclaim from "../reclaim/events.ts";
import * as Rollout from "../rollout/events.ts";
import * as Secret from "../secret/events.ts";
import * as Setting from "../setting/events.ts";
import * as Team from "../team/events.ts";
import * as Update from "../update/events.ts";

/** All events of an organization's log. */
export const organizationEvents = Object.values({
  ...Billing,
  ...Comment,
  ...Departure,
  ...Device,
  ...Domain,
  ...Import,
  ...Invitation,
  ...Member,
  ...Organization,
  ...Reclaim,
  ...Rollout,
  ...Secret,
  ...Setting,
  ...Team,
  ...Update,
});
/** All events of an account's log. */
export const accountEvents = Object.values({ ...Account });

/** Every event that this release records. */
export const events = [...organizationEvents, ...accountEvents];

export type OrganizationEventType = (typeof organizationEvents)[number];

/** Every type of event. */
type EventName = (typeof events)[number]["type"];
/** Returns the data of an event of this type. */
export type DataOf<N extends EventName> = Data<Extract<(typeof events)[number], { type: N }>>;
