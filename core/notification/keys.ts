import * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { BillingMailRow, DigestDueRow, DigestRow, InboxRow, NotificationRow } from "./row.ts";

type Account = ID.ID<"account">;

export const notificationKeys = {
  /** A notification, and its mail's status. Expires after 30 days. */
  notification: (account: Account, notification: ID.ID<"notification">): Key<NotificationRow> => ({
    pk: account,
    sk: notification,
  }),
  notifications: (account: Account): Range<NotificationRow> => ({ pk: account, prefix: "ntf_" }),
  /** Those of what has happened since an instant, in ms since 1970. */
  notificationsSince: (account: Account, since: number): Range<NotificationRow> => ({
    pk: account,
    from: ID.lowestAt("notification", since),
    to: "ntf_~",
  }),
  /** A mail about payment to its billing address, and its status. Expires after 30 days. */
  billingMail: (organization: ID.ID<"organization">, notification: ID.ID<"notification">): Key<BillingMailRow> => ({
    pk: organization,
    sk: `bill#${notification}`,
  }),
  /** The time until which notifications are read. */
  inbox: (account: Account): Key<InboxRow> => ({ pk: account, sk: "#inbox" }),
  /** A daily digest, and its mail's status. Expires after 30 days. */
  digest: (account: Account, day: string): Key<DigestRow> => ({ pk: account, sk: `digest#${day}` }),
  /** An account whose daily digest is due then. Expires 7 days later. */
  digestDue: (at: string, account: Account): Key<DigestDueRow> => ({
    pk: dueIn(at.slice(0, 13), ID.lastDigit(account) % digestShards),
    sk: `${at}#${account}`,
  }),
  /** @param hour in UTC, such as 2026-12-01T07 */
  digestsDue: (hour: string, shard: number): Range<DigestDueRow> => ({ pk: dueIn(hour, shard) }),
};

const dueIn = (hour: string, shard: number) => `digests#${hour}#${shard}`;

/** Number of partitions of the digests of an hour, which is eight o'clock for many people at once. */
export const digestShards = 4;
