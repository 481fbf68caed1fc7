import { hourMs } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import type { Counted } from "./count.ts";
import { releasedOf } from "./count.ts";
import type { Counts, Rollout } from "./row.ts";

/** The next step of a rollout by itself. */
export type Step =
  | { kind: "choose"; to: Rollout; device: ID<"device"> }
  | { kind: "advance"; to: Rollout }
  | { kind: "halt"; to: Rollout & { haltReason: NonNullable<Rollout["haltReason"]> } }
  | { kind: "finish" };

type Found = { counts: readonly Counts[]; nearest?: Counted["nearest"] };

/** Returns what a running rollout does next, if anything. @param at the present, in ms since 1970 */
export function stepOf(rollout: Rollout, { counts, nearest }: Found, at: number): Step | undefined {
  if (rollout.state !== "running") return undefined;
  // threat: the first wave of a small fleet has nobody, so a change reaches everybody without a test
  if (rollout.wave === 1 && nearest) return choose(rollout, nearest.device, at);
  const { devices, inForce, refused } = releasedOf(counts, rollout);
  // threat: a rollout goes on although devices refuse it
  if (refused * 100 > rollout.maxRefused * devices) return halt(rollout, "refusals");
  if (inForce * 100 >= rollout.share * devices) {
    if (rollout.wave > rollout.waves.length) return { kind: "finish" };
    if (at < heldUntil(rollout, counts)) return undefined;
    // threat: a wave after a resumed one has less time
    return { kind: "advance", to: { ...begun(rollout, at), wave: rollout.wave + 1 } };
  }
  // threat: a resumed wave has no time and halts again at once
  const begunAt = rollout.resumedAt ?? rollout.waveAt;
  // threat: a rollout waits forever for devices that say nothing
  return at - Date.parse(begunAt) >= rollout.silenceHours * hourMs ? halt(rollout, "silence") : undefined;
}

/** The first wave begins again, with a device that is in contact. Without one, it would end before anybody noticed a thing. */
function choose(rollout: Rollout, device: ID<"device">, at: number): Step {
  const chosen = [...(rollout.chosen ?? []), device];
  return { kind: "choose", device, to: { ...begun(rollout, at), chosen } };
}

function begun({ resumedAt: _, ...others }: Rollout, at: number): Rollout {
  return { ...others, waveAt: new Date(at).toISOString() };
}

/**
 * Returns the time until which a wave lasts at least, in ms since 1970. One that added no device has nothing to wait
 * for.
 */
function heldUntil({ wave, waveAt, minHours = 0 }: Rollout, counts: readonly Counts[]): number {
  const added = counts[wave - 1]?.devices ?? 0;
  return added === 0 ? 0 : Date.parse(waveAt) + minHours * hourMs;
}

const halt = (rollout: Rollout, haltReason: NonNullable<Rollout["haltReason"]>): Step => ({
  kind: "halt",
  to: { ...rollout, state: "halted", haltReason },
});
