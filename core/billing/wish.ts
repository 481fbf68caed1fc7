import * as v from "valibot";
import { dayMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { instant, now } from "../kernel/ports.ts";
import type { SeatChange } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Plan from "../plan/plan.ts";
import { periods } from "../plan/shape.ts";
import * as Limits from "../rate/limits.ts";
import { slidingWaitSeconds } from "../rate/windows.ts";
import { hasPaidNothing, isProcessing } from "./debit.ts";
import { invoicedSeatsOf } from "./invoiced.ts";
import { toSecond } from "./price.ts";
import { type BillingRow, hasBegun, isDisputed, isLive, type Mirror, type Op, type Row, rowOf } from "./row.ts";
import { busyWith, failures, tooFew, tooMany } from "./seat-failures.ts";
import { automatically, Seats } from "./shape.ts";
import * as BillingStatus from "./status.ts";

// Which change of seats or plan somebody wishes, and whether it is possible now.

/** No server's clock is ahead of Stripe's, or behind it, by more. */
const skewSeconds = 10;

// Shapes

export const Wish = v.strictObject({
  seats: Seats,
  /** The plan to change to. Without it, the plan stays. */
  plan: v.optional(v.picklist(periods)),
});
export type Wish = v.InferOutput<typeof Wish>;

// Functions

export type Wanted = { organizationRow: OrganizationRow; row: Row; mirror: Mirror; op: Op; recent: string[] };

/** Returns a change that is possible now. @throws why it is not */
export async function wanted(
  { seats, plan }: Wish,
  actor: { account: string; isForRequests?: boolean },
  organizationRow: OrganizationRow | undefined,
  billing: BillingRow | undefined,
): Promise<Wanted> {
  const changeable = changeableOf(organizationRow, rowOf(billing));
  const { mirror } = changeable;
  if (seats < BillingStatus.fewestOf(changeable.organizationRow)) throw tooFew(changeable.organizationRow);
  if (seats > mirror.quantity) refuseMore(seats, mirror);
  const price = priceFor(plan, mirror);
  const grows = seats > mirror.quantity || price !== mirror.price;
  // threat: a clock that is ahead of Stripe's prorates from the future, which Stripe refuses
  const at = toSecond(instant(-skewSeconds));
  const op: Op & Pick<SeatChange, "keepsPrice"> = {
    id: ID.create("operation"),
    subscription: mirror.subscription,
    item: mirror.item,
    from: mirror.quantity,
    to: seats,
    price,
    ...(price === mirror.price && { keepsPrice: true }),
    grows,
    ...withoutUndefined({ invoiced: grows ? invoicedSeatsOf(mirror) : undefined }),
    // threat: a clock that is behind Stripe's prorates from before the purchase, which Stripe refuses
    prorationAt: at > mirror.createdAt ? at : mirror.createdAt,
    since: instant(),
    by: actor.account,
    attempt: 0,
  };
  // threat: an organization whose bank has reversed a payment buys more seats
  if (op.grows && isDisputed(changeable.row)) throw failures.disputed();
  return { ...changeable, op, recent: recentOf(actor, changeable.row.changes) };
}

/** @throws the reason why a subscription cannot grow so far */
function refuseMore(seats: number, mirror: Mirror): void {
  // threat: a trial grows after it has begun
  if (mirror.status === "trialing" && seats > Plan.trialSeatLimit()) throw tried(mirror);
  // threat: a subscription grows beyond what is sold without the operator
  if (seats > Plan.seatLimit()) throw tooMany();
}

function priceFor(plan: Wish["plan"], mirror: Mirror): string {
  const price = plan ? Plan.paidPlan(plan)?.price : mirror.price;
  if (!price) throw failures.unsold();
  if (price === mirror.price) return price;
  // threat: another plan is paid for a subscription that ends
  if (mirror.cancelAt) throw failures.ending();
  // threat: another plan counts before its invoice is paid
  if (invoicedSeatsOf(mirror) === "paid") throw failures.byInvoice();
  return price;
}

/** Returns a subscription that can be changed now, whatever the change is. @throws why it cannot */
function changeableOf(organizationRow: OrganizationRow | undefined, row: Row | undefined) {
  const mirror = row?.mirror;
  if (!organizationRow || !row || !mirror || !isLive(mirror)) throw failures.unsubscribed();
  // threat: a change is charged while a bank processes another payment
  if (isProcessing(row)) throw failures.processing();
  // threat: seats of a subscription that nothing was paid for are changed
  if (!hasBegun(mirror) || hasPaidNothing(row)) throw failures.unsubscribed();
  // threat: a change of seats begins while another is on its way
  if (row.op) throw busyWith(row.op);
  if (BillingStatus.billingStatusOf(organizationRow) === "past_due") throw failures.owing();
  // threat: near a renewal a change is prorated by another period than Stripe's, which Stripe refuses
  if (Math.abs(Date.parse(mirror.periodEnd) - now().getTime()) < skewSeconds * 1000) throw renewing();
  return { organizationRow, row, mirror };
}

const tried = ({ trialEnd = "" }: Mirror) =>
  failures.tried({
    message: `A trial has at most ${Plan.trialSeatLimit()} seats. Add more when it ends, on ${trialEnd.slice(0, 10)}.`,
  });

const renewing = () =>
  failures.unavailable({
    message: "Stripe is renewing this subscription. Try again in half a minute.",
    retryAfterSeconds: 2 * skewSeconds,
  });

function recentOf({ account, isForRequests }: Parameters<typeof wanted>[1], changes: readonly string[] = []): string[] {
  const recent = changes.filter((at) => Date.parse(at) > now().getTime() - dayMs);
  // threat: readers use up the changes of a day, and seats in use are followed no longer
  const ofAutomatic = isForRequests ? Limits.requestedSeatChanges : Limits.automaticSeatChanges;
  // threat: automatic seats use up the changes that people make in a day
  const retryAfterSeconds = slidingWaitSeconds(account === automatically ? ofAutomatic : Limits.seatChanges, recent);
  // threat: seats are changed more often than Stripe makes invoices
  if (retryAfterSeconds > 0) throw failures.often({ retryAfterSeconds });
  return recent;
}
