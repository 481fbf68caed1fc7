import type { Import } from "#lib/imports.ts";

/** Whom an import waits for: one of an organization runs at a time, in the order in which their files came. */
export function aheadOf({ id, state, createdAt }: Import, all: readonly Import[]): Import | undefined {
  if (state !== "waiting") {
    return undefined;
  }
  const earlier = all.filter((one) => one.id !== id && one.state === "waiting" && one.createdAt < createdAt);
  const [last] = earlier.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  return last ?? all.find((one) => one.state === "running");
}
