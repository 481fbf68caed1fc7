import { implied } from "@muster/core/base/failure.ts";
import * as ID from "@muster/core/base/id.ts";
import type { Account, Actor, Member, Origin } from "@muster/core/kernel/actor.ts";
import type { CredentialType } from "@muster/core/kernel/credential.ts";
import { table } from "@muster/core/kernel/ports.ts";
import * as Members from "@muster/core/member/member.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import * as Session from "@muster/core/session/credential.ts";
import { Keys } from "@muster/core/table/keys.ts";
import type { Item, Key } from "@muster/core/table/table.ts";
import { rowName } from "@muster/core/table/table.ts";

export type Rows = ReadonlyMap<string, Item | undefined>;
export type Authenticated = { actor: Account | Member; rows: Rows; touch: () => Promise<void> };

/** What the API takes for a credential. Another kind is added here and in the permission table. */
const accepted: readonly CredentialType[] = [Session.credential];

/** Whether anything but sessions is taken. */
export const takesOthers = accepted.length > 1;

type Named = NonNullable<ReturnType<CredentialType["read"]>> & { type: CredentialType };

/** Whom a token names, and through what; nothing when it was mistyped or made up. */
export function readCredential(token: string): Named | undefined {
  for (const type of accepted) {
    const named = type.read(token);
    if (named) return { ...named, type };
  }
  return undefined;
}

/** Who a request says it is, before anything is read. */
export type Claim = Named & {
  origin: Origin;
  organization?: ID.ID<"organization">;
  /** It only looks, and changes nothing. */
  looks: boolean;
  /** It is open to owners of an organization that is deleted. */
  restores: boolean;
  /** It is open where an organization may only be read, although it changes something. */
  unpaid: boolean;
  /** It is open to owners of an organization that is suspended, although it changes something. */
  suspended: boolean;
};

/**
 * Reads the session, in an organization also the membership and the organization, and whatever the operation needs
 * by key, all in one consistent round trip. A stranger sees an organization as missing; one that is suspended lets its
 * owners look and pay, and nobody do anything else; one that may only be read lets nobody change it but by paying and by shrinking;
 * one that is deleted is missing, but to owners who restore it. A request that took this access away from its caller, and
 * is sent again, needs none: `isAnswered` finds its answer in the rows.
 * @throws actor.unauthenticated, organization.missing, organization.suspended, organization.read_only
 */
export async function authenticate(
  claim: Claim,
  more: (actor: Actor) => readonly Key[],
  isAnswered: (rows: Rows) => boolean = () => false,
): Promise<Authenticated> {
  const { account, type, key: own, organization, origin, looks, restores, unpaid, suspended } = claim;
  const place = organization && ([Keys.member(organization, account), Keys.organization(organization)] as const);
  const keys: Key[] = [own, ...(place ?? []), ...more(provisional(claim))];
  const read = await table.getMany(keys);
  const rows = new Map(keys.map((key, i) => [rowName(key), read[i]]));
  if (isAnswered(rows)) return { actor: provisional(claim), rows, touch: async () => {} };
  const rowOf = <R extends Item>(key: Key<R>) => rows.get(rowName(key)) as R | undefined;
  const row = rowOf(own);
  const admitted = row && type.admit(row);
  if (!admitted) throw implied.unauthenticated({ message: "Your session has ended. Sign in again." });

  const touch = () => type.touch(row);
  const { via, address, email } = admitted;
  const person: Account = { type: "account", account, via, address, email, origin };
  if (!place) return { actor: person, rows, touch };

  const [membership, home] = [rowOf(place[0]), rowOf(place[1])];
  const isOwner = membership?.role === "owner";
  if (!membership || !home || (home.state === "deleted" && !(restores && isOwner))) {
    throw organizationFailures.missing();
  }
  if (home.state === "suspended" && !((looks || suspended) && isOwner)) throw organizationFailures.suspended();
  if (home.billingStatus === "read_only" && !looks && !unpaid) throw organizationFailures.readOnly();
  const actor: Member = { ...person, type: "member", organization: home.pk, role: membership.role };
  return { actor, rows, touch: async () => void (await Promise.all([touch(), Members.touch(membership)])) };
}

/** Names keys before the rows are there: ids are known from the token and the path, the rest is not yet. */
function provisional({ account, via, organization, origin }: Claim): Account | Member {
  const person = { account, address: "adr_" as const, email: "", via, origin };
  return organization ? { type: "member", ...person, organization, role: "read" } : { type: "account", ...person };
}
