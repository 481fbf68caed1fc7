import { withoutUndefined } from "../../base/without-undefined.ts";
import { instant } from "../../kernel/ports.ts";
import { seatLimit, trialSeatLimit } from "../../plan/plan.ts";
import { invoicedSeatsOf } from "../invoiced.ts";
import { isLive, isSame, type Mirror, type Row } from "../row.ts";
import { type Counted, committedOf, fewestOf, grantedOf } from "../status.ts";
import type { Automatic, Shown } from "./row.ts";

type Set = Pick<Automatic, "limit" | "spare">;
type Stopped = NonNullable<Automatic["stopped"]>;

// Functions

/** Returns what an owner has set for the subscription that there is now. */
export function automaticOf<A extends { subscription: string }>(
  { automatic }: { automatic?: A | undefined },
  row: Row | undefined,
): A | undefined {
  const { mirror } = row ?? {};
  // threat: automatic seats of an earlier subscription go on
  return mirror && isLive(mirror) && automatic?.subscription === mirror.subscription ? automatic : undefined;
}

/** Returns how many seats the subscription has if those in use are followed: never fewer than are needed. */
export function followed(organizationRow: Counted, { limit, spare }: Set): number {
  // threat: granted seats are bought again
  const wanted = committedOf(organizationRow) - grantedOf(organizationRow) + spare;
  // threat: automatic seats are reduced below those in use
  return Math.max(fewestOf(organizationRow), Math.min(limit, wanted));
}

/** Returns how many more seats the limit and a trial allow. */
export function roomOf({ limit }: Set, mirror: Mirror): number {
  const { quantity, status } = mirror;
  // nobody waits for weeks for a seat that is needed now
  // threat: an invoice for an automatic seat holds up every other change
  if (invoicedSeatsOf(mirror) === "paid") return 0;
  // threat: automatic seats exceed a trial
  // threat: automatic seats exceed what is sold without the operator
  const most = status === "trialing" ? trialSeatLimit() : seatLimit();
  return Math.max(0, Math.min(limit, most) - quantity);
}

// threat: a payment that failed is tried with each job
// threat: another payment method changes nothing after a payment that failed
/** Returns why none are added now, unless another method pays since. */
export const stopOf = <S extends Pick<Stopped, "until" | "method">>(
  { stopped }: { stopped?: S | undefined },
  { method }: Mirror,
): S | undefined => (stopped && stopped.until > instant() && isSame(stopped.method, method) ? stopped : undefined);

/** Returns what owners and admins see of it. */
export function describeAutomatic(organizationRow: Counted & { automatic?: Shown | undefined }, row: Row) {
  const automatic = automaticOf(organizationRow, row);
  const { mirror } = row;
  if (!automatic || !mirror) return;
  const { limit, spare } = automatic;
  const stopped = stopOf(automatic, mirror);
  const isLowered = mirror.cancelAt === undefined;
  return {
    limit,
    spare,
    room: roomOf(automatic, mirror),
    ...(stopped && { stopped: describeStop(stopped) }),
    ...withoutUndefined({
      atRenewal: isLowered ? Math.min(mirror.quantity, followed(organizationRow, automatic)) : undefined,
    }),
  };
}

const describeStop = ({ at, reason, until, isOfRequests }: NonNullable<Shown["stopped"]>) => ({
  at,
  reason,
  until,
  ...withoutUndefined({ isOfRequests }),
});
