let source = (): Date => new Date();

/** Replaces the machine's clock, for ports that bind another one. */
export function setClock(clock: () => Date): void {
  source = clock;
}

/** Returns the current instant. */
export const now = (): Date => source();
