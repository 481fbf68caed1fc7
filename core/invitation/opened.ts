import * as v from "valibot";
import { implied } from "../base/failure.ts";
import type { Unknown } from "../base/row.ts";
import { table } from "../kernel/ports.ts";
import { usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import { OrganizationRow } from "../organization/row.ts";
import { states as organizationStates } from "../organization/shape.ts";
import type { Key, RowsOf } from "../table/table.ts";
import * as Invitation from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import * as Link from "./link.ts";
import { AddressRow } from "./row.ts";
import { states } from "./shape.ts";

/** The rows that a link leads to: the invitation, its organization, and its inviter; and which of its links it is. */
export type Opened = {
  row: AddressRow;
  organizationRow: OrganizationRow;
  inviter: MemberRow | undefined;
  attempt: number;
};
type Keyed = readonly [Key<AddressRow>, Key<OrganizationRow>, Key<MemberRow>];

/** The token of an invitation link: everything behind `#` in the link. */
export const Token = v.pipe(v.string(), v.maxLength(200, "This link is too long."));

/** Results of accepting: `open` if it would work for the invited address. */
export const outcomes = [
  "open",
  "expired",
  "revoked",
  "declined",
  "used",
  "superseded",
  "inviter_unauthorized",
  "suspended",
  "deleted",
] as const;
export type Outcome = (typeof outcomes)[number];

const { missing, expired, revoked, declined, used, superseded, inviterUnauthorized, organizationGone } =
  Invitation.failures;
const refusals = {
  expired,
  revoked,
  declined,
  used,
  superseded,
  inviter_unauthorized: inviterUnauthorized,
  suspended: Organization.failures.suspended,
  deleted: organizationGone,
};
export const failures = [missing, ...Object.values(refusals)];

/** The rows that this needs, in order: the invitation, the organization, the inviter's membership. */
export function keysOf(named: Link.Named): Keyed;
export function keysOf(named: Link.Named | undefined): Keyed | readonly [undefined, undefined, undefined];
export function keysOf(named: Link.Named | undefined) {
  if (!named) return [undefined, undefined, undefined] as const;
  const { organization, address, by } = named;
  return [
    invitationKeys.addressIn(organization, address),
    organizationKeys.organization(organization),
    memberKeys.member(organization, by),
  ] as const;
}

/**
 * Combines those rows. The current inviter may be another than the link names, and is read then.
 * @throws invitation.missing, row.unreadable
 */
export async function open(token: string, [row, organizationRow, inviter]: RowsOf<Keyed>): Promise<Opened> {
  const named = Link.read(token);
  if (!named || !row || !organizationRow) throw missing();
  // threat: an invitation is opened although its organization cannot be read
  if (!usable(AddressRow, row) || !usable(OrganizationRow, organizationRow)) throw implied.unreadable();
  const { by = named.by } = row;
  const vouching = by === named.by ? inviter : await table.get(memberKeys.member(named.organization, by));
  return { row, organizationRow, inviter: usable(MemberRow, vouching), attempt: named.attempt };
}

/** Returns `unknown` if a newer release gave the invitation or its organization another state. */
export function outcomeOf({ row, organizationRow, inviter, attempt }: Opened): Outcome | Unknown {
  // threat: a link into a deleted organization opens
  if (organizationRow.state === "deleted") return "deleted";
  const { state } = row;
  if (!states.includes(state) || !organizationStates.includes(organizationRow.state)) return "unknown";
  if (state === "member" || state === "former") return "used";
  // threat: an old link opens
  if (attempt !== row.attempt) return "superseded";
  if (state !== "pending") return state;
  // threat: an expired invitation opens
  if (!Invitation.isOpen(row)) return "expired";
  if (organizationRow.state === "suspended") return "suspended";
  // threat: the invitation of somebody who may not invite anymore opens
  return Invitation.isVouchedFor(row, inviter) ? "open" : "inviter_unauthorized";
}

/** @throws the failure of the outcome, unless it is `open` */
export function refuse(outcome: Outcome | Unknown): void {
  if (outcome === "unknown") throw implied.unreadable();
  if (outcome !== "open") throw refusals[outcome]();
}
