import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { OrganizationDeviceRow } from "../device/row.ts";
import { membersOf, waveOf } from "../device/wave.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import * as Limit from "../limit/limit.ts";
import type { MemberRow } from "../member/row.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { WaveList } from "../setting/waves.ts";
import { Keys } from "../table/keys.ts";
import type { Position } from "../table/table.ts";
import { previewPages, previewsPerHour } from "./limits.ts";
import type { Rollout } from "./row.ts";

// Which devices a rollout would reach. Many devices are read for it while somebody waits, so it is bounded, unlike the
// count of a rollout that is under way.

/** Devices of each wave. */
export const Reached = v.object({
  /** All devices that follow the settings. */
  devices: Integer,
  /** The devices that each wave adds, the one with everybody last. */
  waves: v.array(Integer),
  /** Whether these are all devices: if there are very many, only some of them are counted. */
  isComplete: v.boolean(),
});

/** Returns how many devices each wave would have now. */
export const preview = fn(
  "rollout.preview",
  {
    input: v.strictObject({
      /** The waves before the one with everybody, in their order. */
      waves: WaveList,
    }),
    output: Reached,
    failures: [organizationFailures.missing, Limit.failures.limited],
    reads: (_, { organization }) => [Keys.organization(organization)],
  },
  async ({ waves }, { organization }, [row]) => {
    if (!row || row.state === "deleted") throw organizationFailures.missing();
    await Limit.take("rollout.previews", organization, { quota: previewsPerHour, windowSeconds: hourSeconds });
    const named = waves.map(({ teams, percent }) => ({ ...(teams && { teams }), ...(percent && { percent }) }));
    // as it would be if nobody saves anything before
    return count(organization, { revision: row.revision + 1, waves: named, wave: 1 });
  },
);

/** Counts page by page: those that need not wipe themselves. */
async function count(organization: ID<"organization">, rollout: Pick<Rollout, "revision" | "waves" | "wave">) {
  const at = instant();
  const counts = [...rollout.waves, undefined].map(() => 0);
  const byTeam = rollout.waves.some(({ teams = [] }) => teams.length > 0);
  let start: Position | undefined;
  let pages = 0;
  do {
    const page = await table.query({ ...Keys.organizationDevices(organization), start });
    const rows = readAll(OrganizationDeviceRow, page.items).filter(({ linkedAt, wipe }) => linkedAt <= at && !wipe);
    const members = byTeam ? await membersOf(organization, rows) : new Map<ID<"account">, MemberRow>();
    for (const { sk, account } of rows) {
      const index = waveOf(rollout, sk, members.get(account)) - 1;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    start = page.next;
    pages += 1;
  } while (start && pages < previewPages);
  const devices = counts.reduce((all, own) => all + own, 0);
  return { devices, waves: counts, isComplete: start === undefined };
}
