import { isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { depart } from "../member/departure.ts";
import { MemberLeft } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { keyOf, remove } from "../table/table.ts";

/** Concurrent requests may change a membership or delete its organization. */
const maxAttempts = 3;

/**
 * Leaves every organization of an account, one by one; no address remembers it. Can be repeated to continue. @throws
 * member.last_owner
 */
export async function leaveAll(account: ID<"account">, actor: Actor): Promise<void> {
  for (const { sk } of await Member.memberships(account)) await leave(account, sk, actor);
}

async function leave(account: ID<"account">, organization: ID<"organization">, actor: Actor, tries = 1): Promise<void> {
  const [row, organizationRow] = await table.getMany([
    memberKeys.member(organization, account),
    organizationKeys.organization(organization),
  ]);
  if (!row) return;
  if (!organizationRow) return table.write(remove(keyOf(row)));
  try {
    await depart(organization, row, MemberLeft, actor, {
      // threat: organizations remember who deleted their account
      isErased: true,
      // threat: the last owner of an organization deletes their account
      isDeleted: organizationRow.state === "deleted",
    });
  } catch (error) {
    const isOld = isFailure(error, Member.failures.changed) || isFailure(error, Seat.failures.organizationMissing);
    if (!isOld || tries === maxAttempts) throw error;
    await leave(account, organization, actor, tries + 1);
  }
}
