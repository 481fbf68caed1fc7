import { dayMs } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { OrganizationDeviceRow } from "../device/row.ts";
import { unreachableDays } from "../device/status.ts";
import { arrivalOf, membersFor, waveOf } from "../device/wave.ts";
import { table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import type { Position } from "../table/table.ts";
import type { Counts, Rollout } from "./row.ts";

// How far a rollout has come, counted from the devices: what decides about it is in no cache.

type Waves = Pick<Rollout, "revision" | "waves" | "wave" | "waveAt" | "fields">;
type Row = Pick<Read<typeof OrganizationDeviceRow>, "linkedAt" | "contactAt" | "wipe" | "wipedAt">;

/** Counts the devices that each wave adds, the one with everybody last. */
export const countWaves = async (organization: ID<"organization">, rollout: Waves): Promise<Counts[]> =>
  (await countPages(organization, rollout, { consistent: true })).counts;

type Reading = { consistent: boolean; maxPages?: number };

/** The same from so many pages of devices at most. Says whether those were all. */
export async function countPages(
  organization: ID<"organization">,
  rollout: Waves,
  { consistent, maxPages = Number.POSITIVE_INFINITY }: Reading,
): Promise<{ counts: Counts[]; isComplete: boolean }> {
  const counts = [...rollout.waves, undefined].map((): Counts => ({ devices: 0, inForce: 0, refused: 0 }));
  let start: Position | undefined;
  let pages = 0;
  do {
    const page = await table.query({ ...Keys.organizationDevices(organization), consistent, start });
    const rows = readAll(OrganizationDeviceRow, page.items).filter((row) => isAwaited(row, rollout));
    const members = await membersFor(rollout, organization, rows);
    for (const row of rows) {
      const own = counts[waveOf(rollout, row.sk, members.get(row.account)) - 1];
      if (!own) continue;
      const arrival = arrivalOf(row, rollout);
      own.devices += 1;
      if (arrival === "in_force") own.inForce += 1;
      if (arrival === "refused") own.refused += 1;
    }
    start = page.next;
    pages += 1;
  } while (start && pages < maxPages);
  return { counts, isComplete: start === undefined };
}

/**
 * Whether a wave waits for a device: it was linked before the wave that is released now, is not to wipe itself and has not,
 * and was in contact since or not long before.
 */
function isAwaited({ linkedAt, contactAt, wipe, wipedAt }: Row, { waveAt }: Waves): boolean {
  if (wipe || wipedAt !== undefined || linkedAt > waveAt) return false;
  return Date.parse(contactAt) >= Date.parse(waveAt) - unreachableDays * dayMs;
}

/** Returns the numbers of all devices that the rollout has reached. */
export function releasedOf(counts: readonly Counts[], { wave }: Pick<Rollout, "wave">): Counts {
  const sum = (name: keyof Counts) => counts.slice(0, wave).reduce((all, own) => all + own[name], 0);
  return { devices: sum("devices"), inForce: sum("inForce"), refused: sum("refused") };
}
