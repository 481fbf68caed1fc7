const left = new Set<() => Promise<void>>();

/** Runs something once, after the last test of this file. Without it every test would load what only some need. */
export function atFileEnd(run: () => Promise<void>): void {
  left.add(run);
}

/** Runs what was left for the end of the file. */
export async function endFile(): Promise<void> {
  const all = [...left];
  left.clear();
  await Promise.all(all.map((run) => run()));
}
