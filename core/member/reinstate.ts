import * as v from "valibot";
import { accountKeys } from "../account/keys.ts";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { all, type Change, equal, keyOf, update, when } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { MemberReinstated } from "./events.ts";
import { formerDays } from "./limits.ts";
import * as Member from "./member.ts";

// Failures

export const failures = {
  departed: failure("conflict", "member.not_removed", "This person chose to leave. Send a new invitation."),
};

// Functions

/**
 * Reinstates a removed member with their former role and teams, for as long as they are remembered. Takes a new seat.
 */
export const reinstate = fn(
  "member.reinstate",
  {
    input: v.strictObject({ invitation: ID.schema("invitation") }),
    output: Member.Info,
    failures: [
      failures.departed,
      Member.failures.missing,
      Member.failures.changed,
      Member.failures.exists,
      Member.failures.roleForbidden,
      Member.failures.outranked,
      Seat.failures.full,
      Seat.failures.frozen,
      Seat.failures.moved,
      Event.failures.repeated,
    ],
    reads: ({ invitation }, { organization }) => [
      organizationKeys.organization(organization),
      invitationKeys.addressIn(organization, ID.alias("address", invitation)),
    ],
  },
  async ({ invitation }, actor, [organizationRow, row]) => {
    // threat: restoring a member who is back looks as if there were none
    if (row?.state === "member") throw Member.failures.exists();
    const since = instant(-formerDays * daySeconds);
    // threat: a member is reinstated after their row has expired
    if (!organizationRow || row?.state !== "former" || !row.leftAt || row.leftAt <= since) {
      throw Member.failures.missing();
    }
    // threat: somebody who left is reinstated against their will
    if (row.removed !== true) throw failures.departed();
    const { organization } = actor;
    const { account, role, email, leftAt } = row;
    if (!account || !email) throw Member.failures.missing();
    // threat: an admin reinstates an owner
    if (!canGrant(actor.role, role)) throw Member.failures.roleForbidden();
    const had = Team.teamsOf(row);
    const [profile, ...found] = await table.getMany([accountKeys.profile(account), ...Team.keysOf(organization, had)]);
    if (profile?.email !== email) throw Member.failures.missing();
    // threat: a reinstated member joins a deleted team
    const teams = Team.existing(had, found);
    const person = { account, email, name: profile.name, color: profile.color, teams };
    const member = Member.membershipOf(organization, person, role);
    const asRead = all(
      equal("state", "former"),
      // threat: somebody who came back and left is reinstated against their will
      equal("removed", true),
      // threat: a reinstated member joins teams of an earlier membership
      equal("leftAt", leftAt),
      equal("account", account),
      equal("role", role),
    );
    const back: Change<AddressRow> = {
      set: { state: "member" },
      unset: ["list", "rank", "ttl", "leftAt", "removed", "teams"],
    };
    const isBack = (found: AddressRow | undefined) =>
      // threat: of two who restore a member at the same moment, one learns only that something changed
      found?.state === "member" ? Member.failures.exists() : Member.failures.changed();
    // threat: a person who is reinstated as an owner is not counted
    const owners = role === "owner" ? 1 : 0;
    const info = await Member.show(member, actor);
    await table.write(
      update(keyOf(row), back, when(asRead, isBack)),
      Member.joinedAs(member),
      // threat: a removed member reinstates somebody
      Member.stillInRole(actor),
      // threat: a person who is reinstated takes no seat
      Seat.take(organization, organizationRow, { seats: 1, mails: 0, owners }).step,
      MemberReinstated.record(organization, { account, invitation, role, ...Team.eventTeams(teams) }, actor),
      ...remember(info),
    );
    return info;
  },
);
