import type { Member as Actor } from "../kernel/actor.ts";
import type { ID } from "../kernel/id.ts";
import type { Role } from "../kernel/permission.ts";
import { epoch, instant } from "../kernel/ports.ts";
import * as Seat from "../seat/seat.ts";
import { Keys, Lists, Ranks } from "../table/keys.ts";
import { absent, all, equal, type Item, type Key, put, type Step, when } from "../table/table.ts";
import { naming } from "../team/names.ts";
import * as Invitation from "./invitation.ts";
import { type Known, seatsFor } from "./judge.ts";

const daySeconds = 86_400;
/** What is due is kept so long after its hour, for a clock that stood still. */
const dueDays = 90;

/** Somebody who can be invited. */
export type Offered = {
  email: string;
  address: ID<"address">;
  role: Role;
  name?: string;
  teams?: readonly ID<"team">[];
};
/** What all of one request have in common. `src` names the request. */
export type Offer = { src: string; lifetimeDays: number; message?: string };

/** The steps of one write that invites everybody named, and what is known once it is done. */
export function inviting(
  actor: Actor,
  people: readonly Offered[],
  { home, tally, found }: Known,
  { src, lifetimeDays, message }: Offer,
): { steps: Step[]; after: Known; expiresAt: string } {
  const { organization } = actor;
  const sentAt = instant();
  const expiresAt = instant(lifetimeDays * daySeconds);
  const offers = people.map(({ address, teams = [], ...person }) => {
    const before = found.get(address);
    const item: Item = {
      ...{ state: "pending", ...person, ...naming(teams), ...(message && { message }) },
      by: actor.account,
      src,
      attempt: Number(before?.attempt ?? 0) + 1,
      mail: "queued",
      invitedAt: Invitation.isPending(before) ? before.invitedAt : sentAt,
      sentAt,
      lifetimeDays,
      expiresAt,
      list: Lists.invitations(organization),
      rank: Ranks.address("p", expiresAt, address),
    };
    return { key: Keys.addressIn(organization, address), before, item };
  });
  const seats = offers.reduce((sum, { before }) => sum + seatsFor(before), 0);
  const taken = Seat.take(organization, home, { seats, mails: offers.length });
  return {
    steps: [
      ...offers.map(({ key, before, item }) => put(key, item, asRead(before))),
      taken.step,
      put(Keys.due(expiresAt.slice(0, 13), organization), { ttl: epoch((lifetimeDays + dueDays) * daySeconds) }),
      ...events(actor, offers),
    ],
    after: {
      home: taken.home,
      tally,
      found: new Map([...found, ...offers.map(({ key, item }) => [key.pk, { ...item, ...key }] as const)]),
    },
    expiresAt,
  };
}

/** Lands only on nothing, or on what was read: in the same state, offered as often, and in the same role. */
function asRead(before: Item | undefined) {
  if (!before) return when(absent, Invitation.failures.exists);
  const { state, attempt, role } = before;
  const same = all(equal("state", String(state)), equal("attempt", Number(attempt)), equal("role", String(role)));
  return when(same, Invitation.failures.changed);
}

type Made = { key: Key; before: Item | undefined; item: Item };

/** One event for all that are new; one for each whose seat is held already. */
function events(actor: Actor, offers: readonly Made[]): Step[] {
  const fresh = offers.filter(({ before }) => !Invitation.isPending(before));
  const again = offers.filter(({ before }) => Invitation.isPending(before));
  const byRole: Partial<Record<Role, number>> = {};
  for (const { item } of fresh) byRole[item.role as Role] = (byRole[item.role as Role] ?? 0) + 1;
  const invitations = fresh.map(({ key }) => Invitation.idOf(key.pk));
  return [
    ...(fresh.length > 0 ? [Invitation.Created.record(actor.organization, { invitations, roles: byRole }, actor)] : []),
    ...again.map(({ key, item }) =>
      Invitation.Resent.record(
        actor.organization,
        { invitation: Invitation.idOf(key.pk), attempt: Number(item.attempt) },
        actor,
      ),
    ),
  ];
}
