import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { revoking } from "../device/end.ts";
import { failures as deviceFailures } from "../device/failures.ts";
import { deviceKeys } from "../device/keys.ts";
import type { Account, Member as MemberActor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { MemberSecured } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { passkeyKeys } from "../passkey/keys.ts";
import { check, keyOf, present, remove, when } from "../table/table.ts";
import { AccountPasskeyRemoved, AccountSecured } from "./events.ts";
import { endSessions } from "./sessions.ts";

/** A device may be in contact while it is revoked, which changes what its member counts. */
const maxAttempts = 3;

type Actor = Account | MemberActor;

/**
 * Ends everything by which somebody else may use my account: passkeys, linked devices, and all sessions, this one
 * included. Owners of my organizations learn of it. Can be repeated. An emailed code signs in again.
 */
export const secure = fn(
  "account.secure",
  {
    input: v.strictObject({}),
    output: v.void(),
    failures: [deviceFailures.changed, Event.failures.repeated],
    idempotency: "endsAccess",
    // an earlier request may have died before it ended the sessions
    replay: (_, actor) => endSessions(actor.account),
  },
  async (_, actor) => {
    const { account } = actor;
    // threat: somebody who had an account for a while comes back with a passkey of theirs
    for (const row of await rowsOf({ ...passkeyKeys.passkeys(account), consistent: true })) {
      await table.write(remove(keyOf(row)), AccountPasskeyRemoved.record(account, { passkey: row.sk }, actor));
    }
    // threat: a device that somebody else has linked keeps getting the settings
    for (const { sk } of await rowsOf({ ...deviceKeys.devicesOf(account), consistent: true })) {
      await revoke(sk, actor);
    }
    // threat: owners do not learn that somebody else has had the account of a member
    for (const { sk } of await Member.memberships(account)) await tell(sk, actor);
    await table.write(AccountSecured.record(account, {}, actor), ...remember());
    // threat: sessions of somebody else outlive what their owner did against them
    await endSessions(account);
  },
);

async function revoke(device: ID<"device">, actor: Actor, tries = 1): Promise<void> {
  const row = await table.get(deviceKeys.device(actor.account, device));
  if (!row || row.wipe) return;
  const member = await table.get(memberKeys.member(row.organization, actor.account));
  try {
    await writeUnless(deviceFailures.ended, ...revoking(row, member, "revoked", actor));
  } catch (error) {
    if (!isFailure(error, deviceFailures.changed) || tries === maxAttempts) throw error;
    await revoke(device, actor, tries + 1);
  }
}

async function tell(organization: ID<"organization">, actor: Actor): Promise<void> {
  const isMember = when(present, Member.failures.left);
  await writeUnless(
    Member.failures.left,
    check(memberKeys.member(organization, actor.account), isMember),
    MemberSecured.record(organization, { account: actor.account }, actor),
  );
}
