import { daySeconds } from "../base/duration.ts";
import type { Failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { Member as Actor, Actor as AnyActor } from "../kernel/actor.ts";
import { epoch, instant } from "../kernel/ports.ts";
import type { MailState } from "../mail/shape.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { Ranks } from "../table/ranks.ts";
import { type Attributes, absent, all, equal, type Key, keyOf, put, type Step, update, when } from "../table/table.ts";
import * as Team from "../team/names.ts";
import {
  InvitationCreated,
  InvitationRenamed,
  InvitationResent,
  InvitationRoleChanged,
  InvitationTeamsChanged,
} from "./events.ts";
import * as Invitation from "./invitation.ts";
import { type Changed, difference, type Email, type Known, seatsFor, unmailed } from "./judge.ts";
import { invitationKeys } from "./keys.ts";
import { dueDays } from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";

/** Somebody who can be invited. */
export type Invitee = {
  email: string;
  address: ID<"address">;
  role: Role;
  name?: string;
  teams?: readonly ID<"team">[];
  /** The pending invitation that this changes, and whether that is emailed. */
  changes?: { found: PendingRow; email: Email };
  /** The origin of a pending one that is sent again, and the status that its last email must still have. */
  origin?: Origin;
  mailWas?: MailState;
};
/** The request or import that made an invitation; of an import, also the mailing that its email counts in. */
export type Origin = Pick<PendingRow, "src" | "line" | "mailing">;
/** The fields that all invitations of one request share. `src` identifies the request. */
export type Shared = { src: string; lifetimeDays: number; message?: string };

/** The common attributes of an invitation. Instants in ISO 8601. */
export type Terms = {
  by: ID<"account">;
  src: string;
  changeSrc?: string;
  line?: number | undefined;
  mailing?: number | undefined;
  lifetimeDays: number;
  sentAt: string;
  expiresAt: string;
  organizationRow: OrganizationRow;
};

/** Returns the row of an invited address, in place of what was read there. */
export function rowOf(
  organization: ID<"organization">,
  { address, teams = [], changes: _, origin: _origin, mailWas, ...person }: Invitee,
  before: AddressRow | undefined,
  terms: Terms & { message?: string | undefined },
): Made {
  const { message, sentAt, expiresAt, organizationRow, ...same } = terms;
  const list = Invitation.listFor(organization, address, organizationRow);
  const item: Attributes<PendingRow> = {
    state: "pending",
    ...person,
    ...Team.teamsAttribute(teams),
    ...(message && { message }),
    ...same,
    attempt: (before?.attempt ?? 0) + 1,
    mail: "queued",
    invitedAt: Invitation.isPending(before) ? before.invitedAt : sentAt,
    sentAt,
    expiresAt,
    // threat: an invitation that is sent again forgets that its organization has allowed email
    ...(before?.allowedAt !== undefined && { allowedAt: before.allowedAt }),
    list,
    rank: Ranks.address("p", expiresAt, address),
  };
  return { address, key: invitationKeys.addressIn(organization, address), before, item, ...(mailWas && { mailWas }) };
}

/** Returns where a pending invitation comes from: sent again it still counts for its import, though not in bulk. */
export const originOf = ({ src, mailing }: PendingRow): Origin => ({
  src,
  ...(mailing !== undefined && { mailing }),
});

/** Returns the import that an invitation counts for: after a change by a request, still the one that made it. */
function originFor({ changes, origin: before }: Invitee, src: string): Origin & Pick<Terms, "changeSrc"> {
  if (before) return before;
  if (!changes) return { src };
  const { src: origin, line } = changes.found;
  // threat: a change hides from an import how its invitation ended
  return { src: origin, changeSrc: src, ...(line !== undefined && { line }) };
}

/**
 * Holds if there is nothing, or what was read: in the same state, at the same attempt, with the same role, name and
 * teams, and with the email of this status, that nobody else has begun to send.
 */
export function place({ key, before, item, mailWas }: Made): Step {
  // threat: one address is invited twice at once
  if (!before) return put(key, item, when(absent, Invitation.failures.exists));
  const { state, attempt, role } = before;
  const same = all(
    // threat: an ended invitation is sent twice at once
    equal("state", state),
    equal("attempt", attempt ?? 0),
    // threat: resending undoes a change of role
    equal("role", role),
    // threat: resending undoes a new name
    Invitation.sameName(before),
    // threat: resending undoes a change of teams
    Team.sameTeams(before),
    // threat: an invitation whose email arrived in between is sent again
    // threat: an email that a worker begins to send in between is requested a second time
    ...(mailWas ? [equal("mail", mailWas), Invitation.sameClaim(before)] : []),
  );
  return put(key, item, when(same, Invitation.failures.changed));
}

/** Marks that the clock has to end invitations at this time. */
export const due = (organization: ID<"organization">, expiresAt: string, lifetimeDays: number): Step =>
  put(invitationKeys.due(expiresAt.slice(0, 13), organization), { ttl: epoch((lifetimeDays + dueDays) * daySeconds) });

/** Returns the steps of one write that invites everybody named, and the resulting state. */
export function inviting(
  actor: Actor,
  people: readonly Invitee[],
  { organizationRow, found, teams, lapsed, senderLeft }: Known,
  { src, lifetimeDays, message }: Shared,
): { steps: Step[]; after: Known; expiresAt: string } {
  const { organization, account: by } = actor;
  const sentAt = instant();
  const expiresAt = instant(lifetimeDays * daySeconds);
  const mailed = people.filter(({ changes }) => changes === undefined || changes.email === "sent");
  const made = mailed.map((person) =>
    rowOf(organization, person, found.get(person.address), {
      by,
      ...originFor(person, src),
      lifetimeDays,
      sentAt,
      expiresAt,
      organizationRow,
      message,
    }),
  );
  const seats = made.reduce((sum, { before }) => sum + seatsFor(before), 0);
  const taken = Seat.take(organization, organizationRow, { seats, mails: made.length });
  const changed = people.flatMap(({ changes, role, teams: wanted = [] }) =>
    changes ? [{ found: changes.found, wanted: { role, teams: wanted }, email: changes.email }] : [],
  );
  const quiet = changed
    .filter(({ email }) => email !== "sent")
    .map(({ found: row, wanted, email }) => changing(row, wanted, { by, src, email }));
  return {
    steps: [
      ...made.map(place),
      ...quiet.map(({ step }) => step),
      // threat: many free organizations of one account send any number of invitations
      ...(made.length > 0
        ? [
            taken.step,
            ...Seat.takeOfSender(by, organizationRow, made.length),
            due(organization, expiresAt, lifetimeDays),
          ]
        : []),
      ...events(organization, made, actor),
      // threat: a changed role is not in the log
      ...changed.flatMap(({ found: row, wanted }) => changeEvents(row, wanted, actor)),
    ],
    after: {
      organizationRow: made.length > 0 ? taken.organizationRow : organizationRow,
      teams,
      lapsed,
      senderLeft: senderLeft - made.length,
      found: new Map([
        ...found,
        ...made.map((one) => [one.address, rowOfMade(organization, one)] as const),
        ...quiet.map(({ row }) => [row.pk, row] as const),
      ]),
    },
    expiresAt,
  };
}

export type Made = {
  address: ID<"address">;
  key: Key<AddressRow>;
  before: AddressRow | undefined;
  item: Attributes<PendingRow>;
  mailWas?: MailState;
};

const rowOfMade = (organization: ID<"organization">, { address, item }: Made): AddressRow => ({
  pk: address,
  sk: organization,
  ...item,
});

/** One event for all new invitations, and one for each that already holds a seat. */
export function events(
  organization: ID<"organization">,
  made: readonly Made[],
  actor: AnyActor,
  cause: { import?: ID<"import">; by?: ID<"account"> } = {},
): Step[] {
  const fresh = made.filter(({ before }) => !Invitation.isPending(before));
  const again = made.filter(({ before }) => Invitation.isPending(before));
  const byRole: Partial<Record<Role, number>> = {};
  for (const { item } of fresh) byRole[item.role] = (byRole[item.role] ?? 0) + 1;
  const invitations = fresh.map(({ address }) => Invitation.idOf(address));
  return [
    ...(fresh.length > 0
      ? [InvitationCreated.record(organization, { invitations, roles: byRole, ...cause }, actor)]
      : []),
    ...again.map(({ address, item }) =>
      InvitationResent.record(
        organization,
        { invitation: Invitation.idOf(address), attempt: item.attempt, ...cause },
        actor,
      ),
    ),
  ];
}

/** `refuse`: the failure if the invitation is not as it was read. */
type ChangeTerms = {
  by: ID<"account">;
  src: string;
  email: Email;
  refuse?: (found: AddressRow | undefined) => Failure;
};

/** Returns the step that changes a pending invitation without an email, and the row as it will be. Its seat stays. */
export function changing(
  found: PendingRow,
  { role, teams, name }: Changed,
  { by, src, email, refuse = () => Invitation.failures.changed() }: ChangeTerms,
): { step: Step; row: AddressRow } {
  const { attempt, teams: _, ...before } = found;
  const asRead = all(
    // threat: an invitation is changed after it was accepted or declined
    // threat: an accepted or revoked invitation is changed
    equal("state", "pending"),
    equal("attempt", attempt),
    // threat: two changes of an invitation's role overwrite each other
    // threat: a change overwrites the role that another has just given
    equal("role", found.role),
    // threat: a change overwrites the name that another has just given
    Invitation.sameName(found),
    Team.sameTeams(found),
  );
  const changeSrc = email === "too_soon" ? unmailed(src) : src;
  const byAt = instant();
  // threat: an invitation that is taken over says nothing of when
  // threat: the person who changes an invitation does not become its inviter
  const set = { role, by, byAt, changeSrc, ...(name !== undefined && { name }), ...Team.teamsAttribute(teams) };
  const step = update(
    keyOf(found),
    { set, ...(teams.length === 0 && { unset: ["teams"] as const }) },
    when(asRead, refuse),
  );
  return { step, row: Object.assign({}, before, { attempt }, set) };
}

/** Returns the events of what changes in a pending invitation. */
export function changeEvents(found: PendingRow, wanted: Changed, actor: Actor): Step[] {
  const invitation = Invitation.idOf(found.pk);
  const { added, removed } = difference(found, wanted);
  const from = found.role;
  return [
    ...(wanted.role === from
      ? []
      : [InvitationRoleChanged.record(actor.organization, { invitation, from, to: wanted.role }, actor)]),
    ...(added.length + removed.length === 0
      ? []
      : [InvitationTeamsChanged.record(actor.organization, { invitation, added, removed }, actor)]),
    // threat: the log does not know that the name in an invitation changed
    ...(wanted.name === undefined || wanted.name === found.name
      ? []
      : [InvitationRenamed.record(actor.organization, { invitation }, actor)]),
  ];
}
