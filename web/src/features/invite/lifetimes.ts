import { plural } from "#lib/format.ts";

/** How long an invitation may be open, as it is chosen. */
export const lifetimes = ["1", "3", "7", "14", "30"].map((days) => ({
  value: days,
  label: plural(Number(days), "day"),
}));
