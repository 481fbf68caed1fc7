import type * as ID from "../base/id.ts";
import type { InboxRow, NotificationRow } from "../notification/row.ts";
import type { Key, Range } from "./table.ts";

type Account = ID.ID<"account">;

/** Those of notifications. The picture is in keys.ts. */
export const notificationKeys = {
  notification: (account: Account, notification: ID.ID<"notification">): Key<NotificationRow> => ({
    pk: account,
    sk: notification,
  }),
  notifications: (account: Account): Range<NotificationRow> => ({ pk: account, prefix: "ntf_" }),
  inbox: (account: Account): Key<InboxRow> => ({ pk: account, sk: "#inbox" }),
};
