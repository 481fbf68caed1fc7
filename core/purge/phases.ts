/** The data keys come first, the organization row after everything else. */
const last = "end";

/**
 * Returns the names of all phases of a purge in their order: a walk that comes first, objects, the other walks. The row
 * of a purge says by name where it continues.
 * @throws Error if two have one name: the purge would go back to the first of them, again and again
 */
export function phasesOf(first: string, objects: readonly string[], walks: readonly string[]): string[] {
  // threat: secrets can be read while an organization is purged
  const all = [first, ...objects, ...walks.filter((name) => name !== first), last];
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  // threat: a purge with a walk that is named like an object prefix never ends
  if (twice !== undefined) throw new Error(`Two phases of a purge are named ${twice}.`);
  return all;
}

/** Returns the next one. Those that a purge does only once are left out after its first round. */
export function phaseAfter(phase: string, phases: readonly string[], isLeftOut: (name: string) => boolean): string {
  // threat: a purge that a release began in a phase of the first round begins again
  const own = phases.filter((name) => name === phase || !isLeftOut(name));
  return own[own.indexOf(phase) + 1] ?? last;
}
