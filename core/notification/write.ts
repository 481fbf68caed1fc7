import { failure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { epoch, instant, queues } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { absent, put, when } from "../table/table.ts";
import { isCollected, schedule, waiting } from "./digest.ts";
import { notificationKeys } from "./keys.ts";
import { keptSeconds } from "./limits.ts";
import { waysOf } from "./preference.ts";
import type { NewNotification } from "./rules.ts";
import { type Way, ways } from "./shape.ts";

type Wanted = { row: NewNotification; way: Way };

// Failures

export const failures = { exists: failure("conflict", "notification.exists", "This notification already exists.") };

// Functions

/**
 * Writes one notification to each of these people who wants any of theirs, once, and queues the emails of those who
 * want them, unless nobody gets one at once. It may be repeated.
 */
export async function notify(
  notification: ID.ID<"notification">,
  notifications: readonly NewNotification[],
  { isMailed = true } = {},
): Promise<void> {
  const found = await waysOf(notifications);
  const ranked = strongest(notifications.map((row, i) => ({ row, way: found[i] ?? "email" })));
  // threat: a notification that a member has turned off is in the product all the same
  const wanted = ranked.filter(({ way }) => way !== "off");
  // threat: somebody who wants no emails gets them
  const isByEmail = ({ way }: Wanted) => isMailed && way === "email";
  const isOfDigest = ({ way, row }: Wanted) => way === "digest" && isCollected(row);
  await Promise.all(
    wanted.map((one) =>
      write(notification, one.row, {
        mail: isByEmail(one) ? "queued" : "suppressed",
        ...(isOfDigest(one) && { digest: waiting }),
      }),
    ),
  );
  // afterwards, so that at every eight o'clock that follows there is something to find
  const scheduled = wanted.filter(isOfDigest).map(({ row }) => row);
  await schedule(
    scheduled.map(({ account }) => account),
    Math.min(...scheduled.map(({ at }) => Date.parse(at))),
  );
  const mails = wanted
    .filter(isByEmail)
    .map(({ row }) => ({ kind: "notification", account: row.account, notification }));
  if (mails.length > 0) await queues.send("mail", mails);
}

/** Returns one for each person: the one that they want most, and the first where they want several as much. */
function strongest(all: readonly Wanted[]): Wanted[] {
  const found = new Map<ID.ID<"account">, Wanted>();
  for (const one of all) {
    const other = found.get(one.row.account);
    // threat: a reader who has turned off mentions is not notified of a comment that mentions them
    if (!other || ways.indexOf(one.way) < ways.indexOf(other.way)) found.set(one.row.account, one);
  }
  return [...found.values()];
}

async function write(
  notification: ID.ID<"notification">,
  { account, ...said }: NewNotification,
  emails: { mail: "queued" | "suppressed"; digest?: string },
): Promise<void> {
  const item = { ...said, receivedAt: instant(), ...emails, ttl: epoch(keptSeconds) };
  // threat: a notification is written again each time its event is announced
  const first = when(absent, failures.exists);
  await writeUnless(failures.exists, put(notificationKeys.notification(account, notification), item, first));
}
