import type { Place } from "./import.ts";

/** A report of all rows, or of those that were not invited, to be fixed and uploaded again. */
export const reports = ["all", "failed"] as const;
export type Report = (typeof reports)[number];

/** Returns the key of a report of a pass in the bucket, or of a part of it. */
export function reportKey({ organization, id }: Place, pass: number, kind: Report, part?: number): string {
  const name = `reports/${organization}/${id}-${pass}-${kind}`;
  return part === undefined ? `${name}.csv` : `${name}/${String(part).padStart(6, "0")}.csv`;
}
