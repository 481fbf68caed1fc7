import { plural } from "#lib/format.ts";

/** The choices for how long an invitation stays open. */
export const lifetimes = ["1", "3", "7", "14", "30"].map((days) => ({
  value: days,
  label: plural(Number(days), "day"),
}));
