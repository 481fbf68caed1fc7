import type { Import } from "#lib/imports.ts";

/**
 * Returns which import this one waits for: an organization runs one at a time, in the order in which the files arrived.
 */
export function aheadOf({ id, state, createdAt }: Import, all: readonly Import[]): Import | undefined {
  if (state !== "waiting") {
    return undefined;
  }
  const earlier = all.filter((one) => one.id !== id && one.state === "waiting" && one.createdAt < createdAt);
  const [last] = earlier.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  return last ?? all.find((one) => one.state === "running");
}
