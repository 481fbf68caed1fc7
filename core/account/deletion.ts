import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import type { Account, Member as MemberActor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { usable } from "../kernel/stored.ts";
import * as Member from "../member/member.ts";
import { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { OrganizationName } from "../organization/shape.ts";
import * as Seat from "../seat/seat.ts";
import { Ranks } from "../table/ranks.ts";
import { type Attributes, all, equal, keyOf, lacks, put, remove, when } from "../table/table.ts";
import { failures as accountFailures } from "./account.ts";
import { AccountDeleted } from "./events.ts";
import { accountKeys } from "./keys.ts";
import { leaveAll } from "./leave.ts";
import { endSessions } from "./sessions.ts";
import { Email } from "./shape.ts";

const { missing, changed } = accountFailures;

// Shapes

export const Preview = v.object({
  /** The organizations that have no other owner, by name. While there are any, the account cannot be deleted. */
  soleOwnerOf: v.array(
    v.object({
      id: ID.schema("organization"),
      /** The name of the organization. */
      name: OrganizationName,
    }),
  ),
});
export type Preview = v.InferOutput<typeof Preview>;

// Failures

export const failures = {
  mistyped: failure("conflict", "account.email_mismatch", "This is not the email address of your account."),
  soleOwner: failure(
    "conflict",
    "account.sole_owner",
    "You are the only owner of an organization. Transfer or delete it first.",
  ),
};

// Functions

/** Returns what prevents the deletion of my account: the organizations whose only owner I am. */
export const previewDeletion = fn(
  "account.previewDeletion",
  { input: v.strictObject({}), output: Preview, failures: [] },
  // threat: nobody learns before deleting their account which organizations need them
  async (_, actor): Promise<Preview> => ({ soleOwnerOf: await ownedAlone(actor.account) }),
);

/**
 * Deletes my account if its address is typed: I leave every organization, all my sessions end, and the address is free.
 * The rest is erased a moment later. Fails while I am the only owner of an organization, which it names.
 */
export const deleteByAddress = fn(
  "account.delete",
  {
    input: v.strictObject({
      /** The address of your account, typed again to confirm. */
      email: Email,
    }),
    output: v.void(),
    failures: [
      ...Object.values(failures),
      missing,
      changed,
      Member.failures.changed,
      Seat.failures.lastOwner,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
    idempotency: "endsAccess",
    // an earlier deletion may have died before it ended the sessions
    replay: (_, actor) => endSessions(actor.account),
    reads: (_, actor) => [accountKeys.profile(actor.account)],
  },
  async ({ email }, actor, [profile]) => {
    if (!profile) throw missing();
    // threat: an account is deleted although its address was mistyped
    if (email !== profile.email) throw failures.mistyped();
    await refuseSoleOwner(actor.account);
    await leaveAll(actor.account, actor);
    await erase(actor, email);
    // threat: sessions outlive their account
    await endSessions(actor.account);
  },
);

/**
 * Checks before any organization is left. An organization itself refuses the departure of somebody who becomes its only
 * owner after that.
 */
async function refuseSoleOwner(account: ID.ID<"account">): Promise<void> {
  const alone = await ownedAlone(account);
  if (alone.length === 0) return;
  const names = alone.map(({ name }) => name);
  throw failures.soleOwner({
    message: `You are the only owner of ${listed(names)}. Transfer ownership or delete the organization first.`,
    fields: alone.map(({ id, name }) => ({ path: id, message: name })),
  });
}

/** Returns the organizations whose only owner this account is, by name. A deleted organization needs no owner. */
async function ownedAlone(account: ID.ID<"account">): Promise<Preview["soleOwnerOf"]> {
  const mine = (await Member.memberships(account)).filter((row) => usable(MemberRow, row));
  // threat: an organization is said to need the account of an admin
  const owned = mine.filter(({ role }) => role === "owner");
  const organizationRows = await table.getMany(owned.map(({ sk }) => organizationKeys.organization(sk)));
  return organizationRows
    .flatMap((row) => usable(OrganizationRow, row) ?? [])
    .flatMap((organizationRow) =>
      // threat: deleting an account half leaves an organization that it alone owns
      // threat: an organization that is deleted keeps the account of its owner
      organizationRow.owners === 1 && organizationRow.state !== "deleted"
        ? [{ id: organizationRow.pk, name: organizationRow.name }]
        : [],
    )
    .toSorted((one, other) => one.name.localeCompare(other.name, "en"));
}

async function erase(actor: Account | MemberActor, email: string): Promise<void> {
  const { account } = actor;
  const address = ID.derive("address", email);
  // threat: organizations that were left before remember who deleted their account
  await forgetWhereItWas(account, address);
  await table.write(
    remove(accountKeys.profile(account), when(equal("email", email), missing)),
    // threat: an address stays claimed by a deleted account
    remove(accountKeys.claim(address), when(equal("account", account), changed)),
    AccountDeleted.record(account, {}, actor),
    ...remember(),
  );
}

/**
 * Organizations that the account left earlier still remember it for a while. Where others removed it, only that stays:
 * otherwise somebody who was removed could delete their account and join again by the domain of their address.
 */
async function forgetWhereItWas(account: ID.ID<"account">, address: ID.ID<"address">): Promise<void> {
  const rows = await rowsOf({ ...invitationKeys.organizationsInviting(address), consistent: true });
  for (const row of rows.filter((one) => one.state === "former" && one.account === account)) {
    const asRead = all(
      equal("state", "former"),
      equal("account", account),
      row.leftAt === undefined ? lacks("leftAt") : equal("leftAt", row.leftAt),
    );
    const isTheirs = when(asRead, changed);
    // threat: a removed member comes back by a domain after deleting their account
    // threat: a removed member who deletes their account stays known by name
    await table.write(row.removed === true ? put(keyOf(row), markerOf(row), isTheirs) : remove(keyOf(row), isTheirs));
  }
}

/** Returns what an organization keeps of an address that it removed: nothing of the person, and in no tab of its list. */
function markerOf({ pk, role, attempt, leftAt, ttl, list }: AddressRow): Attributes<AddressRow> {
  const rank = Ranks.address("r", leftAt ?? "", pk);
  return { state: "former", removed: true, role, rank, ...withoutUndefined({ list, attempt, leftAt, ttl }) };
}

const listed = (names: readonly string[]) => new Intl.ListFormat("en", { type: "conjunction" }).format(names);
