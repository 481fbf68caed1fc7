import * as v from "valibot";
import { Failure, failure, implied, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { automaticOf, followed } from "../billing/automatic/state.ts";
import { own } from "../billing/billing.ts";
import { failures as rowFailures, rowOf } from "../billing/row.ts";
import { failures as seatFailures } from "../billing/seat-failures.ts";
import { make } from "../billing/seats.ts";
import { fewestOf } from "../billing/status.ts";
import { wanted } from "../billing/wish.ts";
import { together } from "../invitation/end.ts";
import * as Invitation from "../invitation/invitation.ts";
import { rowsPerWrite } from "../invitation/limits.ts";
import type { PendingRow } from "../invitation/row.ts";
import type { Member } from "../kernel/actor.ts";
import { isPastDeadline } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, now, queues, table } from "../kernel/ports.ts";
import { depart } from "../member/departure.ts";
import { MemberRemoved } from "../member/events.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { all, atMost, check, equal, oneOf, type Position, type Step, update, when } from "../table/table.ts";
import { ReclaimEnded } from "./events.ts";
import { heldInvitations, isHeld, isUnused, isUnusedBy, unusedMembers } from "./find.ts";
import { Job } from "./job.ts";
import { reclaimKeys } from "./keys.ts";
import { patienceSeconds, readsPerMessage, secondsPerMessage } from "./limits.ts";
import type { ReclaimRow } from "./row.ts";

// Removes and revokes what was reviewed, a page at a time. Each write counts what it takes, so that a run that is repeated
// counts nothing twice, and holds only while its author may do so.

/** Times that a member is looked at again when others change them at the same moment. */
const maxLooks = 3;

type Ended = { seats?: number; operation?: ID.ID<"operation">; failure?: string };

// Failures

export const failures = {
  over: failure("conflict", "reclaim.over", "This has ended, or has reclaimed all that was reviewed."),
  moved: failure("conflict", "reclaim.moved", "Another run went on with this."),
  unauthorized: failure("conflict", "reclaim.unauthorized", "Its author may no longer remove members."),
};

// Functions

/** Goes on with a reclaim until it ends, or for as long as one message may take. It may be repeated. */
export const run = fn(
  "reclaim.run",
  { input: Job, output: v.void(), failures: [Event.failures.repeated] },
  async (job) => {
    const until = now().getTime() + secondsPerMessage * 1000;
    let advanced = 0;
    for (let reads = 0; reads < readsPerMessage && now().getTime() < until && !isPastDeadline(); reads++) {
      try {
        if (await advance(job, until)) return;
        advanced++;
      } catch (error) {
        if (!overtakings.some((type) => isFailure(error, type))) throw error;
      }
    }
    await queues.send("work", [job], advanced > 0 ? 0 : patienceSeconds);
  },
);

/** Others write the same rows: it goes on, after a moment if nothing else worked. */
const overtakings = [
  // threat: a run that others were faster than fails instead of going on
  failures.moved,
  failures.over,
  rowFailures.moved,
  // threat: a reclaim leaves all freed seats paid because somebody is invited at the same moment
  seatFailures.committed,
  // threat: a reclaim ends as a dead letter where others write the same rows
  implied.contended,
  implied.busy,
  ...Object.values(Invitation.failures),
];

/** Works through a page, or a part of it until an instant. Returns whether there is nothing more to do. */
async function advance(job: Job, until: number): Promise<boolean> {
  const row = await running(job);
  if (!row) return true;
  const { organization } = job;
  const [organizationRow, member] = await table.getMany([
    organizationKeys.organization(organization),
    memberKeys.member(organization, row.by),
  ]);
  const actor = managerOf(row, member);
  // threat: a reclaim goes on in a suspended or deleted organization
  if (organizationRow?.state !== "active" || !actor) return end(job, (now) => finish(now, "stopped"));
  try {
    const next = row.walking === "members" ? await removeSome(row, actor, until) : await revokeSome(row, actor);
    if (next === "same") return false;
    if (next) return save(row, row.walking, next);
    if (row.walking === "members") return save(row, "invitations", undefined);
    return await end(job, (now) => reduce(now, actor));
  } catch (error) {
    if (isFailure(error, failures.unauthorized)) return end(job, (now) => finish(now, "stopped"));
    throw error;
  }
}

/** Returns who started the reclaim, if they may still do it. */
function managerOf(row: ReclaimRow, member: MemberRow | undefined): Member | undefined {
  if (member?.role !== "owner" && member?.role !== "admin") return undefined;
  return {
    type: "member",
    organization: row.pk,
    role: member.role,
    account: row.by,
    address: ID.derive("address", member.email),
    email: member.email,
    via: { kind: "session", id: row.via as ID.ID<"session">, authenticatedAt: row.startedAt },
    origin: { ip: row.ip ?? "", agent: "" },
  };
}

async function running({ organization, id }: Job): Promise<ReclaimRow | undefined> {
  const row = await table.get(reclaimKeys.reclaim(organization));
  // threat: a reclaim goes on after it was canceled
  return row?.id === id && row.state === "running" ? row : undefined;
}

/** With what was counted since. */
async function end(job: Job, by: (now: ReclaimRow) => Promise<void>): Promise<true> {
  const now = await running(job);
  if (now) await by(now);
  return true;
}

/** Removes members of the next page. Returns where the one after it begins, or that this one goes on. */
async function removeSome(row: ReclaimRow, actor: Member, until: number): Promise<Position | "same" | undefined> {
  const { inactiveSince, members, removed, except = [], start } = row;
  if (inactiveSince === undefined || removed >= members) return undefined;
  const { items, next } = await unusedMembers(actor.organization, inactiveSince, start);
  for (const { pk } of items) {
    // threat: a reclaim of many members takes longer than a worker may
    if (now().getTime() >= until) return "same";
    // threat: members that the review left out are removed
    // threat: an admin who reclaims unused seats removes themselves
    if (pk === actor.account || except.includes(pk)) continue;
    await removeOne(row, pk, inactiveSince, actor);
  }
  return next;
}

/** Removes a member whose seat is still unused. @throws reclaim.over if no more may be removed */
async function removeOne(row: ReclaimRow, account: ID.ID<"account">, since: string, actor: Member): Promise<void> {
  const { organization } = actor;
  for (let look = 0; look < maxLooks; look++) {
    const member = await table.get(memberKeys.member(organization, account));
    // threat: a member whose device is used again after the review is removed
    if (!member || !(await isUnusedBy(member, since))) return;
    // threat: somebody who may no longer remove members goes on doing so
    const also = [count(row, { removed: 1 }), stillAllowed(actor)];
    try {
      // threat: somebody who has just been active is removed as unused
      await depart(organization, member, MemberRemoved, actor, { only: isUnused(since), also });
      return;
    } catch (error) {
      if (!isFailure(error, memberFailures.changed)) throw error;
    }
  }
}

/** Revokes invitations of the next page. Returns where the one after it begins. */
async function revokeSome(row: ReclaimRow, actor: Member): Promise<Position | undefined> {
  const { sentUntil, invitations, revoked, except = [], start } = row;
  let room = invitations - revoked;
  if (sentUntil === undefined || room <= 0) return undefined;
  const { organization } = actor;
  const { items, next } = await heldInvitations(organization, sentUntil, start);
  // threat: invitations that the review left out are revoked
  const found = items.filter(({ pk }) => !except.includes(Invitation.idOf(pk)));
  const isStill = (one: PendingRow) => isHeld(one, sentUntil);
  for (let at = 0; at < found.length && room > 0; at += rowsPerWrite) {
    const some = found.slice(at, at + Math.min(rowsPerWrite, room));
    // threat: an invitation that is sent again at the last moment is revoked as unused
    const only = ({ attempt, sentAt }: PendingRow) => all(equal("attempt", attempt), equal("sentAt", sentAt));
    room -= await together(some, isStill, (these) => [
      ...Invitation.ending(organization, these, "revoked", { actor, only }),
      count(row, { revoked: these.length }),
      // threat: somebody who may no longer remove members goes on revoking invitations
      stillAllowed(actor),
    ]);
  }
  return room > 0 ? next : undefined;
}

/** Ends it, and takes the seats that it freed off the subscription in the write that ends it. */
async function reduce(row: ReclaimRow, actor: Member): Promise<void> {
  const freed = row.removed + row.revoked;
  const [organizationRow, billing] = await table.getMany(own({}, actor));
  const billingRow = rowOf(billing);
  const paid = billingRow?.mirror?.quantity ?? 0;
  const seats = organizationRow ? Math.max(lowestOf(organizationRow, billingRow), paid - freed) : paid;
  if (!row.reduces || seats >= paid) return finish(row, "done");
  const steps = ({ id: operation }: { id: ID.ID<"operation"> }) => ending(row, "done", { seats, operation });
  try {
    const change = await wanted({ seats }, actor, organizationRow, billing);
    await make(change, actor, { quote: undefined, steps });
  } catch (error) {
    // threat: a reclaim ends without reducing seats because others write the same rows
    if (!(error instanceof Failure) || overtakings.some((type) => isFailure(error, type))) throw error;
    const { code } = error;
    // if Stripe has declined it after the write, react.ts says so
    if (await running({ job: "reclaim", organization: actor.organization, id: row.id })) {
      await table.write(...ending(row, "done", { failure: code }));
    }
  }
}

/** Automatic seats would add again what is less than they keep free. */
function lowestOf(organizationRow: OrganizationRow, billing: Parameters<typeof automaticOf>[1]): number {
  const automatic = automaticOf(organizationRow, billing);
  // threat: a reclaim removes seats that are then bought again
  return automatic ? followed(organizationRow, automatic) : fewestOf(organizationRow);
}

const finish = (row: ReclaimRow, state: "done" | "stopped") => table.write(...ending(row, state, {}));

function ending(row: ReclaimRow, state: "done" | "stopped", more: Ended): Step[] {
  const { pk: organization, by: account, removed, revoked } = row;
  // threat: the subscription is reduced by fewer seats than two runs have freed
  // threat: a seat is taken off after a reclaim was stopped
  const asRead = all(isRunning(row), equal("removed", removed), equal("revoked", revoked));
  const ended = { account, removed, revoked, reason: state, ...(more.seats !== undefined && { seats: more.seats }) };
  return [
    update(
      reclaimKeys.reclaim(organization),
      { set: { state, endedAt: instant(), ...more }, unset: ["start", "via", "ip"] },
      when(asRead, failures.moved),
    ),
    ReclaimEnded.record(organization, ended, { type: "system", job: "reclaim" }),
  ];
}

/** Stores where it goes on. */
async function save(
  row: ReclaimRow,
  walking: "members" | "invitations",
  start: Position | undefined,
): Promise<boolean> {
  const change = start ? { set: { walking, start } } : { set: { walking }, unset: ["start"] as const };
  await table.write(update(reclaimKeys.reclaim(row.pk), change, when(isRunning(row), failures.moved)));
  return false;
}

const isRunning = ({ id }: ReclaimRow) => all(equal("state", "running"), equal("id", id));

/** Counts what is taken in the same write, as far as it was reviewed. */
function count(row: ReclaimRow, { removed = 0, revoked = 0 }: { removed?: number; revoked?: number }): Step {
  // threat: more members are removed than were reviewed
  // threat: more invitations are revoked than were reviewed
  const isRoom = removed > 0 ? atMost("removed", row.members - removed) : atMost("revoked", row.invitations - revoked);
  const add = removed > 0 ? { removed } : { revoked };
  // threat: a member is removed after the reclaim was stopped
  return update(reclaimKeys.reclaim(row.pk), { add }, when(all(isRunning(row), isRoom), failures.over));
}

/** Holds while its author may remove members. */
const stillAllowed = ({ organization, account }: Member): Step =>
  check(memberKeys.member(organization, account), when(oneOf("role", ["owner", "admin"]), failures.unauthorized));
