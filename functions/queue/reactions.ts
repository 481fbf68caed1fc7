import * as Account from "@muster/core/account/react.ts";
import * as AutomaticSeats from "@muster/core/billing/automatic/react.ts";
import * as Contact from "@muster/core/billing/contact.ts";
import * as SeatRequest from "@muster/core/billing/requests/react.ts";
import * as Departure from "@muster/core/departure/record.ts";
import * as Device from "@muster/core/device/departure.ts";
import * as Domain from "@muster/core/domain/release.ts";
import * as Invitation from "@muster/core/invitation/react.ts";
import { type Announcement, type Reaction, reactsTo } from "@muster/core/kernel/reaction.ts";
import * as Mail from "@muster/core/mail/react.ts";
import * as Notification from "@muster/core/notification/notification.ts";
import * as Organization from "@muster/core/organization/react.ts";
import * as Reclaim from "@muster/core/reclaim/react.ts";
import * as Rollout from "@muster/core/rollout/check.ts";
import * as Secret from "@muster/core/secret/departure.ts";
import * as Team from "@muster/core/team/cleanup.ts";
import * as Update from "@muster/core/update/erase.ts";
import type { reacting } from "./reacting.ts";

/** A module with reactions to events. Each can be repeated for the same event. */
type Reacting = {
  reactions: readonly Reaction[];
  react: (announcement: Announcement) => Promise<void>;
};

export const modules = {
  account: Account,
  organization: Organization,
  notification: Notification,
  invitation: Invitation,
  departure: Departure,
  device: Device,
  domain: Domain,
  rollout: Rollout,
  secret: Secret,
  mail: Mail,
  team: Team,
  update: Update,
  reclaim: Reclaim,
  automaticSeats: AutomaticSeats,
  seatRequest: SeatRequest,
  contact: Contact,
} satisfies Record<keyof typeof reacting, Reacting>;

/**
 * Runs all reactions to an event. One that fails does not prevent the others.
 * @throws the first error, so that the event is announced again
 */
export async function react(
  announcement: Announcement,
  all: readonly Reacting[] = Object.values(modules),
): Promise<void> {
  const following = all.filter(({ reactions }) => reactsTo(announcement.type, reactions));
  // threat: a reaction that fails keeps others from happening
  const results = await Promise.allSettled(following.map((module) => module.react(announcement)));
  const failed = results.find((result) => result.status === "rejected");
  // threat: a reaction that failed counts as done
  if (failed) throw failed.reason;
}
