import type { Rollout } from "#lib/rollouts.ts";

/** Why a setting cannot be changed while a rollout brings it to devices. */
export function whyClosed(rollout: Rollout | undefined, field: string): string | undefined {
  const isClosed = rollout?.fields.includes(field) === true;
  return isClosed ? "A rollout brings this setting to devices. Finish it or roll it back first." : undefined;
}

/** Says which wave is released, and whether the rollout goes on. */
export function stateOf({ revision, state, haltReason, wave, waves }: Rollout): string {
  const where = `Revision ${revision}, wave ${wave} of ${waves.length}`;
  if (state === "paused") return `${where}, is paused`;
  if (state !== "halted") return `${where}, is on its way to devices`;
  return haltReason === "silence"
    ? `${where}, has halted: it was not in force in time`
    : `${where}, has halted: too many devices refuse it`;
}

/** Says how far the released devices are. */
export function progressOf({ released, share }: Rollout): string {
  const { devices, inForce = 0, refused = 0 } = released;
  if (devices === undefined) return "Devices are being counted.";
  if (devices === 0) return "No device is in this wave.";
  const refusing = refused > 0 ? ` ${refused} refused.` : "";
  return `In force on ${inForce} of ${devices} released devices; the next wave begins at ${share} %.${refusing}`;
}
