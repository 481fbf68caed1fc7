import { hourMs } from "../base/duration.ts";
import { releasedOf } from "./count.ts";
import type { Counts, Rollout } from "./row.ts";

/** What a rollout does next by itself. */
export type Step =
  | { kind: "advance"; to: Rollout }
  | { kind: "halt"; to: Rollout & { haltReason: NonNullable<Rollout["haltReason"]> } }
  | { kind: "finish" };

/** Returns what a running rollout does next, if anything. @param at the present, in ms since 1970 */
export function stepOf(rollout: Rollout, counts: readonly Counts[], at: number): Step | undefined {
  if (rollout.state !== "running") return undefined;
  const { devices, inForce, refused } = releasedOf(counts, rollout);
  if (refused * 100 > rollout.maxRefused * devices) return halt(rollout, "refusals");
  if (inForce * 100 >= rollout.share * devices) {
    if (rollout.wave > rollout.waves.length) return { kind: "finish" };
    if (at < heldUntil(rollout, counts)) return undefined;
    const { resumedAt: _, ...others } = rollout;
    return { kind: "advance", to: { ...others, wave: rollout.wave + 1, waveAt: new Date(at).toISOString() } };
  }
  const begunAt = rollout.resumedAt ?? rollout.waveAt;
  return at - Date.parse(begunAt) >= rollout.silenceHours * hourMs ? halt(rollout, "silence") : undefined;
}

/** Until when a wave lasts at least, in ms since 1970. One that added no device has nothing to wait for. */
function heldUntil({ wave, waveAt, minHours = 0 }: Rollout, counts: readonly Counts[]): number {
  const added = counts[wave - 1]?.devices ?? 0;
  return added === 0 ? 0 : Date.parse(waveAt) + minHours * hourMs;
}

const halt = (rollout: Rollout, haltReason: NonNullable<Rollout["haltReason"]>): Step => ({
  kind: "halt",
  to: { ...rollout, state: "halted", haltReason },
});
