import type { ID } from "../base/id.ts";
import * as Limit from "../limit/limit.ts";
import type { CountRow } from "../limit/row.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Key, Update } from "../table/table.ts";
import { untrustedInvitationsPerAccount } from "./limits.ts";
import * as Seat from "./seat.ts";
import { isTrusted } from "./trust.ts";

/**
 * The invitations that an account sends for organizations that neither pay nor were granted seats: with many such
 * organizations it sends no more than with a few.
 */

type Account = ID<"account">;

const counterOf = (account: Account, at?: number) =>
  Limit.counterOf("untrusted-invitations", account, untrustedInvitationsPerAccount, at);

/** The key of its count of today. */
export const keyOf = (account: Account): Key<CountRow> => counterOf(account).key;

/** Returns how many more invitations an account may send today for an organization, given its count of today. */
export const left = (account: Account, organizationRow: OrganizationRow, row: CountRow | undefined): number =>
  // threat: organizations that pay are limited by what their admins send for free ones
  isTrusted(organizationRow) ? Number.POSITIVE_INFINITY : Math.max(0, counterOf(account).left(row));

/** Returns the step that counts invitations, if they count. */
export function take(account: Account, organizationRow: OrganizationRow, mails: number): Update[] {
  if (mails === 0 || isTrusted(organizationRow)) return [];
  return [counterOf(account).take(mails, Seat.spent)];
}

/** Returns the step that gives back invitations that were counted on a day and not sent. */
export const giveBack = (account: Account, { mails, day }: { mails: number; day: string }): Update[] =>
  mails > 0 ? [counterOf(account, Date.parse(day)).giveBack(mails)] : [];
