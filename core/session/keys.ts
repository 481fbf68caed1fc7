import type * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { FlowRow, SessionRow } from "./row.ts";

type Account = ID.ID<"account">;

export const sessionKeys = {
  /** A session; its id hashes its token. Expires at its end. */
  session: (account: Account, session: ID.ID<"session">): Key<SessionRow> => ({ pk: account, sk: session }),
  sessions: (account: Account): Range<SessionRow> => ({ pk: account, prefix: "ses_" }),
  /** A sign-in under way. Expires after 10 minutes. */
  flow: (flow: ID.ID<"flow">): Key<FlowRow> => ({ pk: flow, sk: "#flow" }),
};
