import type { Figures } from "#lib/figures.ts";

export type Measure = "members" | "committed" | "capacity" | "active";

/** Returns the lowest round number that is not below any value, so that the axis ends on it. */
export function axisEnd(values: readonly number[]): number {
  const max = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(max));
  return [1, 2, 5, 10].map((step) => step * power).find((end) => end >= max) ?? max;
}

/** Returns every known value of the figures. */
export function valuesOf(items: readonly Figures[]): number[] {
  return items.flatMap(({ members, committed, capacity, active }) =>
    [members, committed, capacity, active].filter((value) => value !== undefined),
  );
}

export type Point = { x: number; y: number };

/** Returns the lines of a measure on a square of 100, from left to right: one for each stretch without a gap. */
export function linesOf(items: readonly Figures[], measure: Measure, end: number): Point[][] {
  const lines: Point[][] = [];
  let isGap = true;
  for (const [i, item] of items.entries()) {
    const value = item[measure];
    if (value === undefined) {
      isGap = true;
      continue;
    }
    const point = { x: items.length === 1 ? 50 : (i / (items.length - 1)) * 100, y: 100 - (value / end) * 100 };
    const last = lines.at(-1);
    if (isGap || last === undefined) lines.push([point]);
    else last.push(point);
    isGap = false;
  }
  return lines;
}
