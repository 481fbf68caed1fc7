import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { countWaves } from "./count.ts";
import { previewPages } from "./limits.ts";
import * as RolloutPlan from "./plan.ts";

// Which devices a rollout would reach. Many devices are read for it while somebody waits, so it is bounded, unlike the
// count of a rollout that is under way.

/** Devices of each wave. */
export const Reached = v.object({
  /** All devices that a rollout would wait for: in use, and not to wipe themselves. */
  devices: Integer,
  /** The devices that each wave adds, the one with everybody last. */
  waves: v.array(Integer),
  /** True if these are all devices: if there are very many, only some of them are counted. */
  isComplete: v.boolean(),
});

/** Returns how many devices each wave would have now. */
export const preview = fn(
  "rollout.preview",
  {
    input: v.strictObject({
      /** The waves before the one with everybody, in their order. */
      waves: RolloutPlan.WaveList,
    }),
    output: Reached,
    failures: [organizationFailures.missing, Windows.failures.limited],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ waves }, { organization }, [row]) => {
    if (!row || row.state === "deleted") throw organizationFailures.missing();
    // threat: somebody has an organization read all its devices over and over
    await Windows.take(Limits.rolloutPreviews, organization);
    // as it would be if nobody saves anything before
    const rollout = {
      revision: row.revision + 1,
      fields: [],
      waves: RolloutPlan.stored(waves),
      wave: 1,
      waveAt: instant(),
    };
    // threat: a preview of a rollout reads devices without end
    const isEnough = (pages: number) => pages >= previewPages;
    const { counts, next, nearest } = await countWaves(organization, rollout, { consistent: false, isEnough });
    // the first wave gets the nearest device if it would have none
    const isMoved = (i: number) => (nearest ? Number(i === 0) - Number(i === nearest.wave - 1) : 0);
    const own = counts.map(({ devices }, i) => devices + isMoved(i));
    return { devices: own.reduce((all, devices) => all + devices, 0), waves: own, isComplete: next === undefined };
  },
);
