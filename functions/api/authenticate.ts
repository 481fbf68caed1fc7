import type { Account, Actor, Member, Origin } from "@muster/core/kernel/actor.ts";
import { rowName } from "@muster/core/kernel/context.ts";
import { implied } from "@muster/core/kernel/failure.ts";
import * as ID from "@muster/core/kernel/id.ts";
import type { Role } from "@muster/core/kernel/permission.ts";
import { table } from "@muster/core/kernel/ports.ts";
import * as Members from "@muster/core/member/member.ts";
import { failures as organizationFailures } from "@muster/core/organization/organization.ts";
import * as Session from "@muster/core/session/session.ts";
import { read } from "@muster/core/session/token.ts";
import { Keys } from "@muster/core/table/keys.ts";
import type { Item, Key } from "@muster/core/table/table.ts";

export type Rows = ReadonlyMap<string, Item | undefined>;
export type Authenticated = { actor: Account | Member; rows: Rows; touch: () => Promise<void> };

/** Who a request says it is, before anything is read. */
export type Claim = NonNullable<ReturnType<typeof read>> & {
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
 * one that is deleted is missing, but to owners who restore it.
 * @throws actor.anonymous, organization.missing, organization.suspended, organization.read_only
 */
export async function authenticate(claim: Claim, more: (actor: Actor) => readonly Key[]): Promise<Authenticated> {
  const { account, session, organization, origin, looks, restores, unpaid, suspended } = claim;
  const own = Keys.session(account, session);
  const place = organization ? [Keys.member(organization, account), Keys.organization(organization)] : [];
  const keys = [own, ...place, ...more(provisional(claim))];
  const read = await table.getMany(keys);
  const [row, membership, home] = read;
  if (!row || !Session.isLive(row)) throw implied.anonymous({ message: "Your session has ended. Sign in again." });

  const rows = new Map(keys.map((key, i) => [rowName(key), read[i]]));
  const touch = () => Session.touch(own, row);
  const person: Account = {
    type: "account",
    account,
    address: row.address as ID.ID<"address">,
    email: String(row.email),
    session: { id: session, provenAt: String(row.provenAt) },
    origin,
  };
  if (!organization) return { actor: person, rows, touch };

  const isOwner = membership?.role === "owner";
  if (!membership || !home || (home.state === "deleted" && !(restores && isOwner)))
    throw organizationFailures.missing();
  if (home.state === "suspended" && !((looks || suspended) && isOwner)) throw organizationFailures.suspended();
  if (home.standing === "read_only" && !looks && !unpaid) throw organizationFailures.readOnly();
  const actor: Member = { ...person, type: "member", organization, role: membership.role as Role };
  return { actor, rows, touch: async () => void (await Promise.all([touch(), Members.touch(membership)])) };
}

/** Names keys before the rows are there: ids are known from the token and the path, the rest is not yet. */
function provisional({ account, session, organization, origin }: Claim): Actor {
  const person = { account, address: "adr_" as const, email: "", session: { id: session, provenAt: "" }, origin };
  return organization ? { type: "member", ...person, organization, role: "read" } : { type: "account", ...person };
}
