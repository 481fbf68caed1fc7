import * as v from "valibot";
import { countMembers } from "../audit/count.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import * as BillingStatus from "../billing/status.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import { all, atLeast, equal, not, update, when } from "../table/table.ts";
import { OrganizationGranted, OrganizationReactivated, OrganizationSuspended } from "./events.ts";
import { failures as organizationFailures } from "./organization.ts";
import { OrganizationRow } from "./row.ts";
import { mailTroubles, states } from "./shape.ts";
import { restorableUntil } from "./tombstone.ts";

// What the operator of a deployment does to organizations.

/** More seats than any organization needs. */
const maxSeats = 10_000_000;

// Shapes

const Id = ID.schema("organization");
const Named = v.strictObject({ organization: Id });

/** An organization as an operator sees it: what decides about it, nothing about its people. */
export const Info = v.object({
  organization: Id,
  name: v.string(),
  state: shown(states),
  growth: v.boolean(),
  /** Since when emails of its invitations are paused, and why. */
  mailsPaused: v.optional(v.object({ at: v.string(), why: shown(mailTroubles) })),
  plan: v.string(),
  granted: v.boolean(),
  seats: Seat.Info,
  owners: v.number(),
  createdAt: v.string(),
  /** When it was deleted, and when it may be purged. */
  deletedAt: v.optional(v.string()),
  restorableUntil: v.optional(v.string()),
  /** Events in its log, and the position up to which they were announced. */
  log: v.object({ length: v.number(), announced: v.number() }),
});
export type Info = v.InferOutput<typeof Info>;

const Seats = v.pipe(
  v.number(),
  v.integer("Expected a whole number of seats."),
  v.minValue(1, "An organization has at least one seat."),
  v.maxValue(maxSeats, `At most ${maxSeats} seats.`),
);
const Changed = v.object({ changed: v.boolean() });

// Failures

export const failures = {
  committed: failure(
    "conflict",
    "seat.committed",
    "More seats than that are in use. Remove members or revoke invitations first.",
  ),
};

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
    reads: ({ organization }) => [Keys.organization(organization), Keys.stats(organization)],
  },
  async ({ organization }, _, [organizationRow, stats]) => {
    if (!organizationRow) throw missing();
    const {
      name,
      state,
      growth,
      plan,
      granted = false,
      owners,
      createdAt,
      deletedAt,
      mailPaused,
    } = readOnly(OrganizationRow, organizationRow);
    const until = deletedAt && { deletedAt, restorableUntil: restorableUntil(deletedAt) };
    const paused = mailPaused && { mailsPaused: { at: mailPaused.at, why: mailPaused.why } };
    const log = { length: stats?.seq ?? 0, announced: stats?.announced ?? 0 };
    const counted = await countMembers(organizationRow);
    const seats = Seat.describe(counted.organizationRow ?? organizationRow, counted.members);
    return { organization, name, state, growth, plan, granted, seats, owners, createdAt, ...paused, ...until, log };
  },
);

/**
 * Sets an organization's number of seats and marks it as trusted. Seats that are in use or held by invitations stay.
 */
export const grant = fn(
  "organization.grant",
  {
    input: v.strictObject({ ...Named.entries, seats: Seats }),
    output: v.object({ from: v.number(), to: v.number() }),
    failures: [...writing, failures.committed],
    reads: ownRow,
  },
  async ({ organization, seats }, actor, [row]) => {
    const organizationRow = existing(row);
    const from = organizationRow.capacity;
    if (from === seats && organizationRow.granted) return { from, to: seats };
    const unchanged = all(equal("capacity", from), not(equal("state", "deleted")), atLeast("free", from - seats));
    await table.write(
      update(
        Keys.organization(organization),
        { set: { capacity: seats, granted: true }, add: { free: seats - from } },
        when(unchanged, (found: OrganizationRow | undefined) => refusal(found, { from, to: seats })),
      ),
      OrganizationGranted.record(organization, { from, to: seats }, actor),
    );
    return { from, to: seats };
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
  return [Keys.organization(organization)] as const;
}

function existing(row: OrganizationRow | undefined): OrganizationRow {
  if (!row || row.state === "deleted") throw missing();
  return row;
}

/** Reactivation does not let an organization with unpaid invoices grow. */
function move(organization: ID.ID<"organization">, organizationRow: OrganizationRow, to: "active" | "suspended") {
  const from = to === "active" ? "suspended" : "active";
  const growth = to === "active" && BillingStatus.grows(BillingStatus.billingStatusOf(organizationRow));
  const asRead = all(equal("state", from), BillingStatus.isUnchanged(organizationRow));
  return update(Keys.organization(organization), { set: { state: to, growth } }, when(asRead, changed));
}

function refusal(found: OrganizationRow | undefined, { from, to }: { from: number; to: number }) {
  if (!found || found.state === "deleted") return missing();
  if (found.capacity !== from) return changed();
  const committed = from - found.free;
  return failures.committed({
    message: `${committed} seats are in use or held by invitations: ${to} would be too few.`,
  });
}
