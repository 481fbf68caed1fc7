import { daySeconds } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { epoch, instant, queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";
import { keptDays } from "./limits.ts";
import type { NewNotification } from "./rules.ts";

const lifetimeSeconds = keptDays * daySeconds;

// Failures

export const failures = { exists: failure("conflict", "notification.exists", "This notification already exists.") };

// Functions

/**
 * Writes a notification to each of these people, once, and queues their emails unless they get it in the product only.
 * It may be repeated.
 */
export async function notify(
  notification: ID.ID<"notification">,
  notifications: readonly NewNotification[],
  { isMailed = true } = {},
): Promise<void> {
  await Promise.all(notifications.map((one) => write(notification, one, isMailed ? "queued" : "suppressed")));
  if (!isMailed || notifications.length === 0) return;
  await queues.send(
    "mail",
    notifications.map(({ account }) => ({ kind: "notification", account, notification })),
  );
}

async function write(
  notification: ID.ID<"notification">,
  { account, ...said }: NewNotification,
  mail: "queued" | "suppressed",
): Promise<void> {
  const item = { ...said, receivedAt: instant(), mail, ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notification(account, notification), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
