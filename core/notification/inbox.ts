import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { all, any, below, lacks, present, update, when } from "../table/table.ts";
import { notificationKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import type { InboxRow, NotificationRow } from "./row.ts";
import { failures } from "./write.ts";

// What an account has read: notifications one by one, and all that it had received by an instant. It is stored with the
// account, so that all its tabs and devices agree.

// Functions

/** Marks notifications as read. Those that are not there, or are read already, are passed over. */
export const markRead = fn(
  "notification.markRead",
  {
    input: v.strictObject({
      /** The notifications. */
      notifications: v.pipe(
        v.array(ID.schema("notification")),
        v.minLength(1, "At least one notification."),
        v.maxLength(pageSize, `At most ${pageSize} notifications at once.`),
      ),
    }),
    output: v.void(),
  },
  async ({ notifications }, { account }) => {
    // threat: marking a notification as read creates one
    const isUnread = when(all(present, lacks("readAt")), failures.exists);
    const mark = (one: ID.ID<"notification">) =>
      writeUnless(
        failures.exists,
        update(notificationKeys.notification(account, one), { set: { readAt: instant() } }, isUnread),
      );
    await Promise.all([...new Set(notifications)].map(mark));
  },
);

/** Marks all notifications as read that I had received by an instant: later ones, which I have not seen, stay unread. */
export const markAllRead = fn(
  "notification.markAllRead",
  {
    input: v.strictObject({
      /** The last `receivedAt` of those that you have seen. */
      until: v.pipe(
        v.string(),
        v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, "Expected an instant in UTC."),
      ),
    }),
    output: v.void(),
  },
  async ({ until }, { account }) => {
    const now = instant();
    // threat: marking all as read hides what nobody has seen yet
    const readUntil = until < now ? until : now;
    // threat: an older tab makes read notifications unread again
    const isLater = when(any(lacks("readUntil"), below("readUntil", readUntil)), failures.exists);
    await writeUnless(failures.exists, update(notificationKeys.inbox(account), { set: { readUntil } }, isLater));
  },
);

// For lists

/** Returns when a notification reached its reader. Earlier releases did not store it. */
export const receivedAt = ({ receivedAt: stored, at }: Pick<NotificationRow, "receivedAt" | "at">): string =>
  stored ?? at;

// threat: a notification that came late is read before it came
/** Returns whether its reader has marked a notification as read, by itself or with all others. */
export const isRead = (
  row: Pick<NotificationRow, "receivedAt" | "at" | "readAt">,
  inbox: Pick<InboxRow, "readUntil"> | undefined,
): boolean => row.readAt !== undefined || receivedAt(row) <= (inbox?.readUntil ?? "");
