import * as Account from "@muster/core/account/react.ts";
import type { Announcement } from "@muster/core/audit/audit.ts";
import * as Contact from "@muster/core/billing/contact.ts";
import * as Invitation from "@muster/core/invitation/react.ts";
import * as Notice from "@muster/core/notice/notice.ts";
import * as Organization from "@muster/core/organization/react.ts";
import * as Team from "@muster/core/team/forget.ts";

/** A module in which something follows from events; repeated for the same event it changes nothing. */
interface Reaction {
  follows: (type: string) => boolean;
  react: (announcement: Announcement) => Promise<void>;
}

const reactions: readonly Reaction[] = [Account, Organization, Notice, Invitation, Team, Contact];

/** Whether anything follows from an event of this type. */
export const reacts = (type: string, all = reactions) => all.some(({ follows }) => follows(type));

/**
 * Does all that follows from an event. A reaction that fails keeps no other from happening.
 * @throws what the first of them threw, so that the event is announced again
 */
export async function react(announcement: Announcement, all = reactions): Promise<void> {
  const following = all.filter(({ follows }) => follows(announcement.type));
  const results = await Promise.allSettled(following.map((reaction) => reaction.react(announcement)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
