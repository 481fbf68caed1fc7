import * as v from "valibot";
import { hourMs, minuteSeconds } from "../../base/duration.ts";
import { Failure, implied, isFailure } from "../../base/failure.ts";
import type * as ID from "../../base/id.ts";
import { isPastDeadline } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { hasStripe, instant, now, table } from "../../kernel/ports.ts";
import { failures as memberFailures } from "../../member/failures.ts";
import { organizationKeys } from "../../organization/keys.ts";
import type { OrganizationRow } from "../../organization/row.ts";
import { all, equal, update, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { hoursBetweenReductions, lowerSeatsHours, requestsPerChange } from "../limits.ts";
import { endLeft } from "../requests/end-left.ts";
import { failures as requestFailures } from "../requests/failures.ts";
import { type BillingRow, type Mirror, type Row, failures as rowFailures, rowOf } from "../row.ts";
import { failures as seatFailures } from "../seat-failures.ts";
import { launch } from "../seats.ts";
import { automatically } from "../shape.ts";
import * as BillingStatus from "../status.ts";
import { wanted } from "../wish.ts";
import { end } from "./automatic.ts";
import { Job } from "./job.ts";
import { approving, isUnchanged, requestsWithin, type SeatRequest } from "./request.ts";
import type { Automatic } from "./row.ts";
import { automaticOf, followed, roomOf, stopOf } from "./state.ts";
import { automaticSeats, stopped } from "./stop.ts";
import { queueLooks } from "./trigger.ts";

// Makes the seats of an organization follow those in use, in the background. Each write holds only for the free seats that
// were read, so a look that comes twice, late, or beside another one charges for nobody.

// threat: a job that others overtake gives up
/** Looks of one job, where others write the same rows or several requests wait. What they change looks again. */
const maxLooks = 5;

type Organization = ID.ID<"organization">;
type Found = { organizationRow: OrganizationRow; billing: BillingRow; row: Row; mirror: Mirror; automatic: Automatic };

// Functions

/** Makes the changes of seats that are due, one after the other. Can be repeated. */
export const followSeats = fn(
  "billing.followSeats",
  { input: Job, output: v.object({ changes: v.number() }) },
  async ({ organization }) => {
    let changes = 0;
    for (let look = 0; look < maxLooks && hasStripe(); look++) {
      // threat: a job of automatic seats runs past its deadline
      if (isPastDeadline()) {
        await queueLooks([organization]);
        break;
      }
      try {
        // threat: a request that an earlier release left under way stays so
        await endLeft(organization);
        const found = await read(organization);
        if (!found || !(await follow(found))) break;
        changes++;
      } catch (error) {
        if (!overtakings.some((type) => isFailure(error, type))) throw error;
      }
    }
    return { changes };
  },
);

/** Others have written the same rows: they are read again. */
const overtakings = [
  rowFailures.moved,
  seatFailures.committed,
  requestFailures.decided,
  memberFailures.missing,
  implied.contended,
  implied.busy,
];

/** Returns what there is, as far as seats can be changed now. */
async function read(organization: Organization): Promise<Found | undefined> {
  const [organizationRow, billing, breaker] = await table.getMany([
    organizationKeys.organization(organization),
    billingKeys.billing(organization),
    billingKeys.breaker(),
  ]);
  // threat: automatic seats change while sweeps are stopped
  // threat: seats are bought for a deleted organization
  if (!organizationRow?.automatic || organizationRow.state !== "active" || breaker) return;
  const row = rowOf(billing);
  const automatic = automaticOf(organizationRow, row);
  if (!automatic) {
    await end(organizationRow);
    return;
  }
  const { mirror } = row ?? {};
  // threat: automatic seats are added to a subscription that is set to end
  if (!billing || !row || !mirror || mirror.cancelAt !== undefined) return;
  return { organizationRow, billing, row, mirror, automatic };
}

/**
 * Returns whether it has changed seats, so that another look is worth it. Those in use come before requests. What is
 * allowed may be less than what is in use, and that cannot be bought.
 */
async function follow(found: Found): Promise<boolean> {
  const { organizationRow, mirror, automatic } = found;
  const needed = followed(organizationRow, automatic);
  const stop = stopOf(automatic, mirror);
  // threat: a declined request stops seats for those in use
  const room = stop && !stop.isOfRequests ? 0 : roomOf(automatic, mirror);
  // threat: a change below the seats in use is tried in vain
  if (mirror.quantity + room < BillingStatus.fewestOf(organizationRow)) return false;
  // threat: seats are added automatically beyond the limit
  const more = Math.min(needed - mirror.quantity, room);
  if (more > 0) return change(found, mirror.quantity + more);
  const requests =
    // threat: a declined request is tried again with each look
    // threat: requests that were declined together are tried together again with each look
    room > 0 && !stop ? await requestsWithin(organizationRow.pk, room, automatic.alone ? 1 : requestsPerChange) : [];
  const requested = requests.reduce((sum, { seats }) => sum + seats, 0);
  if (requested > 0) return change(found, mirror.quantity + requested, requests);
  return needed < mirror.quantity && (await isLowered(found)) ? change(found, needed) : false;
}

/** Returns whether the period ends soon, and nobody has changed seats lately. */
async function isLowered({ organizationRow, row, mirror }: Found): Promise<boolean> {
  const left = Date.parse(mirror.periodEnd) - now().getTime();
  // threat: seats are removed long before the period ends
  // threat: seats of a period that is already paid are removed
  if (left <= 0 || left > lowerSeatsHours * hourMs) return false;
  const since = now().getTime() - hoursBetweenReductions * hourMs;
  // threat: automatic seats are removed many times a day
  if (row.changes?.some((at) => Date.parse(at) > since)) return false;
  return isUnchanged(organizationRow.pk);
}

/** Changes seats as a person would, if nobody has taken or given back one since, and nobody has set it otherwise. */
async function change(found: Found, seats: number, requests: readonly SeatRequest[] = []): Promise<boolean> {
  const { organizationRow, billing, mirror, automatic } = found;
  const { pk: organization, capacity, free } = organizationRow;
  try {
    const by = { account: automatically, isForRequests: requests.length > 0 };
    const one = await wanted({ seats }, by, organizationRow, billing);
    // threat: a seat is bought for nobody, because one was given back since
    // threat: seats are bought although an owner has turned it off since
    const only = all(equal("capacity", capacity), equal("free", free), equal("automatic", automatic));
    const [request, ...alsoFor] = requests.map(({ account }) => account);
    const more = { ...(request && { request }), ...(alsoFor.length > 0 && { alsoFor }) };
    const steps = approving(organization, requests);
    return (await launch(one, automaticSeats, { more, steps, only })).result !== "waiting";
  } catch (error) {
    if (!(error instanceof Failure) || overtakings.some((type) => isFailure(error, type))) throw error;
    const { retryAfterSeconds: seconds } = error;
    // threat: automatic seats are not stopped by Stripe's limit of a day
    if (isFailure(error, seatFailures.often) && seconds !== undefined && seats > mirror.quantity) {
      // threat: requests that are made too often stop seats for those in use
      await later(found, { seats: seats - mirror.quantity, seconds, isOfRequests: requests.length > 0 || undefined });
    }
    return false;
  }
}

type Held = { seats: number; seconds: number; isOfRequests: true | undefined };

/** So many changes are made in a minute, and in a day: none for the rest of a day, and owners are told. */
async function later({ organizationRow, mirror, automatic }: Found, { seconds, ...held }: Held): Promise<void> {
  const { pk: organization } = organizationRow;
  // threat: automatic seats stop for a day because of Stripe's limit of a minute
  if (seconds <= minuteSeconds) return queueLooks([organization], seconds);
  const why = { reason: "often" as const, method: mirror.method, until: instant(seconds) };
  const { automatic: next, steps } = stopped(organizationRow, { ...held, ...why });
  const isAsRead = when(equal("automatic", automatic), rowFailures.moved);
  if (next) {
    // threat: a setting of an owner is lost when too many changes stop automatic seats
    await table.write(
      update(organizationKeys.organization(organization), { set: { automatic: next } }, isAsRead),
      ...steps,
    );
  }
}
