import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { minuteSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readAll } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { absent, equal, put, remove, type Update, update, when } from "../table/table.ts";
import { billingKeys, dirtyShards } from "./keys.ts";
import { attentionsOf, DirtyRow } from "./row.ts";

// Dirty markers of organizations that must be reconciled: written with the change that requires it, removed once it is
// done.

const atOnce = 8;
/** The time between two sweeps of markers. */
const retrySeconds = 5 * minuteSeconds;

// Shapes

export type Marker = {
  organization: ID<"organization">;
  at: string;
  attentions: readonly Attention[];
};
/** A reason why another attempt will not help, and since when it is known. `other`: the organization that it concerns as well. */
type Attention = NonNullable<DirtyRow["attentions"]>[number];

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
export const queueCustomers = (...customers: readonly string[]): Promise<void> => queueEach(customers.map(jobOf));

/** The same for those whose payments are disputed. */
export const queueDisputes = (...disputes: readonly string[]): Promise<void> => queueEach(disputes.map(disputeJobOf));

/** The same after a while, when Stripe may be in reach again. */
export const queueCustomersLater = (customer: string): Promise<void> =>
  queues.send("work", [jobOf(customer)], retrySeconds);
export const queueDisputesLater = (dispute: string): Promise<void> =>
  queues.send("work", [disputeJobOf(dispute)], retrySeconds);

const jobOf = (customer: string) => ({ job: "reconcileCustomer", customer });
const disputeJobOf = (dispute: string) => ({ job: "reconcileDispute", dispute });

async function queueEach(jobs: readonly object[]): Promise<void> {
  for (const some of slicesOf(jobs, atOnce)) await queues.send("work", some);
}

/** Removes the marker that was there before reconciliation; a newer one stays. */
export async function clear(
  organization: ID<"organization">,
  marker: Pick<DirtyRow, "token"> | undefined,
): Promise<void> {
  if (!marker) return;
  // threat: a marker that is newer than the comparison is removed
  await writeUnless(failures.newer, remove(billingKeys.dirty(organization), same(marker)));
}

/** Records on the marker that something more needs attention. It stays until reconciliation finds otherwise. */
export async function needAttentionToo(organization: ID<"organization">, why: string): Promise<void> {
  const known = attentionsOf(await table.get(billingKeys.dirty(organization)));
  // threat: a reason that needs attention hides the others
  await needAttention(organization, [{ why }, ...known.filter((one) => one.why !== why)]);
}

/** Records on the marker what needs attention, and nothing else. */
export async function needAttention(
  organization: ID<"organization">,
  whys: readonly Omit<Attention, "since">[],
): Promise<void> {
  const marker = await table.get(billingKeys.dirty(organization));
  const known = attentionsOf(marker);
  const sinceOf = ({ why, other }: Omit<Attention, "since">) =>
    known.find((one) => one.why === why && one.other === other)?.since ?? instant();
  const attentions = whys.map((one) => ({ ...one, since: sinceOf(one) }));
  if (isDeepStrictEqual(attentions, known)) return;
  const { at = instant() } = marker ?? {};
  // threat: a reconciliation that began before removes what needs attention
  const noted = { token: randomUUID(), at, attentions };
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
  return readAll(DirtyRow, rows).map((row) => ({ organization: row.sk, at: row.at, attentions: attentionsOf(row) }));
}

const same = ({ token }: Pick<DirtyRow, "token">) => when(equal("token", token), failures.newer);
