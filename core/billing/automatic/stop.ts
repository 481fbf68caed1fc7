import { daySeconds } from "../../base/duration.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
import type { System } from "../../kernel/actor.ts";
import { instant } from "../../kernel/ports.ts";
import type { OrganizationRow } from "../../organization/row.ts";
import type { Step } from "../../table/table.ts";
import { BillingAutomaticSeatsStopped } from "../events.ts";
import { isSame, type Mirror, type Op, type Row } from "../row.ts";
import { automatically, type StopReason } from "../shape.ts";
import type { Automatic } from "./row.ts";

/** The actor that changes seats automatically, in the audit log. */
export const automaticSeats: System = { type: "system", job: "automatic_seats" };

/** The choice of an owner, where it is another afterwards, and the event that owners are notified of. */
type Outcome = { automatic?: Automatic; steps: Step[] };
type Why = {
  reason: StopReason;
  /** The number of seats that were to be added. */
  seats: number;
  operation?: Op["id"];
  method: Mirror["method"] | undefined;
  isOfRequests?: true | undefined;
  until?: string;
};

// Functions

/** Returns what follows from a change that was made or dropped. */
export function after(organizationRow: OrganizationRow, row: Row, op: Op, reason: StopReason | undefined): Outcome {
  const { automatic } = organizationRow;
  // threat: fewer seats end a stop of automatic seats
  if (!automatic || !op.grows) return { steps: [] };
  if (reason !== undefined) return afterDrop(organizationRow, row, op, reason);
  const { stopped: before, alone, ...rest } = automatic;
  if (!before && !(alone && op.request)) return { steps: [] };
  // a larger change, for a request, may still be declined, and too many changes remain so
  const isSmaller = before?.isOfRequests && op.by === automatically && op.request === undefined;
  const isOften = before?.reason === "often" && before.until > instant();
  // threat: a paid change leaves automatic seats stopped
  // threat: a declined request is tried again whenever somebody joins
  return isSmaller || isOften ? { steps: [] } : { automatic: rest, steps: [] };
}

/** Of several requests, the oldest is tried alone before none are: others may have asked for too much. */
function afterDrop(organizationRow: OrganizationRow, row: Row, op: Op, reason: StopReason): Outcome {
  const { automatic } = organizationRow;
  // threat: a change of a person stops automatic seats
  if (!automatic || op.by !== automatically) return { steps: [] };
  // threat: one large request takes older, small ones down with it
  if (op.alsoFor) return { automatic: { ...automatic, alone: true }, steps: [] };
  const isOfRequests = op.request === undefined ? undefined : (true as const);
  const why = { reason, seats: op.to - op.from, operation: op.id, isOfRequests };
  const { stopped: before } = automatic;
  // an earlier release let the change wait, and stopped then: a method that was chosen since is tried at once
  // threat: a method that was chosen while a change waited is not tried for a day
  if (before?.reason === "waiting" && op.waitsUntil) {
    return stopped(organizationRow, { ...why, method: before.method, until: before.until });
  }
  return stopped(organizationRow, { ...why, method: row.mirror?.method });
}

/**
 * Adds no seats until an instant, a day later unless it says otherwise, or unless another method pays then. Owners are
 * told once, until some are added again.
 */
export function stopped({ pk, automatic }: OrganizationRow, why: Why): Outcome {
  if (!automatic) return { steps: [] };
  const { reason, seats, operation, method, isOfRequests, until = instant(daySeconds) } = why;
  const { stopped: before, alone: _, ...rest } = automatic;
  const isOfThese =
    // threat: owners are not told that seats in use are no longer followed, because a request was declined before
    before && (before.reason === "often") === (reason === "often") && (!before.isOfRequests || isOfRequests);
  const isKnown = isOfThese && isSame(before.method, method);
  const more = withoutUndefined({ method, isOfRequests });
  const event = { seats, reason, ...(operation && { operation }) };
  return {
    automatic: { ...rest, stopped: { at: instant(), until, reason, ...more } },
    // threat: owners are told twice of a payment for automatic seats
    steps: isKnown ? [] : [BillingAutomaticSeatsStopped.record(pk, event, automaticSeats)],
  };
}
