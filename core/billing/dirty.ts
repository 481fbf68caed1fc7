import { randomUUID } from "node:crypto";
import { failure, isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readAll } from "../kernel/stored.ts";
import { dirtyShards, Keys } from "../table/keys.ts";
import { absent, equal, type Put, put, remove, when } from "../table/table.ts";
import { DirtyRow } from "./row.ts";

// Markers of organizations whose payment must be looked at: written with what makes it so, gone once it is settled.

const atOnce = 8;

// Shapes

export type Marker = {
  organization: ID<"organization">;
  at: string;
  /** Why looking again will not help, and since when that is known. */
  person?: { why: string; since: string };
};

// Failures

export const failures = { newer: failure("conflict", "billing.newer", "A newer change is waiting to be reconciled.") };

/** The step that asks for a look, in the write that makes one necessary. */
export function mark(organization: ID<"organization">): Put & { token: string } {
  const token = randomUUID();
  return { ...put(Keys.dirty(organization), { token, at: instant() }), token };
}

/** Has organizations looked at soon. */
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

/** Takes the marker away that was there before the look; a newer one stays. */
export async function clear(
  organization: ID<"organization">,
  marker: Pick<DirtyRow, "token"> | undefined,
): Promise<void> {
  if (!marker) return;
  await unlessNewer(table.write(remove(Keys.dirty(organization), same(marker))));
}

/** Notes at the marker that a person must look after it. It stays, and goes once a look settles the matter. */
export async function needAttention(organization: ID<"organization">, why: string): Promise<void> {
  const marker = await table.get(Keys.dirty(organization));
  if (marker?.person?.why === why) return;
  const { token = randomUUID(), at = instant() } = marker ?? {};
  const noted = { token, at, person: { why, since: instant() } };
  const guard = marker ? same(marker) : when(absent, failures.newer);
  await unlessNewer(table.write(put(Keys.dirty(organization), noted, guard)));
}

/** All that are marked. */
export async function marked(): Promise<Marker[]> {
  const parts = Array.from({ length: dirtyShards }, (_, part) => markedIn(part));
  return (await Promise.all(parts)).flat();
}

async function markedIn(part: number): Promise<Marker[]> {
  const rows = await rowsOf({ ...Keys.dirtyIn(part), consistent: true });
  return readAll(DirtyRow, rows).map(({ sk, at, person }) => ({ organization: sk, at, ...(person && { person }) }));
}

const same = ({ token }: Pick<DirtyRow, "token">) => when(equal("token", token), failures.newer);

async function unlessNewer(write: Promise<void>): Promise<void> {
  await write.catch((error: unknown) => {
    if (!isFailure(error, failures.newer)) throw error;
  });
}
