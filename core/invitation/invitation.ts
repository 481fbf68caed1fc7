import { daySeconds } from "../base/duration.ts";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant, type Permission, permissions } from "../base/permission.ts";
import { roles } from "../base/role.ts";
import type { Member as Actor, Actor as AnyActor } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { Ranks } from "../table/ranks.ts";
import { all, atMost, type ConditionOf, equal, type List, lacks, type Step, update, when } from "../table/table.ts";
import { InvitationEnded } from "./events.ts";
import { invitationKeys } from "./keys.ts";
import { endedDays } from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import type { Ended, RevocationReason } from "./shape.ts";

/**
 * An address in an organization. A pending invitation holds a seat from its creation, so that accepting it never fails
 * for lack of one. The write that ends it gives the seat back.
 */

// Shapes

// Failures

export const failures = {
  missing: failure("missing", "invitation.missing", "Invitation not found."),
  exists: failure("conflict", "invitation.exists", "This person is already a member or invited."),
  changed: failure("conflict", "invitation.changed", "This invitation was just changed. Reload and try again."),
  expired: failure("gone", "invitation.expired", "This invitation has expired."),
  revoked: failure("gone", "invitation.revoked", "This invitation was revoked."),
  declined: failure("gone", "invitation.declined", "This invitation was declined."),
  used: failure("gone", "invitation.used", "This invitation was already used."),
  superseded: failure(
    "gone",
    "invitation.superseded",
    "A newer email replaces this link. Use the link in the newest email.",
  ),
  organizationGone: failure("gone", "invitation.organization_deleted", "This organization no longer exists."),
  inviterUnauthorized: failure(
    "gone",
    "invitation.inviter_unauthorized",
    "The person who invited you can no longer grant this role.",
  ),
};

// Shared by all modules of invitations

/** Returns the public id of an invited address; one address has the same id in every organization. */
export const idOf = (address: string): ID.ID<"invitation"> => ID.alias("invitation", address);
export const addressOf = (invitation: ID.ID<"invitation">): ID.ID<"address"> => ID.alias("address", invitation);

/** Returns the row of an invitation of the actor's organization. */
export const keyOf = (
  { organization }: Pick<Actor, "organization">,
  { invitation }: { invitation: ID.ID<"invitation"> },
) => invitationKeys.addressIn(organization, addressOf(invitation));

export const isPending = (row: AddressRow | undefined): row is PendingRow => row?.state === "pending";
export const isOpen = (row: AddressRow | undefined): row is PendingRow => isPending(row) && row.expiresAt > instant();

/** Holds if its name is the one that was read. */
export const sameName = ({ name }: Pick<AddressRow, "name">) =>
  name === undefined ? lacks("name") : equal("name", name);

/** Holds if no worker has begun to send its email since it was read. */
export const sameClaim = ({ claimedAt }: Pick<AddressRow, "claimedAt">) =>
  claimedAt === undefined ? lacks("claimedAt") : equal("claimedAt", claimedAt);

/** Returns when its email was requested or, if that may be leaving right now, when a worker began to send it. */
export const mailedAt = ({ sentAt = "", mail, claimedAt = "" }: Pick<AddressRow, "sentAt" | "mail" | "claimedAt">) =>
  // threat: an email that is being sent is requested a second time, because its request is old
  mail === "unconfirmed" && claimedAt > sentAt ? claimedAt : sentAt;

/** @throws actor.forbidden if an admin uses it on an owner's invitation */
export function refuseTarget(actor: Actor, permission: Permission, row: AddressRow): void {
  if (reaches(actor, permissions[permission], { role: row.role })) return;
  throw implied.forbidden({ message: "Only an owner can manage the invitation of an owner." });
}

/** Returns why an invitation that is not pending cannot be accepted, declined or changed. */
export function refusalOf(row: AddressRow | undefined) {
  switch (row?.state) {
    case "pending":
    case "expired":
      return failures.expired();
    case "member":
    case "former":
      return failures.used();
    case "declined":
      return failures.declined();
    case "revoked":
      return failures.revoked();
    case undefined:
      return failures.missing();
  }
}

/** Returns why an invitation that was pending a moment ago was not changed. */
export const refusalNow = (found: AddressRow | undefined) => (isPending(found) ? failures.changed() : refusalOf(found));

/** Returns whether the inviter may still grant the invitation's role. */
export const isVouchedFor = (row: AddressRow, inviter: MemberRow | undefined): boolean =>
  inviter !== undefined && roles.includes(row.role) && canGrant(inviter.role, row.role);

// The lists of an organization's invitations

/**
 * An organization's list of invitations is one partition of the index, which takes 1,000 writes a second. Before a
 * large import it is divided into 16 shards. Only where a row is listed depends on their number, never its key or any
 * decision; dividing moves nothing, and the first shard is always read.
 */
export const maxShards = 16;
/** An import of more rows than this divides the list. */
export const rowsPerShard = 10_000;

/** Returns the list that an address is put into. `organizationRow` may be missing; without it, the first shard. */
export function listFor(
  organization: ID.ID<"organization">,
  address: ID.ID<"address">,
  organizationRow: OrganizationRow | undefined,
): string {
  return invitationKeys.invitations(organization, ID.lastDigit(address) % shardsIn(organizationRow));
}

/**
 * Returns all lists that an organization's invitations may be in. The row must be current: an outdated number of shards
 * misses rows.
 */
export const listsIn = (
  organization: ID.ID<"organization">,
  organizationRow: OrganizationRow | undefined,
): List<AddressRow>[] =>
  // threat: a divided list is read in its first part alone
  Array.from({ length: shardsIn(organizationRow) }, (_, part) => invitationKeys.invitations(organization, part));

/** The same with a row read now. */
export async function readListsIn(organization: ID.ID<"organization">): Promise<List<AddressRow>[]> {
  return listsIn(organization, await table.get(organizationKeys.organization(organization)));
}

export const shardsIn = (organizationRow: OrganizationRow | undefined): number => organizationRow?.shards ?? 1;

// How invitations end

/** The inviter whose loss of a right ended invitations, and how they lost it. */
export type Cause = { from: ID.ID<"account">; reason: RevocationReason };

/**
 * Returns the steps that end pending invitations of one organization and give their seats back. Only expired ones end
 * as expired, and only unexpired ones are accepted, so exactly one of the two happens.
 */
export function ending<R extends Pick<AddressRow, "pk" | "src">>(
  organization: ID.ID<"organization">,
  rows: readonly R[],
  state: Ended,
  { actor, only, cause }: { actor: AnyActor; only?: (row: R) => ConditionOf<AddressRow>; cause?: Cause },
): Step[] {
  const endedAt = instant();
  const addresses = rows.map(({ pk }) => pk);
  const imports = importsOf(rows);
  const guardOf = (row: R) => {
    // threat: a seat comes back twice
    const pending = all(equal("state", "pending"), ...(only ? [only(row)] : []));
    // threat: an invitation ends before its time when clocks differ
    // threat: a resent invitation expires at its old time
    return when(state === "expired" ? all(pending, atMost("expiresAt", endedAt)) : pending, refusalNow);
  };
  return [
    ...rows.map((row) => {
      const { pk: address } = row;
      return update(
        invitationKeys.addressIn(organization, address),
        {
          set: {
            state,
            endedAt,
            ...(cause && { status: cause.reason }),
            ttl: epoch(endedDays * daySeconds),
            rank: Ranks.address("e", endedAt, address),
          },
        },
        guardOf(row),
      );
    }),
    // threat: an ended invitation keeps its seat
    Seat.release(organization, { seats: addresses.length }),
    InvitationEnded.record(
      organization,
      { invitations: addresses.map(idOf), state, ...cause, ...(imports && { imports }) },
      actor,
    ),
  ];
}

function importsOf(rows: readonly Pick<AddressRow, "src">[]): Record<ID.ID<"import">, number> | undefined {
  const ids = rows.flatMap(({ src }) => (ID.is("import", src) ? [src] : []));
  if (ids.length === 0) return undefined;
  const counts: Record<ID.ID<"import">, number> = {};
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}
