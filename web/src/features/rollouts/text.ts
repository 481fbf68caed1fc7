import { type Format, plural } from "#lib/format.ts";
import type { Rollout } from "#lib/rollouts.ts";

type Numbers = Pick<Format, "number" | "percent">;

/** Says why a setting cannot be changed while a rollout brings it to devices. */
export function whyClosed(rollout: Rollout | undefined, field: string): string | undefined {
  const group = groupOf(field);
  const isClosed = rollout?.fields.some((one) => one === field || (group !== undefined && groupOf(one) === group));
  return isClosed === true
    ? "A rollout brings this setting, or one it depends on, to devices. Release it to everyone or roll it back first."
    : undefined;
}

/** Settings that are checked together, those of teams among them: a rollout of one closes all. */
const groupOf = (field: string) => /^(?:team_\w+\.)?(models|singleSignOn)\./.exec(field)?.[1];

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
export function progressOf({ released, share, wave, waves, minHours }: Rollout, { number, percent }: Numbers): string {
  const { devices, inForce = 0 } = released;
  if (devices === undefined) return "Devices are being counted.";
  if (devices === 0) return "No device is in this wave.";
  const reached = `In force on ${number(inForce)} of ${number(devices)} released ${devices === 1 ? "device" : "devices"}`;
  if (wave >= waves.length) return `${reached}; the rollout ends at ${percent(share)}.`;
  const earliest = minHours > 0 ? `, ${plural(minHours, "hour")} after this one at the earliest` : "";
  return `${reached}; the next wave begins at ${percent(share)}${earliest}.`;
}

/** Says how long each wave lasts at least. */
export function minimumText(hours: number): string {
  if (hours === 0) return "No minimum time";
  const time = hours % 24 === 0 ? plural(hours / 24, "day") : plural(hours, "hour");
  return `At least ${time} per wave`;
}

/** The numbers of devices by their progress. Together they are all devices that the rollout counts. */
export type Parts = Record<"inForce" | "refused" | "open" | "waiting", number>;

/** Splits the devices of a rollout; nothing until they are counted. */
export function partsOf({ waves, released }: Pick<Rollout, "waves" | "released">): Parts | undefined {
  const { devices, inForce = 0, refused = 0 } = released;
  if (devices === undefined) return undefined;
  const all = waves.reduce((sum, { devices: own = 0 }) => sum + own, 0);
  return { inForce, refused, open: devices - inForce - refused, waiting: all - devices };
}

type NameOf = (team: string) => string | undefined;
type Named = { teams?: readonly string[] | undefined; percent?: number | undefined };

/** Teams that are named; of more, their number is told. */
const maxNamed = 3;

/** Says whose devices a wave has. @param nameOf how a team is called, if that is known */
export function waveText({ teams = [], percent }: Named, format: Numbers, nameOf: NameOf): string {
  const names = teams.map((team) => nameOf(team)).filter((name) => name !== undefined);
  const isNamed = names.length === teams.length && names.length <= maxNamed;
  const parts = [
    ...(isNamed ? names : [teams.length === 1 ? "1 team" : `${format.number(teams.length)} teams`]),
    ...(percent === undefined ? [] : [format.percent(percent)]),
  ];
  return parts.length === 0 ? "Everyone" : parts.join(" and ");
}
