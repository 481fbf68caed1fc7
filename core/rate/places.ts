import { hourSeconds } from "../base/duration.ts";
import { isFailure } from "../base/failure.ts";
import { limitFactor, now, table } from "../kernel/ports.ts";
import { any, atMost, type Key, lacks, update, when } from "../table/table.ts";
import type { PlacesRow } from "./row.ts";
import { failures } from "./windows.ts";

export const places = ["first", "second"] as const;

/**
 * Takes one of two places, which is free again at an instant, in ms since 1970. A local run, whose limits are multiplied,
 * has places for all.
 * @throws rate.limited with the seconds after which one is free
 */
export async function take(key: Key<PlacesRow>, until: number): Promise<void> {
  if (limitFactor() > 1) return;
  const at = now().getTime();
  const ttl = Math.ceil(until / 1_000) + hourSeconds;
  let refused: unknown;
  for (const place of places) {
    // threat: one device keeps any number of functions waiting
    const isFree = when(any(lacks(place), atMost(place, at)), (found: PlacesRow | undefined) => {
      const free = Math.min(...places.map((one) => found?.[one] ?? at));
      return failures.limited({ retryAfterSeconds: Math.max(1, Math.ceil((free - at) / 1_000)) });
    });
    try {
      await table.write(update(key, { set: { [place]: until, ttl } }, isFree));
      return;
    } catch (error) {
      if (!isFailure(error, failures.limited)) throw error;
      refused = error;
    }
  }
  throw refused;
}
