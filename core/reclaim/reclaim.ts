import * as v from "valibot";
import { Color } from "../account/shape.ts";
import { dayMs } from "../base/duration.ts";
import { failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { failures as seatFailures } from "../billing/seat-failures.ts";
import * as Invitation from "../invitation/invitation.ts";
import { Cursor, failures as cursorFailures, listOf, pageOf } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, now, table } from "../kernel/ports.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { type Names, namesOf } from "../member/names.ts";
import { MemberRow } from "../member/row.ts";
import { absent, all, any, equal, not, put, update, when } from "../table/table.ts";
import { ReclaimCanceled, ReclaimStarted } from "./events.ts";
import { heldInvitations, unusedMembers } from "./find.ts";
import { reclaimKeys } from "./keys.ts";
import { maxExcept, minHeldDays, minIdleDays, rowsPerRead } from "./limits.ts";
import { ReclaimRow } from "./row.ts";
import { reclaimStates, unusedKinds } from "./shape.ts";

// Reclaims unused seats: what was reviewed as a list is removed and revoked in the background, and nobody who has been
// active since the review.

// Shapes

const Day = v.pipe(v.string(), v.isoDate("Expected a day, as 2026-11-30."));
const Instant = v.pipe(v.string(), v.isoTimestamp("Expected an instant in ISO 8601."));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000_000));
const Left = v.pipe(v.string(), v.regex(/^(acc|inv)_[0-9A-Z]{26}$/, "Expected the id of an account or an invitation."));

/** A member or an invitation without use of its seat. */
export const Unused = v.object({
  /** The account of a member. */
  account: v.optional(ID.schema("account")),
  /** The invitation. */
  invitation: v.optional(ID.schema("invitation")),
  /** The name, if one is known. */
  name: v.optional(v.string()),
  /** The email address. */
  email: v.string(),
  /** The color of a member. */
  color: v.optional(Color),
  /** The role. */
  role: shown(roles),
  /** The day of the last request of a member, or when the last email of an invitation was sent. */
  since: v.string(),
});
type Unused = v.InferOutput<typeof Unused>;

/** The last time that unused seats were reclaimed. */
export const Reclaim = v.object({
  /** The state: running, done, canceled by someone, or stopped early. */
  state: shown(reclaimStates),
  /** The name of who started it, as long as they are a member. */
  by: v.optional(v.string()),
  /** The time it started. */
  startedAt: v.string(),
  /** The time it ended. */
  endedAt: v.optional(v.string()),
  /** The number of members that were reviewed. */
  members: Integer,
  /** The number of invitations that were reviewed. */
  invitations: Integer,
  /** The number of members that were removed so far. */
  removed: Integer,
  /** The number of invitations that were revoked so far. */
  revoked: Integer,
  /** The seats of the subscription after it, if it reduced them. */
  seats: v.optional(Integer),
  /** The code of the error for which the seats of the subscription were not reduced. */
  failure: v.optional(v.string()),
  /** The same as a sentence. Missing for the code of an earlier release. */
  reason: v.optional(v.string()),
});
type Reclaim = v.InferOutput<typeof Reclaim>;

// Failures

export const failures = {
  running: failure("conflict", "reclaim.running", "Unused seats are already being reclaimed. Wait until that ends."),
  ended: failure("conflict", "reclaim.ended", "This has already ended."),
  recent: failure(
    "invalid",
    "reclaim.too_recent",
    `Members count as unused after ${minIdleDays} days without a request, and invitations ${minHeldDays} day after their last email.`,
  ),
};

// Functions

/**
 * Lists members, except owners and the caller, without a request for long, or invitations that nobody has accepted for
 * long. A page may be empty and still have a next one.
 */
export const listUnused = fn(
  "reclaim.listUnused",
  {
    input: v.strictObject({
      /** Members by their last request, or invitations by their last email. */
      of: v.picklist(unusedKinds),
      /** Members: the day of their last request, or a day before it. */
      inactiveSince: v.optional(Day),
      /** Invitations: when their last email was sent, at the latest. */
      sentUntil: v.optional(Instant),
      cursor: v.optional(Cursor),
    }),
    output: listOf(Unused, rowsPerRead),
    failures: [cursorFailures.invalid, failures.recent],
  },
  async ({ of, inactiveSince = latestDay(), sentUntil = latestInstant(), cursor }, { organization, account }) => {
    requireLong({ inactiveSince, sentUntil });
    const scope = JSON.stringify(["reclaim.listUnused", organization, of, inactiveSince, sentUntil]);
    if (of === "invitations") {
      const page = await pageOf(scope, cursor, (start) => heldInvitations(organization, sentUntil, start));
      return {
        items: page.items.map((row): Unused => {
          const { pk, email, role, sentAt: since, name } = row;
          return { invitation: Invitation.idOf(pk), email, role, since, ...(name !== undefined && { name }) };
        }),
        ...(page.next !== undefined && { next: page.next }),
      };
    }
    const page = await pageOf(scope, cursor, (start) => unusedMembers(organization, inactiveSince, start));
    return {
      items: readAll(MemberRow, page.items)
        .filter(({ pk }) => pk !== account)
        .map(({ pk, name, email, role, color, activeOn: since }): Unused => {
          return { account: pk, name, email, role, since, ...(v.is(Color, color) && { color }) };
        }),
      ...(page.next !== undefined && { next: page.next }),
    };
  },
);

/** Starts to remove and revoke what was reviewed. It goes on without the caller. */
export const start = fn(
  "reclaim.start",
  {
    input: v.strictObject({
      /** The day up to which the last request of members was reviewed. Without it, no member is removed. */
      inactiveSince: v.optional(Day),
      /** The instant up to which the last email of invitations was reviewed. Without it, none is revoked. */
      sentUntil: v.optional(Instant),
      /** The number of members that were reviewed: no more are removed. */
      members: Count,
      /** The number of invitations that were reviewed: no more are revoked. */
      invitations: Count,
      /** Accounts and invitations that are left out. */
      except: v.optional(v.pipe(v.array(Left), v.maxLength(maxExcept, `At most ${maxExcept}.`))),
      /** Reduces the subscription by the seats that this frees, once it is done. */
      reduces: v.optional(v.boolean()),
    }),
    output: Reclaim,
    failures: [failures.running, failures.recent, Event.failures.repeated],
  },
  async ({ members, invitations, reduces = false, except, ...since }, actor) => {
    requireLong(since);
    const { organization, account: by, via, origin } = actor;
    const id = ID.create("operation");
    const isOver = any(absent, not(equal("state", "running")));
    const row = {
      id,
      state: "running" as const,
      by,
      via: via.id,
      ip: origin.ip,
      startedAt: instant(),
      members,
      invitations,
      removed: 0,
      revoked: 0,
      walking: "members" as const,
      ...withoutUndefined(since),
      ...(except && { except }),
      ...(reduces && { reduces: true as const }),
    };
    const answer = describe({ pk: organization, sk: "#reclaim", ...row }, await namesOf(organization, [by]));
    await table.write(
      // threat: two reclaims run at once
      put(reclaimKeys.reclaim(organization), row, when(isOver, failures.running)),
      ReclaimStarted.record(organization, { members, invitations, ...(reduces && { reduces }) }, actor),
      ...remember(answer),
    );
    return answer;
  },
);

/** Returns how far it is, or how the last one ended. */
export const get = fn(
  "reclaim.get",
  {
    input: v.strictObject({}),
    output: v.object({
      /** The current time of the server: days without a request are counted from it. */
      at: v.string(),
      /** The last time that unused seats were reclaimed. Missing if they never were. */
      reclaim: v.optional(Reclaim),
    }),
    reads: (_, { organization }) => [reclaimKeys.reclaim(organization)],
  },
  async (_, { organization }, [found]) => {
    const at = instant();
    if (!found) return { at };
    const row = readOnly(ReclaimRow, found);
    return { at, reclaim: describe(row, await namesOf(organization, [row.by])) };
  },
);

/** Stops it. What was removed and revoked by then stays so. */
export const cancel = fn(
  "reclaim.cancel",
  {
    input: v.strictObject({}),
    output: v.void(),
    failures: [failures.ended, Event.failures.repeated],
    reads: (_, { organization }) => [reclaimKeys.reclaim(organization)],
  },
  async (_, actor, [row]) => {
    if (!row) throw failures.ended();
    const { organization } = actor;
    // threat: a stop that was meant for an earlier reclaim stops the next
    const isRunning = all(equal("state", "running"), equal("id", row.id));
    await table.write(
      update(
        reclaimKeys.reclaim(organization),
        { set: { state: "canceled", endedAt: instant() }, unset: ["via", "ip"] },
        // threat: a reclaim is stopped after it has ended
        when(isRunning, failures.ended),
      ),
      ReclaimCanceled.record(organization, {}, actor),
      ...remember(),
    );
  },
);

const latestDay = () => new Date(now().getTime() - minIdleDays * dayMs).toISOString().slice(0, 10);
const latestInstant = () => new Date(now().getTime() - minHeldDays * dayMs).toISOString();

function requireLong({
  inactiveSince = "",
  sentUntil = "",
}: {
  inactiveSince?: string | undefined;
  sentUntil?: string | undefined;
}): void {
  // threat: members of last week are reclaimed
  if (inactiveSince > latestDay() || sentUntil > latestInstant()) throw failures.recent();
}

const reasons = [seatFailures, implied, Event.failures].flatMap((types) => Object.values(types));

function describe(row: Read<typeof ReclaimRow>, names: Names): Reclaim {
  const { state, by, startedAt, members, invitations, removed, revoked, endedAt, seats, failure: code } = row;
  const reason = reasons.find((type) => type.code === code)?.message;
  const more = withoutUndefined({ by: names.get(by), endedAt, seats, failure: code, reason });
  return { state, startedAt, members, invitations, removed, revoked, ...more };
}
