import { randomUUID } from "node:crypto";
import { minuteSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readAll } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { absent, equal, put, remove, type Update, update, when } from "../table/table.ts";
import { billingKeys, dirtyShards } from "./keys.ts";
import { DirtyRow } from "./row.ts";

// Dirty markers of organizations that must be reconciled: written with the change that requires it, removed once it is
// done.

const atOnce = 8;
/** As often as markers are swept. */
const retrySeconds = 5 * minuteSeconds;

// Shapes

export type Marker = {
  organization: ID<"organization">;
  at: string;
  /** Why another attempt will not help, and since when that is known. */
  attention?: NonNullable<DirtyRow["attention"]>;
};

// Failures

export const failures = { newer: failure("conflict", "billing.newer", "A newer change is waiting to be reconciled.") };

/**
 * Returns the step that marks an organization as dirty, in the write that requires it. What needs attention stays known
 * until reconciliation has looked again.
 */
export function mark(organization: ID<"organization">): Update & { token: string } {
  const token = randomUUID();
  // threat: a marker that needs attention seems new after each change
  return { ...update(billingKeys.dirty(organization), { set: { token, at: instant() } }), token };
}

/** Queues reconciliation of organizations. */
export async function markAndQueue(...organizations: readonly ID<"organization">[]): Promise<void> {
  for (let i = 0; i < organizations.length; i += atOnce) {
    const some = organizations.slice(i, i + atOnce);
    await Promise.all(some.map((organization) => table.write(mark(organization))));
    await queues.send(
      "work",
      some.map((organization) => ({ job: "reconcile", organization })),
    );
  }
}

/** Queues reconciliation of the organizations that these customers are recorded for. */
export async function queueCustomers(...customers: readonly string[]): Promise<void> {
  for (let i = 0; i < customers.length; i += atOnce) {
    await queues.send("work", customers.slice(i, i + atOnce).map(jobOf));
  }
}

/** The same after a while, when Stripe may be in reach again. */
export const queueCustomersLater = (customer: string): Promise<void> =>
  queues.send("work", [jobOf(customer)], retrySeconds);

const jobOf = (customer: string) => ({ job: "reconcileCustomer", customer });

/** Removes the marker that was there before reconciliation; a newer one stays. */
export async function clear(
  organization: ID<"organization">,
  marker: Pick<DirtyRow, "token"> | undefined,
): Promise<void> {
  if (!marker) return;
  // threat: a marker that is newer than the comparison is removed
  await writeUnless(failures.newer, remove(billingKeys.dirty(organization), same(marker)));
}

/**
 * Records on the marker that it needs attention. It stays until reconciliation succeeds.
 * @param other the organization that it concerns as well
 */
export async function needAttention(
  organization: ID<"organization">,
  why: string,
  other?: ID<"organization">,
): Promise<void> {
  const marker = await table.get(billingKeys.dirty(organization));
  if (marker?.attention?.why === why && marker.attention.other === other) return;
  const { at = instant() } = marker ?? {};
  // threat: a reconciliation that began before removes what needs attention
  const noted = { token: randomUUID(), at, attention: { why, since: instant(), ...(other && { other }) } };
  // threat: a note on a marker replaces a newer one
  // threat: a note on a marker replaces the first one
  const guard = marker ? same(marker) : when(absent, failures.newer);
  await writeUnless(failures.newer, put(billingKeys.dirty(organization), noted, guard));
}

/** Returns all marked organizations. */
export async function marked(): Promise<Marker[]> {
  const parts = Array.from({ length: dirtyShards }, (_, part) => markedIn(part));
  return (await Promise.all(parts)).flat();
}

async function markedIn(part: number): Promise<Marker[]> {
  const rows = await rowsOf({ ...billingKeys.dirtyIn(part), consistent: true });
  return readAll(DirtyRow, rows).map(({ sk, at, attention }) => ({
    organization: sk,
    at,
    ...(attention && { attention }),
  }));
}

const same = ({ token }: Pick<DirtyRow, "token">) => when(equal("token", token), failures.newer);
