import * as v from "valibot";
import * as Event from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { remember } from "../../kernel/idempotency.ts";
import { table } from "../../kernel/ports.ts";
import { writeUnless } from "../../kernel/write-unless.ts";
import { organizationKeys } from "../../organization/keys.ts";
import type { OrganizationRow } from "../../organization/row.ts";
import { seatLimit } from "../../plan/plan.ts";
import { all, atLeast, equal, lacks, remove, type Step, update, when } from "../../table/table.ts";
import { failures as billingFailures, describe, Info, needStripe, own } from "../billing.ts";
import { hasPaidNothing, isProcessing } from "../debit.ts";
import { BillingAutomaticSeatsChanged } from "../events.ts";
import { invoicedSeatsOf } from "../invoiced.ts";
import { billingKeys } from "../keys.ts";
import { maxSpareSeats } from "../limits.ts";
import { isLive, type Row, failures as rowFailures, rowOf } from "../row.ts";
import { failures as seatFailures, tooFew, tooMany } from "../seat-failures.ts";
import { Seats } from "../shape.ts";
import * as BillingStatus from "../status.ts";
import { listedStep } from "./due.ts";
import type { Automatic } from "./row.ts";
import { automaticOf } from "./state.ts";
import { automaticSeats } from "./stop.ts";
import { streamed } from "./trigger.ts";

// Seats that follow those in use, as an owner lets them.

const Spare = v.pipe(
  v.number(),
  v.integer("Expected a whole number of seats."),
  v.minValue(1, "At least one seat is kept free."),
  v.maxValue(maxSpareSeats, `At most ${maxSpareSeats} seats.`),
);

// Functions

/**
 * Sets up to how many seats are added automatically; `null` turns it off, which adds and removes none. It is for the
 * subscription that there is now. A stop is over with it. A change that has begun, as the answer says, is still made.
 */
export const changeAutomaticSeats = fn(
  "billing.changeAutomaticSeats",
  {
    input: v.strictObject({
      /** The most seats that the subscription may have by it, at least those that are needed now. `null` turns it off. */
      limit: v.nullable(Seats),
      /** The number of seats kept free for the next people: 1, unless it says otherwise. */
      spare: v.optional(Spare, 1),
    }),
    output: Info,
    failures: [
      billingFailures.unconfigured,
      billingFailures.misconfigured,
      seatFailures.unsubscribed,
      seatFailures.processing,
      seatFailures.byInvoice,
      seatFailures.owing,
      seatFailures.committed,
      seatFailures.limited,
      rowFailures.moved,
      Event.failures.repeated,
    ],
    reads: own,
  },
  async ({ limit, spare }, actor, [organizationRow, billing]) => {
    if (limit !== null) await needStripe();
    const before = organizationRow?.automatic;
    if (!organizationRow || (limit === null && !before)) return describe(organizationRow, billing);
    const row = rowOf(billing);
    if (limit !== null) checkLimit(limit, row);
    const automatic = limit === null ? undefined : { limit, spare, subscription: subscriptionOf(row) };
    const { automatic: _, ...rest } = organizationRow;
    const info = describe(automatic ? { ...rest, automatic } : rest, billing);
    const change = {
      ...(automaticOf(organizationRow, row) && { from: before?.limit }),
      ...(automatic && { to: automatic.limit, spare }),
    };
    await table.write(
      ...(automatic ? turnOn(organizationRow, automatic) : turnOff(organizationRow)),
      BillingAutomaticSeatsChanged.record(actor.organization, change, actor),
      ...remember(info),
    );
    return info;
  },
);

/** @throws billing.seat_limit if so many are sold by the operator only */
function checkLimit(limit: number, row: Row | undefined): void {
  // threat: automatic seats are allowed beyond what is sold without the operator
  if (limit > Math.max(seatLimit(), row?.mirror?.quantity ?? 0)) throw tooMany();
}

/** Returns the subscription that automatic seats are for. @throws why there can be none */
function subscriptionOf(row: Row | undefined): string {
  if (!row?.mirror || !isLive(row.mirror)) throw seatFailures.unsubscribed();
  // threat: an owner is told to reload while a bank processes the first payment
  if (hasPaidNothing(row)) throw isProcessing(row) ? seatFailures.processing() : seatFailures.unsubscribed();
  // threat: automatic seats are turned on where none are ever added
  if (invoicedSeatsOf(row.mirror) === "paid") throw seatFailures.byInvoice({ message: unfollowed });
  return row.mirror.subscription;
}

const unfollowed = "Seats of this subscription count once their invoice is paid, so none are added automatically.";

/** Turns it off once its subscription has ended. */
export async function end(organizationRow: OrganizationRow): Promise<void> {
  const { pk, automatic } = organizationRow;
  if (!automatic) return;
  const event = BillingAutomaticSeatsChanged.record(pk, { from: automatic.limit }, automaticSeats);
  await writeUnless(rowFailures.moved, ...turnOff(organizationRow), event);
}

function turnOn(organizationRow: OrganizationRow, automatic: Automatic): Step[] {
  const { pk, capacity } = organizationRow;
  const granted = BillingStatus.grantedOf(organizationRow);
  // threat: a limit below the seats in use, because seats were bought in between
  const isEnough = all(equal("capacity", capacity), atLeast("free", capacity - granted - automatic.limit));
  const refusal = (found: OrganizationRow | undefined) => {
    if (found?.billingStatus === "past_due") return seatFailures.owing();
    return found && BillingStatus.fewestOf(found) > automatic.limit ? tooFew(found) : rowFailures.moved();
  };
  // threat: a limit below the seats in use
  // threat: automatic seats are turned on while a payment is due
  const asRead = when(all(BillingStatus.isPaid, isAsRead(organizationRow), isEnough), refusal);
  return [update(organizationKeys.organization(pk), { set: { automatic, stream: streamed } }, asRead), listedStep(pk)];
}

function turnOff(organizationRow: OrganizationRow): Step[] {
  const { pk } = organizationRow;
  const asRead = when(isAsRead(organizationRow), rowFailures.moved);
  // threat: organizations without automatic seats are looked at by the clock
  return [
    update(organizationKeys.organization(pk), { unset: ["automatic", "stream"] }, asRead),
    remove(billingKeys.automatic(pk)),
  ];
}

// threat: of two owners who set automatic seats, one does not learn of the other
/** Holds while what an owner has set is as it was read. */
const isAsRead = ({ automatic }: OrganizationRow) => (automatic ? equal("automatic", automatic) : lacks("automatic"));
