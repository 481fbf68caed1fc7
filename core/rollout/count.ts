import { dayMs } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { deviceKeys } from "../device/keys.ts";
import { unreachableDays } from "../device/limits.ts";
import { linkEnd, OrganizationDeviceRow } from "../device/row.ts";
import { now } from "../kernel/ports.ts";
import { eachPage } from "../kernel/rows.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import type { Position } from "../table/table.ts";
import type { Counts, Rollout } from "./row.ts";
import { arrivalOf, membersFor, placeOf, waveOf } from "./wave.ts";

// How far a rollout has come, counted from the devices: what decides about it is in no cache.

type Waves = Pick<Rollout, "revision" | "waves" | "wave" | "waveAt" | "resumedAt" | "fields" | "chosen">;
type Row = Pick<Read<typeof OrganizationDeviceRow>, "linkedAt" | "contactAt" | "wipe" | "wipedAt">;

/** The device outside the first wave that a larger share would add first, and the wave that it is in. */
type Nearest = { device: ID<"device">; wave: number };
/** The progress of a count: the devices that each wave adds, the one with everybody last, and the place to go on. */
export type Counted = {
  counts: Counts[];
  next: Position | undefined;
  /** The one that the first wave would get, as long as none of its devices was counted. */
  nearest?: Nearest | undefined;
};
type Reading = { consistent: boolean; isEnough: (pages: number) => boolean; from?: Counted | undefined };

/** Counts the devices that each wave adds, page by page, until it is enough or there are no more. */
export async function countWaves(
  organization: ID<"organization">,
  rollout: Waves,
  { consistent, isEnough, from }: Reading,
): Promise<Counted> {
  const none = () => [...rollout.waves, undefined].map((): Counts => ({ devices: 0, inForce: 0, refused: 0 }));
  const counts = from?.counts.map((own) => structuredClone(own)) ?? none();
  let nearest = from?.nearest;
  const query = { ...deviceKeys.organizationDevices(organization), consistent, start: from?.next };
  const add = async (items: readonly OrganizationDeviceRow[]) => {
    const rows = readAll(OrganizationDeviceRow, items).filter((row) => isAwaited(row, rollout));
    const members = await membersFor(rollout, organization, rows);
    for (const row of rows) {
      const wave = waveOf(rollout, row, members.get(row.account));
      const own = counts[wave - 1];
      if (!own) continue;
      if (wave > 1 && counts[0]?.devices === 0) nearest = nearer(rollout, nearest, { device: row.sk, wave });
      const arrival = arrivalOf(row, rollout);
      own.devices += 1;
      if (arrival === "in_force") own.inForce += 1;
      if (arrival === "refused") own.refused += 1;
    }
  };
  const next = await eachPage(query, add, isEnough);
  return { counts, next, nearest: counts[0]?.devices === 0 ? nearest : undefined };
}

function nearer({ revision }: Waves, one: Nearest | undefined, other: Nearest): Nearest {
  return one && placeOf(revision, one.device) <= placeOf(revision, other.device) ? one : other;
}

/**
 * Returns whether a wave waits for a device: it is linked, was linked before the wave began or went on after a halt,
 * and was in contact since it began or not long before. So those whose silence halted it are still waited for.
 */
function isAwaited({ linkedAt, contactAt, wipe, wipedAt }: Row, { waveAt, resumedAt = waveAt }: Waves): boolean {
  // threat: a rollout waits for devices that have wiped themselves
  // threat: devices that were linked during a halt refuse their settings uncounted
  if (wipe || wipedAt !== undefined || linkedAt > resumedAt) return false;
  // threat: a device whose link has ended holds a wave up forever
  if (linkEnd({ contactAt }) <= now().getTime()) return false;
  // threat: a rollout waits for devices that nobody uses anymore
  return Date.parse(contactAt) >= Date.parse(waveAt) - unreachableDays * dayMs;
}

/** Returns the numbers of all devices that the rollout has reached. */
export function releasedOf(counts: readonly Counts[], { wave }: Pick<Rollout, "wave">): Counts {
  const sum = (name: keyof Counts) => counts.slice(0, wave).reduce((all, own) => all + own[name], 0);
  return { devices: sum("devices"), inForce: sum("inForce"), refused: sum("refused") };
}
