import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { CountRow } from "../rate/row.ts";
import * as Seat from "../seat/seat.ts";
import type { Key, RowsOf } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import type { TeamRow } from "../team/row.ts";
import { type Candidate, candidateOf, type Row, type Rules } from "./candidate.ts";
import * as Change from "./change.ts";
import { isOpen, isPending, isVouchedFor } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import type { IfPending } from "./shape.ts";

/** Why a row cannot be invited, each with its sentence. */
export const obstacles = {
  already_member: "Already a member.",
  already_invited: "Already invited.",
  duplicate: "Already in this list.",
  invalid_email: "This is not an email address.",
  unknown_role: "Unknown role. Use owner, admin, write, or read.",
  unknown_team: "One of these teams no longer exists.",
  not_allowed: "You can't invite someone to a role above your own.",
  no_seat: "No seat available.",
  daily_limit: "The daily limit of invitations has been reached.",
} as const;
export type Obstacle = keyof typeof obstacles;

/** The table rows that a list is checked against. */
export type Known = {
  organizationRow: OrganizationRow;
  /** Addresses in the organization. */
  found: ReadonlyMap<ID.ID<"address">, AddressRow>;
  /** Those of the named teams that exist. */
  teams: ReadonlySet<ID.ID<"team">>;
  /** Addresses whose pending invitation nobody can accept, because its inviter may no longer give its role. */
  lapsed: ReadonlySet<ID.ID<"address">>;
  /** How many more invitations the actor may send today. */
  senderLeft: number;
};

/** `sent` and `changed`: by this very request. `change`: of a pending invitation. */
export type Judgment = { row: Candidate; label: Label | Change.Label };
type Label = "ready" | "sent" | Obstacle;

type Keyed = readonly [Key<OrganizationRow>, Key<CountRow>, ...(Key<AddressRow> | Key<TeamRow>)[]];

/** The keys of the rows that `knownOf` expects, in order. */
export function keysOf(rows: readonly Row[], { organization, account }: Actor): Keyed {
  const addresses = rows.flatMap((row) => candidateOf(row).address ?? []);
  return [
    organizationKeys.organization(organization),
    Seat.senderKeyOf(account),
    ...addresses.map((address) => invitationKeys.addressIn(organization, address)),
    ...rows.flatMap(({ teams = [] }) => teams.map((team) => teamKeys.team(organization, team))),
  ];
}

/** @throws seat.organization_missing */
export function knownOf([organizationRow, countRow, ...rows]: RowsOf<Keyed>, { account }: Actor): Known {
  if (!organizationRow) throw Seat.failures.organizationMissing();
  const found = new Map<ID.ID<"address">, AddressRow>();
  const teams = new Set<ID.ID<"team">>();
  for (const row of rows.filter((one) => one !== undefined)) {
    if (isTeam(row)) teams.add(row.sk);
    else found.set(row.pk, row);
  }
  const senderLeft = Seat.senderLeft(account, organizationRow, countRow);
  return { organizationRow, found, teams, lapsed: new Set(), senderLeft };
}

/** Returns the same, with the invitations that nobody can accept. */
export async function withLapsed(known: Known): Promise<Known> {
  const lapsed = await lapsedAmong(known.organizationRow.pk, [...known.found.values()]);
  return Object.assign({}, known, { lapsed });
}

/** Returns the addresses among these whose pending invitation nobody can accept. Reads nothing if none is pending. */
export async function lapsedAmong(
  organization: ID.ID<"organization">,
  rows: readonly (AddressRow | undefined)[],
): Promise<ReadonlySet<ID.ID<"address">>> {
  const open = rows.filter(isOpen);
  const inviters = [...new Set(open.map(({ by }) => by))];
  if (inviters.length === 0) return new Set();
  const members = await table.getMany(inviters.map((account) => memberKeys.member(organization, account)));
  const isLapsed = (row: PendingRow) => !isVouchedFor(row, members[inviters.indexOf(row.by)]);
  return new Set(open.filter(isLapsed).map(({ pk }) => pk));
}

const isTeam = (row: AddressRow | TeamRow): row is TeamRow => ID.is("team", row.sk);

/** Checks a list in order: the first rows get the available seats. `src` identifies the request. */
export function judge(
  rows: readonly Candidate[],
  known: Known,
  actor: Actor,
  { src, ifPending = "skip" }: { src?: string; ifPending?: IfPending | undefined } = {},
): Judgment[] {
  const { organizationRow, senderLeft } = known;
  const room = { seats: organizationRow.free, mails: Math.min(Seat.mailsLeft(organizationRow), senderLeft) };
  const rules = { giver: actor.role, src, teams: known.teams, lapsed: known.lapsed, room };
  const seen = new Set<string>();

  const labelOf = (row: Candidate): Judgment["label"] => {
    const { address } = row;
    if (!address) return "invalid_email";
    if (seen.has(address)) return "duplicate";
    seen.add(address);
    const found = known.found.get(address);
    const label = judgeOne(row, found, rules);
    return label === "already_invited" && isPending(found) ? Change.judge(row, found, { rules, ifPending }) : label;
  };
  return rows.map((row) => ({ row, label: labelOf(row) }));
}

/** Checks one parsed row against the table. A row that is ready takes room. */
export function judgeOne({ role, teams = [] }: Candidate, found: AddressRow | undefined, rules: Rules): Label {
  const { giver, src, room } = rules;
  if (!role) return "unknown_role";
  // threat: an invitation grants a role above that of its inviter
  if (!canGrant(giver, role)) return "not_allowed";
  if (found?.state === "member") return found.src === src && src ? "sent" : "already_member";
  if (isOpen(found) && found.src === src) return "sent";
  // threat: an invitation that nobody can accept keeps others from inviting
  if (isOpen(found) && !rules.lapsed.has(found.pk)) return "already_invited";
  // threat: an invitation goes to a team of somebody else
  if (teams.some((team) => !rules.teams.has(team))) return "unknown_team";
  if (room.mails < 1) return "daily_limit";
  const seats = seatsFor(found);
  if (room.seats < seats) return "no_seat";
  room.mails -= 1;
  room.seats -= seats;
  return "ready";
}

// threat: an expired invitation takes a second seat
/** An invitation that just expired still holds its seat, and the new one takes it over. */
export const seatsFor = (found: AddressRow | undefined): 0 | 1 => (found?.state === "pending" ? 0 : 1);
