import type { Timeline } from "#lib/organization-devices.ts";

type Series = Timeline["series"][number];
export type Layer = { series: Series; label: string; from: number[]; to: number[] };

export const labelOf = ({ kind, revision }: Series) =>
  kind === "revision" ? `Revision ${revision}` : kind === "earlier" ? "Earlier revisions" : "None yet";

/** Stacks the series, the newest at the bottom: it grows from the ground. */
export function stackOf({ series }: Timeline): Layer[] {
  let sums: number[] = [];
  return series.toReversed().map((one) => {
    const from = one.devices.map((_, i) => sums[i] ?? 0);
    const to = one.devices.map((count, i) => count + (from[i] ?? 0));
    sums = to;
    return { series: one, label: labelOf(one), from, to };
  });
}

/** The area between two lines, in a field of 100 by 100. */
export function pathOf({ from, to }: Layer, highest: number): string {
  const last = Math.max(1, to.length - 1);
  const point = (count: number, i: number) => `${(i / last) * 100},${100 - (count / Math.max(1, highest)) * 100}`;
  return `M${to.map(point).join("L")}L${from.map(point).toReversed().join("L")}Z`;
}

export const highestIn = (layers: readonly Layer[]) => Math.max(1, ...(layers.at(-1)?.to ?? []));

export const instantOf = ({ firstAt, stepSeconds }: Timeline, step: number) =>
  new Date(Date.parse(firstAt) + step * stepSeconds * 1_000).toISOString();
