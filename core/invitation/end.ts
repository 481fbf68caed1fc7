import { isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { System } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { type ConditionOf, keyOf, type Step } from "../table/table.ts";
import * as Invitation from "./invitation.ts";
import type { AddressRow, PendingRow } from "./row.ts";

/** Times that rows are read again, because others change them, before the message is retried later. */
const looks = 3;

type Ending = {
  state: "expired" | "revoked";
  actor: System;
  cause?: Invitation.Cause;
  /** A condition of each of them, as it was read. */
  only?: (row: PendingRow) => ConditionOf<AddressRow>;
  /** Conditions of everything that decided about them. */
  also?: Step[];
  isStill: (row: PendingRow) => boolean;
};

/** Ends these in one write. If one was accepted or declined in between, ends the others without it. */
export function end(organization: ID<"organization">, items: readonly PendingRow[], ending: Ending): Promise<number> {
  const { state, isStill, also = [], ...more } = ending;
  return together(items, isStill, (rows) => [...Invitation.ending(organization, rows, state, more), ...also]);
}

/** Changes these in one write, without those that others have changed in between. Returns how many it changed. */
export async function together(
  items: readonly PendingRow[],
  isStill: (row: PendingRow) => boolean,
  stepsFor: (rows: readonly PendingRow[]) => Step[],
): Promise<number> {
  for (let left = items, look = 1; left.length > 0; look++) {
    try {
      await table.write(...stepsFor(left));
      return left.length;
    } catch (error) {
      // threat: one accepted or declined invitation keeps others from ending
      if (!isAnswered(error) || look === looks) throw error;
      const rows = await table.getMany(left.map(keyOf));
      left = rows.filter(Invitation.isPending).filter(isStill);
    }
  }
  return 0;
}

const isAnswered = (error: unknown) => Object.values(Invitation.failures).some((type) => isFailure(error, type));
