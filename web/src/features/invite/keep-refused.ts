import type { Reviewed } from "#lib/people.ts";

/** Returns a new review, in which nothing becomes ready but what only had no seat before. */
export function keepRefused(before: Reviewed[], found: Reviewed[]) {
  return found.map((item, index) => {
    const known = before[index];
    const wasReady = known?.label === "ready" || known?.label === "no_seat";
    // threat: after seats are added, rows are sent that were refused in the review
    return known === undefined || wasReady || item.label !== "ready" ? item : known;
  });
}
