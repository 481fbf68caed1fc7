import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { Announcement, type Reaction, type Recorded, respond } from "../kernel/reaction.ts";
import { mailBilling } from "./billing-mail.ts";
import * as Digest from "./digest.ts";
import { notificationsOf, rules } from "./rules.ts";
import * as TeamMention from "./team-mention.ts";
import { notify } from "./write.ts";

// Functions

/**
 * Reacts to an event: creates notifications for the people that it concerns, and their mails. A notification's id is
 * the event's, so a repeated event leaves each of them one notification and one mail.
 */
export const reactions: readonly Reaction[] = [
  ...rules.map(({ to, run }) => ({
    to,
    run: async (data: never, event: Recorded<ID.ID<"organization">>) => {
      const tellings = await run(data, event as Recorded<never>);
      const id = ID.alias("notification", event.id);
      await notify(id, await notificationsOf(event, tellings));
      for (const one of tellings) if (one.kind.startsWith("billing.")) await mailBilling(event.owner, id, one);
    },
  })),
  ...TeamMention.reactions,
  ...Digest.reactions,
];

export const react = fn("notification.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
