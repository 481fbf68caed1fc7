import type { ID } from "../base/id.ts";
import type { Role } from "../base/role.ts";

// Who is notified of an event, as the event says it. core/notification/resolve.ts finds the accounts.

type Account = ID<"account">;
type Text = { update: ID<"update">; comment?: ID<"comment"> | undefined };

export type Audience =
  /** Members with one of these roles, except some. */
  | { roles: readonly Role[]; except?: readonly Account[] }
  /** These, as long as they are members. */
  | { members: readonly Account[] }
  /** These, members or not. */
  | { accounts: readonly Account[] }
  /** All of these audiences. */
  | { all: readonly Audience[] }
  /** Those who can buy seats, once it is clear that nobody else buys what this member has requested. */
  | { approversOf: Account | undefined }
  /** The authors of an update, and of the comment on it that is answered. */
  | { answered: Text & { team?: ID<"team"> | undefined; replyTo?: ID<"comment"> | undefined } }
  /** The author of a text that somebody else has deleted. */
  | { authorOfDeleted: Text }
  /** Owners and admins who neither wrote nor reported a text. */
  | { moderatorsOf: Text };

export const owners: Audience = { roles: ["owner"] };
export const ownersExcept = (...except: readonly Account[]): Audience => ({ roles: ["owner"], except });
/** Owners and admins. */
export const managers: Audience = { roles: ["owner", "admin"] };
export const members = (...accounts: readonly Account[]): Audience => ({ members: accounts });
export const accounts = (...all: readonly Account[]): Audience => ({ accounts: all });
