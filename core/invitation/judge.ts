import * as v from "valibot";
import { Email as Address, PersonName } from "../account/shape.ts";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { type Role, roles } from "../base/role.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { instant, table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { CountRow } from "../rate/row.ts";
import * as Seat from "../seat/seat.ts";
import type { Key, RowsOf } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import * as Team from "../team/names.ts";
import type { TeamRow } from "../team/row.ts";
import { isOpen, isPending, isVouchedFor, mailedAt } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import { cooldownMinutes } from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import type { IfPending } from "./shape.ts";

// What a row of a list says, and whether it can be invited.

/** One line of a list, as it was written. */
export type Row = {
  email: string;
  role?: string | undefined;
  name?: string | undefined;
  teams?: readonly ID.ID<"team">[] | undefined;
};

/** The same, as far as it could be parsed. */
export type Candidate = {
  email: string;
  /** True for the role and the teams if they were written. A pending invitation keeps those that were not. */
  names?: { role: boolean; teams: boolean };
  address?: ID.ID<"address">;
  role?: Role;
  name?: string;
  teams?: ID.ID<"team">[];
};

/** The limits of a check: the actor's role, the existing teams, and the room that is left. */
export type Rules = {
  giver: Role;
  src?: string | undefined;
  teams: { has: (team: ID.ID<"team">) => boolean };
  /** Addresses whose pending invitation nobody can accept: they are invited again. */
  lapsed: ReadonlySet<ID.ID<"address">>;
  room: { seats: number; mails: number };
};

/** The sentences for the reasons that a row cannot be invited. */
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
export const invitedDifferently = "Already invited with another role or other teams. You can change the invitation.";

/** The table rows that a list is checked against. */
export type Known = {
  organizationRow: OrganizationRow;
  /** Addresses in the organization. */
  found: ReadonlyMap<ID.ID<"address">, AddressRow>;
  /** Those of the named teams that exist. */
  teams: ReadonlySet<ID.ID<"team">>;
  /** Addresses whose pending invitation nobody can accept, because its inviter may no longer give its role. */
  lapsed: ReadonlySet<ID.ID<"address">>;
  /** The number of invitations that the actor may still send today. */
  senderLeft: number;
};

type ChangeLabel = "change" | Done | "already_invited" | "invited_differently" | "unknown_team" | "daily_limit";
/** Changed by this very request: as it was asked to, with an email, or without the one that came too soon. */
type Done = "changed" | "changed_and_mailed" | "changed_too_soon";

/** `sent` and `changed`: by this very request. `change`: of a pending invitation. */
export type Judgment = { row: Candidate; label: Label | ChangeLabel };
type Label = "ready" | "sent" | Obstacle;

type Keyed = readonly [Key<OrganizationRow>, Key<CountRow>, ...(Key<AddressRow> | Key<TeamRow>)[]];

/** Parses a row in the most tolerant way that cannot grant more than was written: no role means Read. */
export function candidateOf({ email: text, role, name, teams: written }: Row): Candidate {
  const teams = written ?? [];
  const email = v.safeParse(Address, text);
  const known = roles.find((one) => one === (role?.trim().toLowerCase() || "read"));
  const person = v.safeParse(PersonName, name);
  return {
    email: email.success ? email.output : text,
    ...(email.success && { address: ID.derive("address", email.output) }),
    names: { role: role !== undefined, teams: written !== undefined },
    ...(known && { role: known }),
    ...(person.success && { name: person.output }),
    ...(teams.length > 0 && { teams: [...new Set(teams)] }),
  };
}

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
    return label === "already_invited" && isPending(found) ? judgeChange(row, found, { rules, ifPending }) : label;
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

// Pending invitations with another role or other teams

/** An invitation after a change. Without a name, it keeps the one that it has. */
export type Changed = Wanted & { name?: string | undefined };
type Wanted = { role: Role; teams: readonly ID.ID<"team">[] };

/** Marks what a request changed without the email that it asked for. */
export const unmailed = (src: string) => `unmailed:${src}`;

/** Checks a row whose address has a pending invitation that can be accepted. One that is mailed takes room. */
function judgeChange(
  row: Candidate,
  found: PendingRow,
  { rules, ifPending }: { rules: Rules; ifPending: IfPending },
): ChangeLabel {
  const { giver, src, teams, room } = rules;
  if (src !== undefined && found.changeSrc === unmailed(src)) return "changed_too_soon";
  if (src !== undefined && found.changeSrc === src) {
    return ifPending === "change_and_email" ? "changed_and_mailed" : "changed";
  }
  const wanted = wantedOf(row, found);
  const { added, removed } = difference(found, wanted);
  if (wanted.role === found.role && added.length + removed.length === 0) return "already_invited";
  // threat: an admin changes the invitation of an owner
  if (!canGrant(giver, found.role) || !canGrant(giver, wanted.role)) return "already_invited";
  // threat: a change puts an invitation into a team of somebody else
  if (added.some((team) => !teams.has(team))) return "unknown_team";
  // threat: a pending invitation is changed although nobody asked for that
  if (ifPending === "skip") return "invited_differently";
  if (emailOf(found, ifPending) === "sent") {
    // threat: changing invitations is a way around the daily limit of emails
    if (room.mails < 1) return "daily_limit";
    room.mails -= 1;
  }
  return "change";
}

/** Returns what a row asks for: what it does not name stays as it is. */
export const wantedOf = ({ role, teams, names }: Candidate, found: PendingRow): Wanted => ({
  role: names?.role && role ? role : found.role,
  teams: names?.teams ? (teams ?? []) : Team.teamsOf(found),
});

/** The result of a change for its email: it is sent, or not, for a reason. */
export type Email = "sent" | "too_soon" | "unwanted";

/** Returns whether a change is emailed: not so soon after the last email. */
export function emailOf(found: PendingRow, ifPending: IfPending = "skip"): Email {
  if (ifPending !== "change_and_email") return "unwanted";
  // threat: changing an invitation is a way around the wait between two emails
  return mailedAt(found) <= instant(-cooldownMinutes * minuteSeconds) ? "sent" : "too_soon";
}

/** Returns the teams that a change adds and removes. */
export function difference(found: PendingRow, { teams }: Wanted) {
  const before = Team.teamsOf(found);
  return {
    added: teams.filter((team) => !before.includes(team)),
    removed: before.filter((team) => !teams.includes(team)),
  };
}
