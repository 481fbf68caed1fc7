import * as v from "valibot";
import { dayMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import * as Dirty from "../billing/dirty.ts";
import { BillingUpdated } from "../billing/events.ts";
import { billingKeys } from "../billing/keys.ts";
import { type BillingRow, type Row, rowOf } from "../billing/row.ts";
import { sideOf } from "../billing/side.ts";
import * as BillingStatus from "../billing/status.ts";
import type { Actor } from "../kernel/actor.ts";
import { isPastDeadline } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { read } from "../kernel/stored.ts";
import { Ranks } from "../table/ranks.ts";
import { type Position, put, remove } from "../table/table.ts";
import { OrganizationGranted } from "./events.ts";
import { failures as organizationFailures } from "./failures.ts";
import { organizationKeys } from "./keys.ts";
import { GrantRow, type OrganizationRow } from "./row.ts";

// Seats that an operator grants to an organization, on top of those of its plan.

/** More seats than any organization needs. */
const maxSeats = 10_000_000;
/** Ended at a time; each has a write of its own. */
const atOnce = 25;

type Organization = ID.ID<"organization">;

// Shapes

const Seats = v.pipe(
  v.number(),
  v.integer("Expected a whole number of seats."),
  v.minValue(0, "Seats cannot be fewer than 0."),
  v.maxValue(maxSeats, `At most ${maxSeats.toLocaleString("en")} seats.`),
);

/** The last day of a grant, such as `2027-03-31`. */
const LastDay = v.pipe(
  v.string(),
  v.isoDate("Expected a day, such as 2027-03-31."),
  v.check((day) => isDay(day) && endOf(day) > instant(), "The last day of a grant cannot be in the past."),
);

/** Granted seats before and after, when that ends, and all seats of the organization after it. */
const Granted = v.object({ from: v.number(), to: v.number(), until: v.optional(v.string()), capacity: v.number() });
export type Granted = v.InferOutput<typeof Granted>;

// Failures

export const failures = {
  committed: failure(
    "conflict",
    "seat.committed",
    "More seats than that are in use. Remove members or revoke invitations first.",
  ),
};

const { missing, changed } = organizationFailures;

// Functions

/**
 * Sets how many seats an organization has on top of those of its plan, until the end of a day (UTC) or without an end.
 * An organization with such seats is trusted. Seats that are in use or held by invitations stay. Can be repeated.
 */
export const grant = fn(
  "organization.grant",
  {
    input: v.strictObject({
      organization: ID.schema("organization"),
      seats: Seats,
      until: v.optional(LastDay),
    }),
    output: Granted,
    failures: [missing, changed, Event.failures.repeated, failures.committed],
    reads: ({ organization }) => [organizationKeys.organization(organization), billingKeys.billing(organization)],
  },
  async ({ organization, seats, until }, actor, [organizationRow, billing]) => {
    if (!organizationRow || organizationRow.state === "deleted") throw missing();
    const wish = { seats, ...(seats > 0 && until !== undefined && { until: endOf(until) }) };
    const { grantedSeats: from = 0, grantedUntil } = organizationRow;
    if (from === seats && grantedUntil === wish.until) return answer(from, wish, organizationRow.capacity);
    const capacity = organizationRow.capacity + seats - from;
    const committed = BillingStatus.committedOf(organizationRow);
    // threat: an operator removes seats that are in use
    if (seats < from && committed > capacity) throw tooFew(committed, capacity);
    await write(organization, organizationRow, billing, wish, actor);
    return answer(from, wish, capacity);
  },
);

/**
 * Ends the grants whose last day is over. Nobody is removed: an organization with more members than seats invites nobody
 * until they fit. Continues where it stopped at its deadline.
 */
export const endGrants = fn(
  "organization.endGrants",
  { input: v.strictObject({}), output: v.object({ ended: v.number() }) },
  async (_, actor) => {
    let ended = 0;
    const errors: unknown[] = [];
    let start: Position | undefined;
    do {
      const page = await table.query({ list: organizationKeys.dueGrants, to: `${instant()}~`, limit: atOnce, start });
      const found = await rowsOfEach(page.items, ({ pk }) => [
        organizationKeys.grant(pk),
        organizationKeys.organization(pk),
        billingKeys.billing(pk),
      ]);
      const results = await Promise.allSettled(found.map((rows) => end(rows, actor)));
      for (const result of results) {
        if (result.status === "rejected") errors.push(result.reason);
        else ended += Number(result.value);
      }
      start = page.next;
    } while (start && !isPastDeadline());
    // one that fails holds up no other
    if (errors.length > 0) throw errors[0];
    return { ended };
  },
);

type Rows = [grant: GrantRow | undefined, organization: OrganizationRow | undefined, billing: BillingRow | undefined];

/** A list may lag behind, so the rows say whether the grant is over. One that was changed since is left to the next run. */
async function end([stored, organizationRow, billing]: Rows, actor: Actor): Promise<boolean> {
  const due = stored && read(GrantRow, stored);
  // threat: a grant ends before its last day is over
  if (!due || due.until > instant()) return false;
  if (!organizationRow) return false;
  try {
    await write(due.pk, organizationRow, billing, { seats: 0 }, actor);
    return true;
  } catch (error) {
    if (isFailure(error, changed)) return false;
    throw error;
  }
}

/** Writes the grant with what it means for the organization, guarded by what was read. */
async function write(
  organization: Organization,
  organizationRow: OrganizationRow,
  billing: BillingRow | undefined,
  { seats, until }: BillingStatus.Grant,
  actor: Actor,
) {
  const { capacity, grantedSeats = 0 } = organizationRow;
  const by = seats - grantedSeats;
  const next = { ...organizationRow, capacity: capacity + by, free: organizationRow.free + by, grantedSeats: seats };
  const row: Partial<Row> = rowOf(billing) ?? {};
  const wanted = BillingStatus.judge(next, row, instant());
  const steps = BillingStatus.apply(organization, organizationRow, wanted, {
    grant: { seats, until },
    refusal: changed,
  });
  const key = organizationKeys.grant(organization);
  const before = { billingStatus: BillingStatus.billingStatusOf(organizationRow), capacity };
  const isOther = before.billingStatus !== wanted.billingStatus && organizationRow.state !== "deleted";
  const sides = { before: sideOf(row, before), after: sideOf(row, wanted) };
  const listed = until && { until, list: organizationKeys.dueGrants, rank: Ranks.organization(until, organization) };
  await table.write(
    ...steps,
    // threat: a grant that was ended still ends later
    listed ? put(key, listed) : remove(key),
    // it may be over its limit now, which only reconciliation follows
    // threat: an organization that a grant left with too few seats is forgotten
    ...(billing ? [Dirty.mark(organization)] : []),
    OrganizationGranted.record(
      organization,
      { from: capacity, to: wanted.capacity, granted: seats, ...(until !== undefined && { until }) },
      actor,
    ),
    // owners are notified of it
    ...(isOther ? [BillingUpdated.record(organization, sides, actor)] : []),
  );
}

const answer = (from: number, { seats, until }: BillingStatus.Grant, capacity: number) => ({
  from,
  to: seats,
  ...(until !== undefined && { until }),
  capacity,
});

/** Returns the first instant after a day, in UTC. */
const endOf = (day: string) => new Date(Date.parse(day) + dayMs).toISOString();
const isDay = (day: string) => !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);

const tooFew = (committed: number, capacity: number) =>
  failures.committed({
    message: `${committed} seats are in use or held by invitations: ${capacity} would be too few.`,
  });
