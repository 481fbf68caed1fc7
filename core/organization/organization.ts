import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { countMembers } from "../audit/count.ts";
import * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import { shown, type Unknown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { billingStatuses } from "../billing/shape.ts";
import type { Member as MemberActor, Account as Person } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, settings, table } from "../kernel/ports.ts";
import { type Read, read, readAll, readOnly } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { MemberRow } from "../member/row.ts";
import * as Plan from "../plan/plan.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import * as Seat from "../seat/seat.ts";
import { isTrusted } from "../seat/trust.ts";
import * as General from "../setting/general.ts";
import { settingKeys } from "../setting/keys.ts";
import { Seen } from "../setting/section.ts";
import { Ranks } from "../table/ranks.ts";
import { absent, put, when } from "../table/table.ts";
import { OrganizationCreated } from "./events.ts";
import { failures } from "./failures.ts";
import { organizationKeys } from "./keys.ts";
import { pageSize, restorableUntil } from "./limits.ts";
import { OrganizationRow } from "./row.ts";
import { OrganizationName, pauseReasons, postings, states } from "./shape.ts";
import { isRestorable } from "./tombstone.ts";

export { failures };

// Shapes

/** An organization, as one of its members sees it. */
export const Info = v.object({
  id: ID.schema("organization"),
  /** Its name. */
  name: v.string(),
  /** The state: active, suspended by the operator, or deleted. */
  state: shown(states),
  /** The id of its plan: `free`, or one of the plans that are sold. */
  plan: v.string(),
  /** Your role in it. */
  role: shown(roles),
  /**
   * The members who can post updates to it: those with the role Write or above, or owners and admins. Where it is off
   * there are no updates.
   */
  posting: shown(postings),
  /** The status of its subscription. Owners and admins see it, and every member of one that is read-only. */
  billingStatus: v.optional(shown(billingStatuses)),
  /** Its seats. Owners and admins see them. */
  seats: v.optional(Seat.Info),
  /** True if its invitations may carry a message. Owners and admins see it. */
  trusted: v.optional(v.boolean()),
  /** The pause of its invitations' emails, of which too many bounced, or were reported as spam. */
  mailsPaused: v.optional(
    v.object({
      /** The time it began. */
      at: v.string(),
      /** The reason. */
      why: shown(pauseReasons),
    }),
  ),
  /** Grows with every change of its settings. Send it with a change to detect conflicts. */
  revision: Integer,
  /** The time it was created. */
  createdAt: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

/** An organization in the list of yours. Owners also see a deleted one for as long as they can restore it. */
export const Listed = v.object({
  ...v.pick(Info, ["id", "name", "state", "billingStatus", "plan", "role"]).entries,
  /** The time it was deleted. */
  deletedAt: v.optional(v.string()),
  /** The time until which it can be restored. */
  restorableUntil: v.optional(v.string()),
});

// Functions

/** Creates an organization on the free plan. Its creator becomes its owner and takes its first seat. */
export const create = fn(
  "organization.create",
  {
    input: v.strictObject({
      /** The name of the new organization. */
      name: OrganizationName,
    }),
    output: Info,
    failures: [
      failures.repeated,
      Account.failures.missing,
      Member.failures.exists,
      Event.failures.repeated,
      Windows.failures.limited,
    ],
    reads: (_, actor) => [accountKeys.profile(actor.account)],
  },
  async ({ name }, actor, [profile]) => {
    if (!profile) throw Account.failures.missing();
    // threat: somebody creates organizations without limit
    await Windows.take(Limits.organizationsPerAccount, actor.account);
    const id = ID.create("organization");
    const { organizationRow, steps } = founding(id, name, actor, profile);
    const info = describe(organizationRow, "owner");
    await table.write(...steps, ...remember(info));
    return info;
  },
);

export const get = fn(
  "organization.get",
  {
    input: v.strictObject({}),
    output: Info,
    failures: [failures.missing],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async (_, { role }, [item]) => {
    const info = describe(item, role);
    if (!item || !info.seats || info.seats.used !== undefined) return info;
    const { organizationRow, members } = await countMembers(item);
    return describe(organizationRow, role, members);
  },
);

/** Lists my organizations, oldest first, including deleted ones that I can restore. */
export const list = fn(
  "organization.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Listed, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...memberKeys.organizationsOf(actor.account), limit: pageSize, consistent: true };
    const { items, next } = await page(`organization.list ${actor.account}`, query, cursor);
    const memberships = readAll(MemberRow, items);
    const rows = await table.getMany(memberships.map(({ sk }) => organizationKeys.organization(sk)));
    const mine = memberships.flatMap(({ role }, i) => listed(rows[i], role) ?? []);
    return { items: mine, ...(next && { next }) };
  },
);

/**
 * Renames the organization, as a change of its general settings. With `revision`, only if nothing was changed since
 * that one was read.
 */
export const rename = fn(
  "organization.rename",
  {
    input: v.strictObject({
      /** The new name. */
      name: OrganizationName,
      revision: v.optional(Seen),
    }),
    output: Info,
    failures: [failures.missing, ...General.failures],
    reads: (_, { organization }) => [
      organizationKeys.organization(organization),
      settingKeys.section(organization, "general"),
    ],
  },
  async ({ name, revision }, actor, [item, now]) => {
    const before = describe(item, actor.role);
    if (!item) throw failures.missing();
    const renamed = await General.change({ organizationRow: item, now }, { name }, revision ?? before.revision, actor);
    return { ...before, name, revision: Math.max(before.revision, renamed.revision) };
  },
);

/** Returns the steps that create an organization with its first owner, and its row. */
export function founding(
  id: ID.ID<"organization">,
  name: string,
  actor: Person | MemberActor,
  profile: Pick<Account.Info, "name" | "color">,
) {
  const organizationRow = newRow(id, name);
  const steps = [
    put(organizationKeys.organization(id), organizationRow, when(absent, failures.repeated)),
    ...Member.joining(id, { ...actor, name: profile.name, color: profile.color }, "owner"),
    OrganizationCreated.record(id, { name, seats: organizationRow.capacity }, actor),
  ];
  return { organizationRow, steps };
}

/** Returns the row of an organization that is created now: on the free plan, with one seat used by its owner. */
export function newRow(id: ID.ID<"organization">, name: string): OrganizationRow {
  const createdAt = instant();
  return {
    pk: id,
    sk: "#org",
    name,
    state: "active",
    growth: true,
    plan: Plan.free,
    capacity: settings().freeSeats,
    free: settings().freeSeats - 1,
    owners: 1,
    shards: 1,
    revision: 0,
    sections: {},
    createdAt,
    list: organizationKeys.organizations(createdAt),
    rank: Ranks.organization(createdAt, id),
  };
}

function listed(row: OrganizationRow | undefined, role: Shown): v.InferOutput<typeof Listed> | undefined {
  const organizationRow = row && read(OrganizationRow, row);
  // threat: a deleted organization is listed foreverybody who was in it
  if (!organizationRow || (organizationRow.state === "deleted" && !(role === "owner" && isRestorable(row)))) {
    return undefined;
  }
  const { pk: id, name, state, plan, deletedAt } = organizationRow;
  const until = state === "deleted" && deletedAt && { deletedAt, restorableUntil: restorableUntil(deletedAt) };
  return { id, name, state, plan, role, ...billingStatusFor(role, organizationRow), ...until };
}

// For deletion and restoration

/** @throws organization.missing for a deleted one */
export function describe(row: OrganizationRow | undefined, role: Role, members?: number): Info {
  // threat: a deleted organization is still there
  if (!row || row.state === "deleted") throw failures.missing();
  const organizationRow = readOnly(OrganizationRow, row);
  const { pk: id, name, state, plan, posting = "members", revision, createdAt } = organizationRow;
  const { at, why = "bounced" } = organizationRow.mailPaused ?? {};
  const more = manages(role) && {
    seats: Seat.describe(row, members),
    trusted: isTrusted(row),
    ...(at !== undefined && { mailsPaused: { at, why } }),
  };
  const known = { id, name, state, plan, role, posting };
  return { ...known, ...billingStatusFor(role, organizationRow), ...more, revision, createdAt };
}

function billingStatusFor(role: Shown, { billingStatus = "free" }: Read<typeof OrganizationRow>) {
  return manages(role) || billingStatus === "read_only" ? { billingStatus } : {};
}

type Shown = Role | Unknown;
// threat: members see what only managers should
const manages = (role: Shown) => role === "owner" || role === "admin";
