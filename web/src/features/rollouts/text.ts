import type { Format } from "#lib/format.ts";
import type { Rollout } from "#lib/rollouts.ts";

type Numbers = Pick<Format, "number" | "percent">;

/** Why a setting cannot be changed while a rollout brings it to devices. */
export function whyClosed(rollout: Rollout | undefined, field: string): string | undefined {
  const isOne = rollout?.fields.includes(field) === true;
  const isClosed = isOne || (isOfModels(field) && rollout?.fields.some(isOfModels) === true);
  return isClosed
    ? "A rollout brings this setting, or one it depends on, to devices. Release it to everyone or roll it back first."
    : undefined;
}

/** The settings of models are checked together, those of teams among them, so a rollout of one closes all. */
const isOfModels = (field: string) => /^(team_\w+\.)?models\./.test(field);

/** Says which wave is released, and whether the rollout goes on. */
export function stateOf({ revision, state, haltReason, wave, waves }: Rollout): string {
  const where = `Revision ${revision}, wave ${wave} of ${waves.length}`;
  if (state === "paused") return `${where}, is paused`;
  if (state !== "halted") return `${where}, is on its way to devices`;
  return haltReason === "silence"
    ? `${where}, has halted: it was not in force in time`
    : `${where}, has halted: too many devices refuse it`;
}

/** Says how far the released devices are, and what comes next. */
export function progressOf({ released, share, wave, waves }: Rollout, { number, percent }: Numbers): string {
  const { devices, inForce = 0 } = released;
  if (devices === undefined) return "Devices are being counted.";
  if (devices === 0) return "No device is in this wave.";
  const reached = `In force on ${number(inForce)} of ${number(devices)} released ${devices === 1 ? "device" : "devices"}`;
  return `${reached}; ${wave < waves.length ? "the next wave begins" : "the rollout ends"} at ${percent(share)}.`;
}

/** How many devices are where. They are all devices that the rollout counts. */
export type Parts = Record<"inForce" | "refused" | "open" | "waiting", number>;

/** Splits the devices of a rollout; nothing until they are counted. */
export function partsOf({ waves, released }: Pick<Rollout, "waves" | "released">): Parts | undefined {
  const { devices, inForce = 0, refused = 0 } = released;
  if (devices === undefined) return undefined;
  const all = waves.reduce((sum, { devices: own = 0 }) => sum + own, 0);
  return { inForce, refused, open: devices - inForce - refused, waiting: all - devices };
}

type Named = { teams?: readonly string[] | undefined; percent?: number | undefined };

/** Says whose devices a wave has, as far as no names are needed. */
export function waveText({ teams = [], percent }: Named, format: Numbers): string {
  const parts = [
    ...(teams.length > 0 ? [teams.length === 1 ? "1 team" : `${format.number(teams.length)} teams`] : []),
    ...(percent === undefined ? [] : [format.percent(percent)]),
  ];
  return parts.length === 0 ? "Everyone" : parts.join(" and ");
}
