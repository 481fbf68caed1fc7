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
  seconds?: number;
};

// Functions

/** Returns what follows from a change that was made, waits, or was dropped. */
export function after(organizationRow: OrganizationRow, row: Row, op: Op, reason: StopReason | undefined): Outcome {
  const { automatic } = organizationRow;
  if (!automatic || !op.grows) return { steps: [] };
  if (reason !== undefined) {
    const why = { reason, seats: op.to - op.from, operation: op.id, method: row.mirror?.method };
    return op.by === automatically ? stopped(organizationRow, why) : { steps: [] };
  }
  const { stopped: before, ...rest } = automatic;
  return before ? { automatic: rest, steps: [] } : { steps: [] };
}

/** Adds no seats for some seconds, unless another method pays. Owners are told once, until some are added again. */
export function stopped({ pk, automatic }: OrganizationRow, why: Why): Outcome {
  if (!automatic) return { steps: [] };
  const { reason, seats, operation, method, seconds = daySeconds } = why;
  const { stopped: before } = automatic;
  const isKnown = before && isSame(before.method, method) && (before.reason === "often") === (reason === "often");
  const known = withoutUndefined({ operation, method });
  const event = { seats, reason, ...(operation && { operation }) };
  return {
    automatic: { ...automatic, stopped: { at: instant(), until: instant(seconds), reason, ...known } },
    steps: isKnown ? [] : [BillingAutomaticSeatsStopped.record(pk, event, automaticSeats)],
  };
}
