import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import type { Actor } from "../kernel/actor.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import * as Seat from "../seat/seat.ts";
import { Ranks } from "../table/ranks.ts";
import {
  all,
  type ConditionOf,
  equal,
  keyOf,
  type Some,
  type Step,
  remove as take,
  update,
  when,
} from "../table/table.ts";
import * as Team from "../team/names.ts";
import { MemberLeft, MemberRemoved } from "./events.ts";
import { failures } from "./failures.ts";
import { formerDays } from "./limits.ts";
import type { MemberRow } from "./row.ts";

// How a membership ends: the member leaves, others remove them, or the account is deleted.

// Steps for other writes

type DepartOptions = {
  /** The address does not remember the former member. */
  isErased?: boolean;
  /** The last owner may go, too: of an organization that is deleted. */
  isDeleted?: boolean;
  /** Another condition of the membership. */
  only?: ConditionOf<MemberRow>;
  /** More steps of the same write. */
  also?: readonly Step[];
};

/** Ends a membership: the address remembers the former member for a while, and the seat is given back. */
export async function depart(
  organization: ID.ID<"organization">,
  row: MemberRow,
  event: typeof MemberRemoved | typeof MemberLeft,
  actor: Actor,
  { isErased: isForgotten = false, isDeleted = false, only, also = [] }: DepartOptions = {},
): Promise<void> {
  const { pk: account, role, email } = row;
  const teams = Team.teamsOf(row);
  const address = ID.derive("address", email);
  // threat: somebody leaves by another person's address
  const isTheirs = when(all(equal("state", "member"), equal("account", account)), failures.changed);
  const key = invitationKeys.addressIn(organization, address);
  // threat: a removed member keeps a seat
  // threat: an owner who leaves is still counted
  const back = { seats: 1, owners: role === "owner" ? -1 : 0 };
  await table.write(
    // threat: a removed member stays counted in a team
    take(keyOf(row), when(all(equal("role", role), Team.sameTeams(row), ...(only ? [only] : [])), failures.changed)),
    isForgotten ? take(key, isTheirs) : update(key, { set: formerOf(organization, row, event, address) }, isTheirs),
    isDeleted ? Seat.releaseDeleted(organization, back) : Seat.release(organization, back),
    event.record(
      organization,
      { account, invitation: ID.alias("invitation", address), role, ...Team.eventTeams(teams) },
      actor,
    ),
    ...also,
  );
}

function formerOf(
  organization: ID.ID<"organization">,
  row: MemberRow,
  event: typeof MemberRemoved | typeof MemberLeft,
  address: ID.ID<"address">,
): Some<AddressRow> {
  const leftAt = instant();
  return {
    state: "former",
    role: row.role,
    name: row.name,
    leftAt,
    removed: event === MemberRemoved,
    ...Team.teamsAttribute(Team.teamsOf(row)),
    ttl: epoch(formerDays * daySeconds),
    list: invitationKeys.invitations(organization),
    rank: Ranks.address("f", leftAt, address),
  };
}
