import * as v from "valibot";
import { countMembers } from "../audit/count.ts";
import { auditKeys } from "../audit/keys.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as BillingStatus from "../billing/status.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import * as Seat from "../seat/seat.ts";
import { all, equal, update, when } from "../table/table.ts";
import { OrganizationReactivated, OrganizationSuspended } from "./events.ts";
import { organizationKeys } from "./keys.ts";
import { restorableUntil } from "./limits.ts";
import { failures as organizationFailures } from "./organization.ts";
import { OrganizationRow } from "./row.ts";
import { pauseReasons, states } from "./shape.ts";

// What the operator of a deployment does to organizations.

// Shapes

const Id = ID.schema("organization");
const Named = v.strictObject({ organization: Id });

/** An organization as an operator sees it: what decides about it, nothing about its people. */
export const Info = v.object({
  organization: Id,
  name: v.string(),
  state: shown(states),
  growth: v.boolean(),
  /** The pause of its invitations' emails: its beginning, and its reason. */
  mailsPaused: v.optional(v.object({ at: v.string(), why: shown(pauseReasons) })),
  plan: v.string(),
  /** All its seats. */
  seats: Seat.Info,
  /** The number of them that an operator granted, and the end of the grant. */
  granted: v.optional(v.object({ seats: Integer, until: v.optional(v.string()) })),
  owners: v.number(),
  createdAt: v.string(),
  /** The time it was deleted, and the time it may be purged. */
  deletedAt: v.optional(v.string()),
  restorableUntil: v.optional(v.string()),
  /** Events in its log, and the position up to which they were announced. */
  log: v.object({ length: v.number(), announced: v.number() }),
});
export type Info = v.InferOutput<typeof Info>;

const Changed = v.object({ changed: v.boolean() });

// Failures

const { missing, changed } = organizationFailures;
const writing = [missing, changed, Event.failures.repeated];

// Functions

/** Returns what an operator may know of an organization. */
export const inspect = fn(
  "organization.inspect",
  {
    input: Named,
    output: Info,
    failures: [missing],
    reads: ({ organization }) => [organizationKeys.organization(organization), auditKeys.stats(organization)],
  },
  async ({ organization }, _, [organizationRow, stats]) => {
    if (!organizationRow) throw missing();
    const {
      name,
      state,
      growth,
      plan,
      grantedSeats,
      grantedUntil: until,
      owners,
      createdAt,
      deletedAt,
      mailPaused,
    } = readOnly(OrganizationRow, organizationRow);
    const deleted = deletedAt && { deletedAt, restorableUntil: restorableUntil(deletedAt) };
    const paused = mailPaused && { mailsPaused: { at: mailPaused.at, why: mailPaused.why } };
    const log = { length: stats?.seq ?? 0, announced: stats?.announced ?? 0 };
    const counted = await countMembers(organizationRow);
    const seats = Seat.describe(counted.organizationRow ?? organizationRow, counted.members);
    const granted = grantedSeats && { granted: { seats: grantedSeats, ...(until && { until }) } };
    const its = { organization, name, state, growth, plan, owners, createdAt };
    return { ...its, seats, ...granted, ...paused, ...deleted, log };
  },
);

/** Closes an organization to everyone but its owners, who can view and pay, and stops its growth. Can be repeated. */
export const suspend = fn(
  "organization.suspend",
  { input: Named, output: Changed, failures: writing, reads: ownRow },
  async ({ organization }, actor, [row]) => {
    const organizationRow = existing(row);
    if (organizationRow.state === "suspended") return { changed: false };
    await table.write(
      move(organization, organizationRow, "suspended"),
      OrganizationSuspended.record(organization, {}, actor),
    );
    return { changed: true };
  },
);

/** Reopens a suspended organization. It can grow if its payment allows it. Can be repeated. */
export const reactivate = fn(
  "organization.reactivate",
  { input: Named, output: Changed, failures: writing, reads: ownRow },
  async ({ organization }, actor, [row]) => {
    const organizationRow = existing(row);
    if (organizationRow.state === "active") return { changed: false };
    await table.write(
      move(organization, organizationRow, "active"),
      OrganizationReactivated.record(organization, {}, actor),
    );
    return { changed: true };
  },
);

function ownRow({ organization }: v.InferOutput<typeof Named>) {
  return [organizationKeys.organization(organization)] as const;
}

function existing(row: OrganizationRow | undefined): OrganizationRow {
  if (!row || row.state === "deleted") throw missing();
  return row;
}

/** Reactivation does not let an organization with unpaid invoices grow. */
function move(organization: ID.ID<"organization">, organizationRow: OrganizationRow, to: "active" | "suspended") {
  const from = to === "active" ? "suspended" : "active";
  // threat: a suspended organization goes on inviting
  const growth = to === "active" && BillingStatus.grows(BillingStatus.billingStatusOf(organizationRow));
  // threat: a suspension is recorded twice
  const asRead = all(equal("state", from), BillingStatus.isUnchanged(organizationRow));
  return update(organizationKeys.organization(organization), { set: { state: to, growth } }, when(asRead, changed));
}
