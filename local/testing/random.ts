/** True in a deep run: `npm run test:deep`, or MUSTER_DEEP=1. */
export const isDeep = process.env["MUSTER_DEEP"] !== undefined;

/**
 * The seed of every random test of a run. A deep run draws it and prints it; MUSTER_SEED repeats that. All others have
 * the same one each time, so that a failure happens again.
 */
export const seed = Number(process.env["MUSTER_SEED"]);

/** Returns the usual value, for a sample, or in a deep run the one for everything. */
export const depth = <T>(usual: T, deep: T): T => (isDeep ? deep : usual);

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(from: number): () => number {
  let state = from | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
