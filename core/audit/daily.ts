import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { figureKeys } from "../figure/keys.ts";
import { keptDays } from "../figure/limits.ts";
import { epoch } from "../kernel/ports.ts";
import type { Owner } from "../table/key-text.ts";
import { put, type Step } from "../table/table.ts";

// Daily figures of members and seats. A move of events to the log writes them with the head that it checks, so they
// are exact whatever is repeated: a day on which they changed, and the last day of a month with events, has how its
// last event left the organization.

/** An organization's numbers after an event. */
export type Totals = { members: number; committed: number; capacity: number | undefined };

/** Returns the steps that store how each day ended so far. Accounts have no figures. */
export function figureSteps(owner: Owner, days: ReadonlyMap<string, Totals>): Step[] {
  if (!ID.is("organization", owner)) return [];
  const ttl = epoch(keptDays * daySeconds);
  return [...days].map(([day, { members, committed, capacity }]) =>
    put(figureKeys.seatFigures(owner, day), { members, committed, ...(capacity !== undefined && { capacity }), ttl }),
  );
}

/** Returns how an organization stands after an event that changes its numbers by so many. */
export function totalsAfter(before: Totals, by: Readonly<Record<string, number>>, capacity: number | undefined) {
  const { active = 0, pending = 0 } = by;
  return {
    members: before.members + active,
    // threat: daily figures leave out seats that pending invitations use
    committed: before.committed + active + pending,
    capacity: capacity ?? before.capacity,
  };
}

/** Returns whether an event changed what is stored of a day. */
export const differs = (one: Totals, other: Totals): boolean =>
  one.members !== other.members || one.committed !== other.committed || one.capacity !== other.capacity;
