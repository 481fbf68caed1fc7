import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import { BillingResizeDropped, BillingResized, BillingResizeStarted, BillingUpdated } from "../billing/events.ts";
import { InvitationAccepted, InvitationCreated, InvitationEnded } from "../invitation/events.ts";
import { type Ended, ended } from "../invitation/shape.ts";
import { type Data, type EventType, readData } from "../kernel/event.ts";
import {
  MemberJoined,
  MemberLeft,
  MemberReinstated,
  MemberRemoved,
  MemberRoleChanged,
  MemberTransferred,
} from "../member/events.ts";
import { OrganizationCreated, OrganizationGranted } from "../organization/events.ts";
import type { Item } from "../table/table.ts";
import { TeamDeleted, TeamJoined, TeamLeft } from "../team/events.ts";
import { membersBy } from "./arrivals.ts";

type Numbers = Readonly<Record<string, number>>;
type Effect = { of: EventType; run: (data: never) => Numbers };

const effect = <const E extends EventType>(types: E | readonly E[], run: (data: Data<E>) => Numbers): Effect[] =>
  [types].flat().map((of) => ({ of: of as EventType, run: run as Effect["run"] }));

/** Changes to the displayed numbers, never to those that decide. */
const numbers: readonly Effect[] = [
  ...effect(OrganizationCreated, () => ({ owner: 1 })),
  ...effect(InvitationCreated, ({ invitations }) => ({ pending: invitations.length })),
  ...effect(InvitationEnded, ({ invitations }) => ({ pending: -invitations.length })),
  ...effect(InvitationAccepted, ({ role }) => ({ pending: -1, ...ofRole(role, 1) })),
  ...effect(MemberRoleChanged, ({ from, to }) => ({ ...ofRole(from, -1), ...ofRole(to, 1) })),
  ...effect([MemberReinstated, MemberJoined], ({ role }) => ofRole(role, 1)),
  ...effect([MemberRemoved, MemberLeft], ({ role }) => ofRole(role, -1)),
  // the number of owners stays, unless the new one already was an owner
  ...effect(MemberTransferred, ({ role }): Numbers => (role === "admin" ? {} : { ...ofRole(role, -1), admin: 1 })),
];

/** Changes to the member counts of teams; a deleted team has none. */
const placements: readonly Effect[] = [
  ...effect([InvitationAccepted, MemberReinstated], ({ teams = [] }) => ofEach(teams, 1)),
  ...effect([MemberRemoved, MemberLeft], ({ teams = [] }) => ofEach(teams, -1)),
  ...effect(TeamJoined, ({ team, accounts }) => ({ [team]: accounts.length })),
  ...effect(TeamLeft, ({ team, accounts }) => ({ [team]: -accounts.length })),
  ...effect(TeamDeleted, ({ team }) => ({ [team]: 0 })),
];

/** Seats that are paid or granted after an event. A change that was dropped leaves them as they were before it. */
const capacities: readonly Effect[] = [
  ...effect(OrganizationCreated, ({ seats }): Numbers => (seats === undefined ? {} : { capacity: seats })),
  ...effect(OrganizationGranted, ({ to }) => ({ capacity: to })),
  ...effect(BillingUpdated, ({ after }) => ({ capacity: after.capacity })),
  // fewer seats count at once, more only once they are paid
  ...effect(BillingResizeStarted, ({ from, to, granted = 0 }) => ({ capacity: Math.min(from, to) + granted })),
  ...effect(BillingResized, ({ to, after, granted = 0 }) => ({ capacity: after?.capacity ?? to + granted })),
  ...effect(BillingResizeDropped, ({ from, after, granted = 0 }) => ({ capacity: after?.capacity ?? from + granted })),
];

/** The types of events that change a number. */
export const counted: readonly string[] = [...numbers, ...placements, ...capacities].map(({ of }) => of.type);

/** Returns how a stored event changes the numbers of its organization. An event that cannot be read changes no role. */
export function effects(row: Item): Numbers {
  const active = membersBy(row.type);
  return { ...effectOf(numbers, row), ...(active !== 0 && { active }) };
}

/** Returns how many seats there are after a stored event, if it says so. */
export const capacityAfter = (row: Item): number | undefined => effectOf(capacities, row).capacity;

/** Returns how a stored event changes the member counts of teams. */
export const teamEffects = (row: Item): Numbers => effectOf(placements, row);

/** Returns how many invitations of each import a stored event says have ended, and how. */
export function importEffects(row: Item): { import: string; ended: Ended; by: number }[] {
  const data = row.type === InvitationEnded.type ? readData(InvitationEnded, row) : undefined;
  const state = ended.find((one) => one === data?.state);
  return state ? Object.entries(data?.imports ?? {}).map(([id, by = 0]) => ({ import: id, ended: state, by })) : [];
}

function effectOf(all: readonly Effect[], row: Item): Numbers {
  const found = all.find(({ of }) => of.type === row.type);
  const data = found && readData(found.of, row);
  return found && data !== undefined ? found.run(data as never) : {};
}

/** Members with a role that this release does not know are counted among all members only. */
const ofRole = (role: Role | Unknown, by: number): Numbers => (role === "unknown" ? {} : { [role]: by });
const ofEach = (teams: readonly string[], by: number): Numbers => Object.fromEntries(teams.map((team) => [team, by]));
