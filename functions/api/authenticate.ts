import { implied } from "@muster/core/base/failure.ts";
import * as ID from "@muster/core/base/id.ts";
import type { Rule } from "@muster/core/base/permission.ts";
import * as Device from "@muster/core/device/credential.ts";
import type { Account, Actor, Member, Origin } from "@muster/core/kernel/actor.ts";
import type { CredentialType } from "@muster/core/kernel/credential.ts";
import { table } from "@muster/core/kernel/ports.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Members from "@muster/core/member/member.ts";
import type { MemberRow } from "@muster/core/member/row.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import type { OrganizationRow } from "@muster/core/organization/row.ts";
import * as Session from "@muster/core/session/credential.ts";
import type { Item, Key } from "@muster/core/table/table.ts";
import { rowName } from "@muster/core/table/table.ts";
import * as Teams from "@muster/core/team/names.ts";

export type Rows = ReadonlyMap<string, Item | undefined>;
export type Authenticated = { actor: Account | Member; rows: Rows; touch: () => Promise<void> };

/** The credentials that the API accepts. Another kind is added here and in the permission table. */
const accepted: readonly CredentialType[] = [Session.credential, Device.credential];

type Named = NonNullable<ReturnType<CredentialType["read"]>> & { type: CredentialType };

/** Returns the account and credential that a token names, or nothing if it is mistyped or forged. */
export function readCredential(token: string): Named | undefined {
  for (const type of accepted) {
    const named = type.read(token);
    if (named) return { ...named, type };
  }
  return undefined;
}

/** The claimed identity of a request, before anything is read. */
export type Claim = Named & {
  origin: Origin;
  organization?: ID.ID<"organization">;
  /** It only reads, and changes nothing. */
  looks: boolean;
  /** It is open to owners of a deleted organization. */
  restores: boolean;
  /** It is open in a read-only organization, although it changes something. */
  unpaid: boolean;
  /** It is open to owners of a suspended organization, although it changes something. */
  suspended: boolean;
  /** The feature that it belongs to, which the organization can turn off. */
  feature: Rule["feature"];
};

/**
 * Reads the session, the membership, the organization, and what the operation needs by key, in one consistent round
 * trip. A stranger, or anybody in a deleted organization, sees it as missing; suspended and read-only ones admit what
 * the permission table says; what it turned off is closed. A repeated request that ended its caller's access is answered from its stored answer.
 * @throws actor.unauthenticated, organization.missing, organization.suspended, organization.read_only,
 * organization.updates_off
 */
export async function authenticate(
  claim: Claim,
  more: (actor: Actor) => readonly Key[],
  isAnswered: (rows: Rows) => boolean = () => false,
): Promise<Authenticated> {
  const { account, type, key: own, organization, origin } = claim;
  const place =
    organization && ([memberKeys.member(organization, account), organizationKeys.organization(organization)] as const);
  const keys: Key[] = [own, ...(place ?? []), ...more(provisional(claim))];
  const read = await table.getMany(keys);
  const rows = new Map(keys.map((key, i) => [rowName(key), read[i]]));
  // threat: a request that ended its caller's access cannot be answered again
  if (isAnswered(rows)) return { actor: provisional(claim), rows, touch: async () => {} };
  const rowOf = <R extends Item>(key: Key<R>) => rows.get(rowName(key)) as R | undefined;
  const { used, via, address, email } = await admit(claim, rowOf(own));
  rows.set(rowName(own), used);

  const touch = () => type.touch(used);
  const person: Account = { type: "account", account, via, address, email, origin };
  if (!place) return { actor: person, rows, touch };

  const { membership, organizationRow } = enter(claim, rowOf(place[0]), rowOf(place[1]));
  // threat: everybody is an owner
  const held = { organization: organizationRow.pk, role: membership.role, ...Teams.holdingOf(membership) };
  const actor: Member = { ...person, type: "member", ...held };
  return { actor, rows, touch: async () => void (await Promise.all([touch(), Members.touch(membership)])) };
}

/** Returns whose the credential is, and its row as its use leaves it. */
async function admit(claim: Claim, row: Item | undefined) {
  const { type, origin } = claim;
  const admitted = row && type.admit(row, claim);
  if (!admitted) throw implied.unauthenticated({ message: ended(type) });
  const used = type.use ? await type.use(row, claim, origin) : row;
  if (!used) throw implied.unauthenticated({ message: ended(type) });
  return { ...admitted, used };
}

/** Returns the rows of a member that the organization admits. */
function enter(claim: Claim, membership: MemberRow | undefined, organizationRow: OrganizationRow | undefined) {
  const isOwner = membership?.role === "owner";
  // threat: a removed member keeps access
  // threat: a deleted organization is shown
  // threat: a deleted organization opens to its owners
  // threat: any member of a deleted organization learns that it was
  if (!membership || !organizationRow || (organizationRow.state === "deleted" && !(claim.restores && isOwner))) {
    // threat: strangers can tell a hidden organization from none
    throw organizationFailures.missing();
  }
  refuseClosed(claim, organizationRow, isOwner);
  return { membership, organizationRow };
}

function refuseClosed(
  { looks, unpaid, suspended, feature }: Claim,
  organizationRow: OrganizationRow,
  isOwner: boolean,
): void {
  // threat: a suspended organization keeps working
  // threat: members of a suspended organization still see it
  // threat: owners of a suspended organization cannot pay
  if (organizationRow.state === "suspended" && !((looks || suspended) && isOwner)) {
    throw organizationFailures.suspended();
  }
  if (organizationRow.billingStatus === "read_only" && !looks && !unpaid) throw organizationFailures.readOnly();
  // threat: updates are open although they are turned off
  if (feature && organizationRow.posting === "off") throw organizationFailures.updatesOff();
}

const ended = (type: CredentialType) =>
  type === Session.credential
    ? "Your session has ended. Sign in again."
    : "This device is no longer linked. Link it again.";

/** Names keys before the rows are read: ids are known from the token and the path, the rest is not yet. */
function provisional({ account, via, organization, origin }: Claim): Account | Member {
  const person = { account, address: "adr_" as const, email: "", via, origin };
  return organization ? { type: "member", ...person, organization, role: "read" } : { type: "account", ...person };
}
