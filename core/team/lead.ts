import * as v from "valibot";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { type Permission, permissions } from "../base/permission.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { all, any, check, contains, fewer, lacks, not, present, type Step, update, when } from "../table/table.ts";
import { TeamJoined, TeamLeadAdded, TeamLeadRemoved } from "./events.ts";
import { teamKeys } from "./keys.ts";
import { maxTeams } from "./limits.ts";
import { leadsOf, requireTeam, failures as teamFailures, teamsOf } from "./names.ts";
import type { TeamRow } from "./row.ts";

// A lead is a member of a team who manages it: its name and description, its members, and what is pinned in it.

type Team = ID.ID<"team">;

// Shapes

const Named = v.strictObject({
  team: ID.schema("team"),
  /** The account of the member. */
  account: ID.schema("account"),
});
type Named = v.InferOutput<typeof Named>;

/** Your own place in a team. */
export const Own = v.object({
  /** True if you are a member of it. */
  isMember: v.boolean(),
  /** True if you lead it. */
  isLead: v.boolean(),
});

// Failures

export const failures = {
  outside: failure("conflict", "team.lead_outside", "Only a member of the team can lead it. Add this member first."),
  full: failure("conflict", "team.full", `You are in ${maxTeams} teams already. Leave one first.`),
};
const writing = [teamFailures.missing, memberFailures.changed, Event.failures.repeated];

// Functions

/** Returns what the actor is in a team. */
export const ownIn = ({ ownTeams, ledTeams }: Actor, team: ID.ID<"team">): v.InferOutput<typeof Own> => ({
  isMember: ownTeams?.has(team) === true,
  isLead: ledTeams?.has(team) === true,
});

/** Makes a member of a team one of its leads. Repeating it changes nothing. */
export const addLead = fn(
  "team.addLead",
  { input: Named, output: v.void(), failures: [...writing, failures.outside], reads: keysOf },
  async ({ team, account }, actor, [teamRow, row]) => {
    requireLed(actor, "team.addLead", team);
    const { name } = requireTeam(actor, teamRow);
    if (!row || !teamsOf(row).includes(team)) throw failures.outside();
    if (leadsOf(row).includes(team)) return;
    const { organization } = actor;
    const isNew = when(all(contains("teams", team), not(contains("leads", team))), memberFailures.changed);
    await table.write(
      update(memberKeys.member(organization, account), { add: { leads: new Set([team]) } }, isNew),
      check(teamKeys.team(organization, team), when(present, teamFailures.missing)),
      ...stillLeads(actor, "team.addLead", team),
      TeamLeadAdded.record(organization, { team, name, account }, actor),
      ...remember(),
    );
  },
);

/** Ends that a member leads a team; leads end it for themselves only. The member stays in the team. */
export const removeLead = fn(
  "team.removeLead",
  { input: Named, output: v.void(), failures: writing, reads: keysOf },
  async ({ team, account }, actor, [teamRow, row]) => {
    // threat: a lead ends that another leads
    if (!reaches(actor, permissions["team.removeLead"], { account })) {
      throw forbidden("team.removeLead", "Only an owner or admin removes another lead of a team.");
    }
    const { name } = requireTeam(actor, teamRow);
    if (!leadsOf(row).includes(team)) return;
    const { organization } = actor;
    await table.write(
      update(
        memberKeys.member(organization, account),
        { drop: { leads: new Set([team]) } },
        when(contains("leads", team), memberFailures.changed),
      ),
      TeamLeadRemoved.record(organization, { team, name, account }, actor),
      ...remember(),
    );
  },
);

function keysOf({ team, account }: Named, { organization }: Actor) {
  return [teamKeys.team(organization, team), memberKeys.member(organization, account)] as const;
}

// For others

/** Returns whether the actor may use a permission in a team, or outside all of them. */
export const mayIn = (actor: Actor, permission: Permission, team?: Team): boolean =>
  reaches(actor, permissions[permission], { team });

/** Returns whether the actor posts to a team: somebody whose role writes, and who manages updates or posts there. */
export const mayPost = (actor: Actor, team: Team, posting: TeamRow["posting"] = "members"): boolean =>
  // threat: members whose role reads are told that they may post
  mayIn(actor, "update.create") &&
  // threat: everybody in a team posts where its leads do
  (mayIn(actor, "update.pin") || (posting === "members" ? actor.ownTeams : actor.ledTeams)?.has(team) === true);

/** Returns the actor as they are once they are in a team and lead it. */
export const leading = (actor: Actor, team: Team): Actor => ({
  ...actor,
  ownTeams: new Set(actor.ownTeams).add(team),
  ledTeams: new Set(actor.ledTeams).add(team),
});

/** Returns the steps by which who creates a team is in it and leads it. */
export function founding(actor: Actor, { team, name }: { team: Team; name: string }): Step[] {
  const { organization, account } = actor;
  // threat: the creator of a team is in more teams than a member may be
  const hasRoom = any(lacks("teams"), fewer("teams", maxTeams));
  const refused = (found: MemberRow | undefined) => (found ? failures.full() : memberFailures.changed());
  const own = new Set([team]);
  return [
    update(
      memberKeys.member(organization, account),
      { add: { teams: own, leads: own } },
      when(all(present, hasRoom), refused),
    ),
    TeamJoined.record(organization, { team, name, accounts: [account] }, actor),
    TeamLeadAdded.record(organization, { team, name, account }, actor),
  ];
}

/** Says nothing of whether there is such a team. @throws actor.forbidden */
export function requireLed(actor: Actor, permission: Permission, team: Team | undefined): void {
  if (!mayIn(actor, permission, team)) throw notLed(permission);
}

/** Returns the step that holds while the actor leads the team; none for who needs not. */
export function stillLeads(actor: Actor, permission: Permission, team: Team | undefined): Step[] {
  if (team === undefined || mayIn(actor, permission)) return [];
  const leads = when(contains("leads", team), () => notLed(permission));
  // threat: a former lead still manages the team, if they are fast
  return [check(memberKeys.member(actor.organization, actor.account), leads)];
}

const notLed = (permission: Permission) =>
  forbidden(permission, "Only an owner, an admin, or a lead of the team may do this.");

const forbidden = (permission: Permission, message: string) => implied.forbidden({ permission, message });
