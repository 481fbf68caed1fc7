import type { ID } from "../base/id.ts";
import { OrganizationDeviceRow } from "../device/row.ts";
import { statusOf } from "../device/status.ts";
import { membersOf, waveOf } from "../device/wave.ts";
import { now, table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import type { MemberRow } from "../member/row.ts";
import { Keys } from "../table/keys.ts";
import type { Position } from "../table/table.ts";
import type { Counts, Rollout } from "./row.ts";

// How far a rollout has come, counted from the devices: what decides about it is in no cache.

type Waves = Pick<Rollout, "revision" | "waves" | "wave" | "waveAt">;

/**
 * Counts the devices that each wave adds, the one with everybody last: those that were linked before the wave that is
 * released now, and neither have to wipe themselves nor have done so.
 */
export async function countWaves(organization: ID<"organization">, rollout: Waves): Promise<Counts[]> {
  const counts = [...rollout.waves, undefined].map((): Counts => ({ devices: 0, inForce: 0, refused: 0 }));
  const byTeam = rollout.waves.some(({ teams = [] }) => teams.length > 0);
  let start: Position | undefined;
  do {
    const page = await table.query({ ...Keys.organizationDevices(organization), consistent: true, start });
    const rows = readAll(OrganizationDeviceRow, page.items).filter(
      ({ linkedAt, wipe, wipedAt }) => linkedAt <= rollout.waveAt && !wipe && wipedAt === undefined,
    );
    const members = byTeam ? await membersOf(organization, rows) : new Map<ID<"account">, MemberRow>();
    for (const row of rows) {
      const own = counts[waveOf(rollout, row.sk, members.get(row.account)) - 1];
      if (!own) continue;
      const status = statusOf(row, { revision: rollout.revision }, now().getTime());
      own.devices += 1;
      if (status === "in_force") own.inForce += 1;
      if (status === "refused") own.refused += 1;
    }
    start = page.next;
  } while (start);
  return counts;
}

/** Returns the numbers of all devices that the rollout has reached. */
export function releasedOf(counts: readonly Counts[], { wave }: Pick<Rollout, "wave">): Counts {
  const sum = (name: keyof Counts) => counts.slice(0, wave).reduce((all, own) => all + own[name], 0);
  return { devices: sum("devices"), inForce: sum("inForce"), refused: sum("refused") };
}
