import { isDeep } from "../random.ts";

/** Returns all in a deep run, and otherwise so many of them, evenly spread from the first to the last. */
export function sampled<T>(all: readonly T[], usual = 3): T[] {
  if (isDeep || all.length <= usual) return [...all];
  return all.filter((_, n) => {
    // the n-th is taken where the line from the first to the last reaches the next whole number
    const taken = (at: number) => Math.floor((at * (usual - 1)) / (all.length - 1));
    return n === 0 || taken(n) > taken(n - 1);
  });
}
