import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { Announcement, type Reaction, type Recorded, respond } from "../kernel/reaction.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";
import { keptDays } from "./limits.ts";
import { type NewNotification, notificationsOf, rules } from "./rules.ts";

const lifetimeSeconds = keptDays * daySeconds;

// Failures

export const failures = { exists: failure("conflict", "notification.exists", "This notification already exists.") };

// Functions

/**
 * Reacts to an event: creates notifications for the people that it concerns, and their mails. A notification's id is
 * the event's, so a repeated event leaves each of them one notification and one mail.
 */
export const reactions: readonly Reaction[] = rules.map(({ to, run }) => ({
  to,
  run: async (data: never, event: Recorded<ID.ID<"organization">>) => {
    const tellings = await run(data, event as Recorded<never>);
    await notify(event, await notificationsOf(event, tellings));
  },
}));

export const react = fn("notification.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

async function notify({ id }: Recorded, notifications: readonly NewNotification[]): Promise<void> {
  const notification = ID.alias("notification", id);
  await Promise.all(notifications.map((one) => write(notification, one)));
  await queues.send(
    "mail",
    notifications.map(({ account }) => ({ kind: "notification", account, notification })),
  );
}

async function write(
  notification: ID.ID<"notification">,
  { account, ...notifications }: NewNotification,
): Promise<void> {
  const item = { ...notifications, mail: "queued" as const, ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notification(account, notification), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
