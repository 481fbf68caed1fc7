import { minuteSeconds } from "../base/duration.ts";
import type { Failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import type { Role } from "../base/role.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { instant } from "../kernel/ports.ts";
import { all, equal, keyOf, type Step, update, when } from "../table/table.ts";
import * as Team from "../team/names.ts";
import type { Candidate, Rules } from "./candidate.ts";
import { InvitationRenamed, InvitationRoleChanged, InvitationTeamsChanged } from "./events.ts";
import * as Invitation from "./invitation.ts";
import { cooldownMinutes } from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import type { IfPending } from "./shape.ts";

// Inviting an address that has a pending invitation with another role or other teams.

type Teams = readonly ID<"team">[];
export type Label = "change" | Done | "already_invited" | "invited_differently" | "unknown_team" | "daily_limit";
/** Changed by this very request: as it was asked to, with an email, or without the one that came too soon. */
type Done = "changed" | "changed_and_mailed" | "changed_too_soon";
export const invitedDifferently = "Already invited with another role or other teams. You can change the invitation.";

/** What an invitation would be after a change. Without a name, it keeps the one that it has. */
export type Changed = Wanted & { name?: string | undefined };
type Wanted = { role: Role; teams: Teams };

/** Marks what a request changed without the email that it asked for. */
const unmailed = (src: string) => `unmailed:${src}`;

/** Checks a row whose address has a pending invitation that can be accepted. One that is mailed takes room. */
export function judge(
  row: Candidate,
  found: PendingRow,
  { rules, ifPending }: { rules: Rules; ifPending: IfPending },
): Label {
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

/** Whether a change is emailed, or why not. */
export type Email = "sent" | "too_soon" | "unwanted";

/** Returns whether a change is emailed: not so soon after the last email. */
export function emailOf(found: PendingRow, ifPending: IfPending = "skip"): Email {
  if (ifPending !== "change_and_email") return "unwanted";
  // threat: changing an invitation is a way around the wait between two emails
  return Invitation.mailedAt(found) <= instant(-cooldownMinutes * minuteSeconds) ? "sent" : "too_soon";
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

function difference(found: PendingRow, { teams }: Changed) {
  const before = Team.teamsOf(found);
  return {
    added: teams.filter((team) => !before.includes(team)),
    removed: before.filter((team) => !teams.includes(team)),
  };
}
