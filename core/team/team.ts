import * as v from "valibot";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { read, readOnly } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import {
  type Attributes,
  absent,
  all,
  any,
  below,
  type Change,
  equal,
  lacks,
  present,
  put,
  type Step,
  remove as take,
  update,
  when,
} from "../table/table.ts";
import { eventsOf, type Unusual, unusual } from "./edited.ts";
import { TeamCreated, TeamDeleted } from "./events.ts";
import { findBy } from "./find.ts";
import { teamKeys } from "./keys.ts";
import * as Lead from "./lead.ts";
import { mayIn, mayPost, requireLed, stillLeads } from "./lead.ts";
import { maxTeamsPerOrganization } from "./limits.ts";
import { failures as namesFailures, requireTeam } from "./names.ts";
import { TeamCountRow, TeamRow } from "./row.ts";
import { TeamDescription, TeamName, teamPostings, teamVisibilities } from "./shape.ts";

// Shapes

export const Id = ID.schema("team");

/** A team of an organization. */
export const Info = v.object({
  id: Id,
  /** Its name. No other team of the organization has it. */
  name: v.string(),
  /** The purpose of the team. */
  description: v.optional(v.string()),
  /** The people who post updates to it: its members, or its leads only. Owners and admins always do. */
  posting: v.picklist(teamPostings),
  /** The people who see it: every member of the organization, or its own members, owners, and admins. */
  visibility: v.picklist(teamVisibilities),
  /** The number of its members. It is counted from the audit log and follows a change within seconds. */
  members: Integer,
  /** Grows with every change of the team. Send it with a change to detect conflicts. */
  revision: Integer,
  /** The time it was created. */
  createdAt: v.string(),
  own: Lead.Own,
  /** The actions that you may take on it. */
  may: v.object({
    /** True if you may change its name and description, add and remove members, and pin its updates. */
    edit: v.boolean(),
    /** True if you may post updates to it. */
    post: v.boolean(),
  }),
});
export type Info = v.InferOutput<typeof Info>;

const One = v.strictObject({ team: Id });

// Failures

export const failures = {
  missing: namesFailures.missing,
  taken: failure("conflict", "team.name_taken", "Another team already has this name."),
  changed: failure("conflict", "team.changed", "This team was just changed. Reload and try again."),
  tooMany: failure(
    "limit",
    "team.limit_reached",
    `An organization has at most ${maxTeamsPerOrganization.toLocaleString("en")} teams. Delete one first.`,
  ),
};
const writing = [failures.missing, failures.changed, Event.failures.repeated];

// Functions

/** Creates a team, without members or with its creator as the lead. */
export const create = fn(
  "team.create",
  {
    input: v.strictObject({
      /** The name of the new team. */
      name: TeamName,
      description: v.optional(TeamDescription),
      /** The people who post updates to it. */
      posting: v.optional(v.picklist(teamPostings)),
      /** The people who see it. */
      visibility: v.optional(v.picklist(teamVisibilities)),
      /** True if you join it, and lead it. */
      isLead: v.optional(v.boolean()),
    }),
    output: Info,
    failures: [
      failures.taken,
      Lead.failures.full,
      failures.tooMany,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
  },
  async ({ name, description, posting, visibility, isLead = false }, creator) => {
    const { organization } = creator;
    const id = ID.create("team");
    const actor = isLead ? Lead.leading(creator, id) : creator;
    const key = teamKeys.team(organization, id);
    const chosen = unusual({ posting, visibility });
    const item = { name, ...(description && { description }), ...chosen, revision: 0, createdAt: instant() };
    const info = { ...describe(actor, { pk: key.pk, sk: id, ...item }), members: isLead ? 1 : 0 };
    await table.write(
      ...adding(organization, id, item),
      counted(actor, 1),
      TeamCreated.record(organization, { team: info.id, name }, actor),
      ...(isLead ? Lead.founding(actor, { team: id, name }) : []),
      ...remember(info),
    );
    return info;
  },
);

export const get = fn(
  "team.get",
  { input: One, output: Info, failures: [failures.missing], reads: own },
  async (_, actor, [row, count]) => describe(actor, row, count),
);

/** Changes a team: its name, its description, who posts to it, and who sees it. With `revision`, only if nothing was changed since that one was read. */
export const edit = fn(
  "team.edit",
  {
    input: v.strictObject({
      ...One.entries,
      /** The new name of the team. */
      name: v.optional(TeamName),
      description: v.optional(TeamDescription),
      /** The people who post updates to it. */
      posting: v.optional(v.picklist(teamPostings)),
      /** The people who see it. Owners and admins decide. */
      visibility: v.optional(v.picklist(teamVisibilities)),
      /** The revision that was read. If the team was changed since then, the request fails with 409. */
      revision: v.optional(SeenRevision),
    }),
    output: Info,
    failures: [...writing, failures.taken, Seat.failures.organizationMissing],
    reads: own,
  },
  async ({ team, revision, ...changes }, actor, [row, count]) => {
    requireLed(actor, "team.edit", team);
    const before = describe(actor, row, count);
    if (revision !== undefined && revision !== before.revision) throw failures.changed();
    const { description: was = "", ...kept } = before;
    const { name = before.name, description = was, posting = before.posting, visibility = before.visibility } = changes;
    const { organization } = actor;
    const events = eventsOf(before, { name, description, posting, visibility }, actor);
    if (events.length === 0) return before;
    // threat: a lead decides who sees the team
    if (visibility !== before.visibility && !mayIn(actor, "team.edit")) throw onlyManagers();
    const stored = unusual({ posting, visibility }, { before, row });
    const shown = { name, posting, visibility, ...(description && { description }) };
    const after = { ...kept, ...shown, may: { ...kept.may, post: mayPost(actor, team, posting) } };
    await table.write(
      update(
        teamKeys.team(organization, team),
        { ...changeTo({ name, description: description || undefined, ...stored }), add: { revision: 1 } },
        asRead(before),
      ),
      ...stillLeads(actor, "team.edit", team),
      ...named(actor, before, after, stored),
      ...events,
    );
    return { ...after, revision: before.revision + 1 };
  },
);

/** Deletes a team. Its members stay in the organization. */
export const remove = fn(
  "team.remove",
  { input: One, output: v.void(), failures: [...writing, Seat.failures.organizationMissing], reads: own },
  async ({ team }, actor, [row]) => {
    const before = describe(actor, row);
    await table.write(
      take(teamKeys.team(actor.organization, team), asRead(before)),
      // threat: the name of a deleted team stays taken
      take(teamKeys.teamName(actor.organization, before.name)),
      ...findBy(actor.organization, team, { from: before.name }),
      counted(actor, -1),
      TeamDeleted.record(actor.organization, { team, name: before.name }, actor),
    );
  },
);

function own({ team }: v.InferOutput<typeof One>, { organization }: Actor) {
  return [teamKeys.team(organization, team), teamKeys.teamCount(organization, team)] as const;
}

function describe(actor: Actor, found: TeamRow | undefined, count?: TeamCountRow): Info {
  const row = readOnly(TeamRow, requireTeam(actor, found));
  const { sk: id, name, description, posting = "members", visibility = "open", revision, createdAt } = row;
  const counted = count && read(TeamCountRow, count);
  return {
    id,
    name,
    ...(description !== undefined && { description }),
    posting,
    visibility,
    members: counted?.members ?? 0,
    revision,
    createdAt,
    own: Lead.ownIn(actor, id),
    may: { edit: mayIn(actor, "team.edit", id), post: mayPost(actor, id, posting) },
  };
}

const onlyManagers = () =>
  implied.forbidden({ permission: "team.edit", message: "Only an owner or admin decides who sees a team." });

/** Sets what has a value, and removes the rest. */
function changeTo(row: { [A in "name" | "description" | keyof Unusual]?: TeamRow[A] | undefined }): Change<TeamRow> {
  const attributes = ["description", "posting", "visibility"] as const;
  return { set: withoutUndefined(row), unset: attributes.filter((attribute) => row[attribute] === undefined) };
}

/** The name is released together with the team: while the team's row is unchanged, so is the claim. */
const asRead = ({ revision }: Info) =>
  // threat: an edit of a team overwrites somebody else's
  when(equal("revision", revision), (found: TeamRow | undefined) => (found ? failures.changed() : failures.missing()));

/** Returns the steps that add a team, claim its name, and let it be found. What counts it is another step of the write. */
export function adding(organization: Actor["organization"], id: TeamRow["sk"], item: Attributes<TeamRow>): Step[] {
  const { name, posting, visibility } = item;
  return [
    put(teamKeys.team(organization, id), item),
    claim({ organization }, { id, name }, withoutUndefined({ posting, visibility })),
    ...findBy(organization, id, { to: name, visibility }),
  ];
}

// threat: two teams have one name
const claim = (
  { organization }: Pick<Actor, "organization">,
  { id, name }: Pick<Info, "id" | "name">,
  stored: Unusual,
): Step => put(teamKeys.teamName(organization, name), { team: id, name, ...stored }, when(absent, failures.taken));

/**
 * Keeps what lists show of a team with its name. Every change writes it again, in case a release that did not know of
 * it left it out. A name that only changes its spelling keeps its claim.
 */
function named(actor: Actor, before: Info, after: Info, stored: Unusual): Step[] {
  const [from, to] = [before, after].map(({ name }) => teamKeys.teamName(actor.organization, name));
  const isRenamed = after.name !== before.name;
  const words = { from: before.name, to: after.name, visibility: stored.visibility };
  const renaming = [
    // threat: a search goes on passing over a team that was made open
    ...(isRenamed || after.visibility !== before.visibility ? findBy(actor.organization, after.id, words) : []),
    ...(isRenamed ? [counted(actor, 0)] : []),
  ];
  if (from?.sk !== to?.sk) {
    // threat: an old name of a team stays taken
    return [take(teamKeys.teamName(actor.organization, before.name)), claim(actor, after, stored), ...renaming];
  }
  const unset = (["posting", "visibility"] as const).filter((attribute) => stored[attribute] === undefined);
  const set = { team: after.id, name: after.name, ...stored };
  return [update(teamKeys.teamName(actor.organization, after.name), { set, unset }), ...renaming];
}

/** Returns the step that counts the organization's teams, and tells devices of what they may know a team by. */
function counted({ organization }: Actor, by: 1 | 0 | -1): Step {
  // threat: an organization has teams without end
  const hasRoom = any(lacks("teams"), below("teams", maxTeamsPerOrganization));
  const guard = when(by > 0 ? all(present, hasRoom) : present, (found: OrganizationRow | undefined) =>
    found ? failures.tooMany() : Seat.failures.organizationMissing(),
  );
  const add = by > 0 ? { teams: by } : { ...(by < 0 && { teams: by }), teamsRevision: 1 };
  return update(organizationKeys.organization(organization), { add }, guard);
}
