import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { read, readAll, readOnly } from "../kernel/stored.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import {
  absent,
  all,
  any,
  below,
  equal,
  lacks,
  present,
  put,
  type Step,
  remove as take,
  update,
  when,
} from "../table/table.ts";
import { TeamCreated, TeamDeleted, TeamDescribed, TeamRenamed } from "./events.ts";
import { mayIn, requireLed, stillLeads } from "./lead.ts";
import { maxTeamsPerOrganization, pageSize } from "./limits.ts";
import { failures as namesFailures } from "./names.ts";
import { TeamCountRow, TeamNameRow, TeamRow } from "./row.ts";
import { TeamDescription, TeamName } from "./shape.ts";

// Shapes

export const Id = ID.schema("team");

/** A team of an organization. */
export const Info = v.object({
  id: Id,
  /** Its name. No other team of the organization has it. */
  name: v.string(),
  /** What the team is for. */
  description: v.optional(v.string()),
  /** How many members it has. It is counted from the audit log and follows a change within seconds. */
  members: Integer,
  /** Grows with every change of the team. Send it with a change to detect conflicts. */
  revision: Integer,
  /** When it was created. */
  createdAt: v.string(),
  /** What you are in it. */
  own: v.object({
    /** Whether you are a member of it. */
    isMember: v.boolean(),
    /** Whether you lead it. */
    isLead: v.boolean(),
  }),
  /** What you may do with it. */
  may: v.object({
    /** Whether you may change its name and description, add and remove members, and pin its updates. */
    edit: v.boolean(),
  }),
});
export type Info = v.InferOutput<typeof Info>;

const One = v.strictObject({ team: Id });
/** A team in the list of teams. */
export const Entry = v.object({
  ...v.pick(Info, ["id", "name", "members"]).entries,
  /** What the team is for, if the request includes it. */
  description: v.optional(v.string()),
});
/** The revision that was read. If the team was changed since then, the request fails with 409. */
const Revision = v.pipe(v.number(), v.integer("Expected a whole number."), v.minValue(0, "Expected 0 or more."));

// Failures

export const failures = {
  missing: namesFailures.missing,
  taken: failure("conflict", "team.name_taken", "Another team already has this name."),
  changed: failure("conflict", "team.changed", "This team was just changed. Reload and try again."),
  tooMany: failure(
    "limit",
    "team.limit_reached",
    `An organization has at most ${maxTeamsPerOrganization} teams. Delete one first.`,
  ),
};
const writing = [failures.missing, failures.changed, Event.failures.repeated];

// Functions

/** Creates a team without members. */
export const create = fn(
  "team.create",
  {
    input: v.strictObject({
      /** The name of the new team. */
      name: TeamName,
      description: v.optional(TeamDescription),
    }),
    output: Info,
    failures: [failures.taken, failures.tooMany, Seat.failures.organizationMissing, Event.failures.repeated],
  },
  async ({ name, description }, actor) => {
    const { organization } = actor;
    const id = ID.create("team");
    const key = Keys.team(organization, id);
    const item = { name, ...(description && { description }), revision: 0, createdAt: instant() };
    const info = describe(actor, { pk: key.pk, sk: id, ...item });
    await table.write(
      put(key, item),
      claim(actor, info),
      counted(actor, 1),
      TeamCreated.record(organization, { team: info.id, name }, actor),
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

/** Lists teams by name, 100 at once, each with its number of members, and with its description if that is included. */
export const list = fn(
  "team.list",
  {
    input: v.strictObject({
      cursor: v.optional(Cursor),
      /** What else to return of each team: its description. */
      include: v.optional(v.picklist(["description"])),
    }),
    output: listOf(Entry, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor, include }, { organization }) => {
    const query = { ...Keys.teamNames(organization), limit: pageSize, consistent: true };
    const [{ items, next }, counts] = await Promise.all([
      page(`team.list ${organization}`, query, cursor),
      table.query(Keys.teamCounts(organization)),
    ]);
    const members = new Map(readAll(TeamCountRow, counts.items).map((row) => [row.sk, row.members]));
    const named = readAll(TeamNameRow, items);
    const descriptions = include ? await descriptionsOf(organization, named) : new Map<string, string>();
    return {
      items: named.map(({ team, name }) => {
        const { sk } = Keys.teamCount(organization, team);
        const description = descriptions.get(team);
        return { id: team, name, members: members.get(sk) ?? 0, ...(description !== undefined && { description }) };
      }),
      ...(next && { next }),
    };
  },
);

async function descriptionsOf(
  organization: ID.ID<"organization">,
  teams: readonly Pick<TeamNameRow, "team">[],
): Promise<Map<string, string>> {
  const keys = teams.map(({ team }) => Keys.team(organization, team));
  const rows = (await table.getMany(keys, { consistent: false })).filter((row) => row !== undefined);
  return new Map(readAll(TeamRow, rows).flatMap(({ sk, description }) => (description ? [[sk, description]] : [])));
}

/** Renames or describes a team. With `revision`, only if nothing was changed since that one was read. */
export const edit = fn(
  "team.edit",
  {
    input: v.strictObject({
      ...One.entries,
      /** The new name of the team. */
      name: v.optional(TeamName),
      description: v.optional(TeamDescription),
      revision: v.optional(Revision),
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
    const { name = before.name, description = was } = changes;
    const isRenamed = name !== before.name;
    const isDescribed = description !== was;
    if (!isRenamed && !isDescribed) return before;
    const { organization } = actor;
    const set = { name, ...(description && { description }) };
    const after = { ...kept, ...set, revision: before.revision + 1 };
    await table.write(
      update(
        Keys.team(organization, team),
        { set, unset: description ? [] : ["description"], add: { revision: 1 } },
        asRead(before),
      ),
      ...stillLeads(actor, "team.edit", team),
      ...(isRenamed ? [...moved(actor, before, after), counted(actor, 0)] : []),
      ...(isRenamed ? [TeamRenamed.record(organization, { team, from: before.name, to: name }, actor)] : []),
      ...(isDescribed ? [TeamDescribed.record(organization, { team, name }, actor)] : []),
    );
    return after;
  },
);

/** Deletes a team. Its members stay in the organization. */
export const remove = fn(
  "team.remove",
  { input: One, output: v.void(), failures: [...writing, Seat.failures.organizationMissing], reads: own },
  async ({ team }, actor, [row]) => {
    const before = describe(actor, row);
    await table.write(
      take(Keys.team(actor.organization, team), asRead(before)),
      take(Keys.teamName(actor.organization, before.name)),
      counted(actor, -1),
      TeamDeleted.record(actor.organization, { team, name: before.name }, actor),
    );
  },
);

function own({ team }: v.InferOutput<typeof One>, { organization }: Actor) {
  return [Keys.team(organization, team), Keys.teamCount(organization, team)] as const;
}

function describe(actor: Actor, row: TeamRow | undefined, count?: TeamCountRow): Info {
  if (!row) throw failures.missing();
  const { sk: id, name, description, revision, createdAt } = readOnly(TeamRow, row);
  const counted = count && read(TeamCountRow, count);
  const described = description === undefined ? {} : { description };
  return {
    id,
    name,
    ...described,
    members: counted?.members ?? 0,
    revision,
    createdAt,
    own: { isMember: actor.ownTeams?.has(id) === true, isLead: actor.ledTeams?.has(id) === true },
    may: { edit: mayIn(actor, "team.edit", id) },
  };
}

/** The name is released together with the team: while the team's row is unchanged, so is the claim. */
const asRead = ({ revision }: Info) =>
  when(equal("revision", revision), (found: TeamRow | undefined) => (found ? failures.changed() : failures.missing()));

const claim = ({ organization }: Actor, { id, name }: Info): Step =>
  put(Keys.teamName(organization, name), { team: id, name }, when(absent, failures.taken));

/** A name that only changes its spelling keeps its claim. */
function moved(actor: Actor, before: Info, after: Info): Step[] {
  const [from, to] = [before, after].map(({ name }) => Keys.teamName(actor.organization, name));
  if (from?.sk === to?.sk) {
    return [update(Keys.teamName(actor.organization, after.name), { set: { name: after.name } })];
  }
  return [take(Keys.teamName(actor.organization, before.name)), claim(actor, after)];
}

/** Returns the step that counts the organization's teams, and tells devices of what they may know a team by. */
function counted({ organization }: Actor, by: 1 | 0 | -1): Step {
  const hasRoom = any(lacks("teams"), below("teams", maxTeamsPerOrganization));
  const guard = when(by > 0 ? all(present, hasRoom) : present, (found: OrganizationRow | undefined) =>
    found ? failures.tooMany() : Seat.failures.organizationMissing(),
  );
  const add = by > 0 ? { teams: by } : { ...(by < 0 && { teams: by }), teamsRevision: 1 };
  return update(Keys.organization(organization), { add }, guard);
}
