import * as v from "valibot";
import { Integer } from "../base/shape.ts";

/** The figures of an organization on a day, or in a month. What is not known is missing. */
export const Figures = v.object({
  /** The day, or the last known day of the month. */
  on: v.string(),
  /** The number of members at its end. */
  members: v.optional(Integer),
  /** The number of seats that members and pending invitations used at its end. */
  committed: v.optional(Integer),
  /** The number of seats that were paid or granted at its end. */
  capacity: v.optional(Integer),
  /** The number of members who were active on the day; of a month, on an average day. */
  active: v.optional(Integer),
});
export type Day = v.InferOutput<typeof Figures>;

/** Combines days, oldest first, by months: how each ended, and how many members were active on an average day. */
export function inMonths(days: readonly Day[]): Day[] {
  const months = new Map<string, Day[]>();
  for (const day of days) {
    const month = day.on.slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months.values()].flatMap((all) => {
    const counts = all.flatMap(({ active }) => active ?? []);
    const { active: _, ...last } = all.at(-1) ?? { on: "" };
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return [{ ...last, ...(counts.length > 0 && { active: Math.round(average) }) }];
  });
}
