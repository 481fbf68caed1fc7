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

/** Who changes seats automatically, in the audit log. */
export const automaticSeats: System = { type: "system", job: "automatic_seats" };

/** What an owner has set, where it is another afterwards, and the event that owners are notified of. */
type Outcome = { automatic?: Automatic; steps: Step[] };
type Why = {
  reason: StopReason;
  /** How many seats were to be added. */
  seats: number;
  operation?: Op["id"];
  method: Mirror["method"] | undefined;
  isOfRequests?: true | undefined;
  seconds?: number;
};

// Functions

/** Returns what follows from a change that was made or dropped. */
export function after(organizationRow: OrganizationRow, row: Row, op: Op, reason: StopReason | undefined): Outcome {
  const { automatic } = organizationRow;
  if (!automatic || !op.grows) return { steps: [] };
  if (reason !== undefined) {
    const isOfRequests = op.request === undefined ? undefined : (true as const);
    const why = { reason, seats: op.to - op.from, operation: op.id, method: row.mirror?.method, isOfRequests };
    return op.by === automatically ? stopped(organizationRow, why) : { steps: [] };
  }
  const { stopped: before, ...rest } = automatic;
  if (!before) return { steps: [] };
  // a larger change, for a request, may still be declined, and too many changes remain so
  const isSmaller = before.isOfRequests && op.by === automatically && op.request === undefined;
  const isOften = before.reason === "often" && before.until > instant();
  return isSmaller || isOften ? { steps: [] } : { automatic: rest, steps: [] };
}

/**
 * Adds no seats for some seconds, unless another method pays then. Owners are told once, until some are
 * added again.
 */
export function stopped({ pk, automatic }: OrganizationRow, why: Why): Outcome {
  if (!automatic) return { steps: [] };
  const { reason, seats, operation, method, isOfRequests, seconds = daySeconds } = why;
  const { stopped: before } = automatic;
  const isOfThese =
    before && (before.reason === "often") === (reason === "often") && (!before.isOfRequests || isOfRequests);
  const isKnown = isOfThese && isSame(before.method, method);
  const more = withoutUndefined({ method, isOfRequests });
  const event = { seats, reason, ...(operation && { operation }) };
  return {
    automatic: { ...automatic, stopped: { at: instant(), until: instant(seconds), reason, ...more } },
    steps: isKnown ? [] : [BillingAutomaticSeatsStopped.record(pk, event, automaticSeats)],
  };
}
