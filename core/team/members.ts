import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember, retract } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import {
  all,
  any,
  check,
  contains,
  fewer,
  lacks,
  not,
  present,
  type RowsOf,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { TeamJoined, TeamLeft } from "./events.ts";
import { teamKeys } from "./keys.ts";
import * as Lead from "./lead.ts";
import { maxAccounts, maxTeams } from "./limits.ts";
import { leadsOf, requireTeam, teamsOf } from "./names.ts";
import * as Team from "./team.ts";

/** Times that members are read again, because others change them, before the caller has to retry. */
const looks = 5;

// Shapes

const Account = ID.schema("account");
const Named = v.strictObject({
  team: Team.Id,
  /** The accounts of the members. */
  accounts: v.pipe(
    v.array(Account),
    v.minLength(1, "At least one member."),
    v.maxLength(maxAccounts, `At most ${maxAccounts} members at once.`),
  ),
});
type Named = v.InferOutput<typeof Named>;

/** The result of adding a member to a team. */
export const Addition = v.object({
  account: Account,
  /** `added`, or why not: the member is in it already, in as many teams as one may be, or no longer a member. */
  outcome: v.picklist(["added", "already_in", "full", "missing"]),
});
/** The result of removing a member from a team. */
export const Removal = v.object({
  account: Account,
  /** `removed`, or why not: the member leads it, was not in it, or is no longer a member. */
  outcome: v.picklist(["removed", "lead", "not_in", "missing"]),
});
const resultsOf = <S extends v.GenericSchema>(item: S) =>
  v.object({
    /** A result for each account, in the order of the request. */
    items: v.array(item),
  });

// Failures

export const failures = { absent: failure("conflict", "team.not_member", "You are not in this team.") };
const writing = [Team.failures.missing, memberFailures.changed, Event.failures.repeated];

// Functions

/** Adds members to a team, each once, and returns what happened to each. */
export const addMembers = fn(
  "team.addMembers",
  { input: Named, output: resultsOf(Addition), failures: writing, reads: keysOf },
  (input, actor, rows) => {
    Lead.requireLed(actor, "team.addMembers", input.team);
    return place<"added" | "already_in" | "full">(input, actor, rows, {
      done: "added",
      judge: (row) => {
        if (teamsOf(row).includes(input.team) || isSelf(actor, row)) return "already_in";
        return teamsOf(row).length < maxTeams ? "added" : "full";
      },
      steps: ({ name, accounts }) => [
        // threat: somebody is added to a deleted team
        check(teamKeys.team(actor.organization, input.team), when(present, Team.failures.missing)),
        ...accounts.map((account) => joining(actor.organization, account, input.team)),
        ...Lead.stillLeads(actor, "team.addMembers", input.team),
        TeamJoined.record(actor.organization, { team: input.team, name, accounts }, actor),
      ],
    });
  },
);

/** Removes members from a team, and returns what happened to each. Only owners and admins remove its leads. */
export const removeMembers = fn(
  "team.removeMembers",
  { input: Named, output: resultsOf(Removal), failures: writing, reads: keysOf },
  (input, actor, rows) => {
    const { team } = input;
    Lead.requireLed(actor, "team.removeMembers", team);
    return place<"removed" | "lead" | "not_in">(input, actor, rows, {
      done: "removed",
      judge: (row) => {
        // threat: a lead removes another lead
        if (!managesAll(actor) && (leadsOf(row).includes(team) || isSelf(actor, row))) return "lead";
        return teamsOf(row).includes(team) ? "removed" : "not_in";
      },
      steps: ({ name, accounts }) => [
        ...parting(actor, { team, name, accounts }, memberFailures.changed),
        ...Lead.stillLeads(actor, "team.removeMembers", team),
      ],
    });
  },
);

/** Leaves a team, and stays in the organization. */
export const leave = fn(
  "team.leave",
  {
    input: v.strictObject({ team: Team.Id }),
    output: v.void(),
    failures: [Team.failures.missing, failures.absent, Event.failures.repeated],
    reads: ({ team }, actor) => keysOf({ team, accounts: [actor.account] }, actor),
  },
  async ({ team }, actor, [organizationRow, row]) => {
    const { name } = requireTeam(actor, organizationRow);
    if (!teamsOf(row).includes(team)) throw failures.absent();
    const moved = { team, name, accounts: [actor.account] };
    await table.write(...parting(actor, moved, failures.absent, true), ...remember());
  },
);

/** Returns whether the actor moves members without leading the team. */
const managesAll = (actor: Actor) => Lead.mayIn(actor, "team.removeMembers");

/** A lead moves others; a write names each row once, and that of the lead is checked. */
const isSelf = (actor: Actor, { pk }: MemberRow) => pk === actor.account && !managesAll(actor);

function keysOf({ team, accounts }: Named, { organization }: Actor) {
  const members = accounts.map((account) => memberKeys.member(organization, account));
  return [teamKeys.team(organization, team), ...members] as const;
}

type Moved = Event.Data<typeof TeamJoined>;
type Placing<O> = {
  done: O;
  judge: (row: MemberRow) => O;
  steps: (moved: Pick<Moved, "name" | "accounts">) => Step[];
};

/** Changes all of the members in one write. If one was changed in between, reads all of them again. */
async function place<O>(
  input: Named,
  actor: Actor,
  rows: RowsOf<ReturnType<typeof keysOf>>,
  { done, judge, steps }: Placing<O>,
) {
  const keys = keysOf(input, actor);
  let [organizationRow, ...members] = rows;
  for (let look = 1; ; look++) {
    if (!organizationRow) throw Team.failures.missing();
    const outcomes = new Map(
      input.accounts.map((account, i) => [account, members[i] ? judge(members[i]) : ("missing" as const)]),
    );
    const items = [...outcomes].map(([account, outcome]) => ({ account, outcome }));
    const accounts = items.flatMap(({ account, outcome }) => (outcome === done ? [account] : []));
    if (accounts.length === 0) return { items };
    try {
      await table.write(...steps({ name: organizationRow.name, accounts }), ...remember({ items }));
      return { items };
    } catch (error) {
      if (!isFailure(error, memberFailures.changed) || look === looks) throw error;
      retract();
      [organizationRow, ...members] = await table.getMany(keys);
    }
  }
}

function joining(organization: ID.ID<"organization">, account: ID.ID<"account">, team: ID.ID<"team">): Step {
  // threat: somebody is in more teams than one may be in
  // threat: somebody counts twice in a team
  const hasRoom = any(lacks("teams"), all(not(contains("teams", team)), fewer("teams", maxTeams)));
  return update(
    memberKeys.member(organization, account),
    { add: { teams: new Set([team]) } },
    // threat: a removed member comes back through a team
    when(all(present, hasRoom), memberFailures.changed),
  );
}

/** Returns what a member loses with a team: also leading it. Only owners and admins take other leads out. */
function parting(
  actor: Actor,
  moved: Moved,
  otherwise: typeof memberFailures.changed | typeof failures.absent,
  mayLead = managesAll(actor),
) {
  const { organization } = actor;
  const { team, accounts } = moved;
  // threat: a lead who leaves a team and comes back still leads it
  const change = { drop: { teams: new Set([team]), leads: new Set([team]) } };
  const inTeam = contains("teams", team);
  // threat: a lead removes somebody who has just become a lead
  const isIn = when(mayLead ? inTeam : all(inTeam, not(contains("leads", team))), otherwise);
  return [
    ...accounts.map((account) => update(memberKeys.member(organization, account), change, isIn)),
    TeamLeft.record(organization, moved, actor),
  ];
}
