/** What wakes the clock, and how often; in this order, where several are due. */
export const schedules = [
  { job: "sweep", everyMinutes: 5 },
  { job: "hour", everyMinutes: 60 },
  { job: "day", everyMinutes: 24 * 60 },
] as const;
export type Job = (typeof schedules)[number]["job"];

/** Enough to catch up after an outage, and over before the next run is due. */
export const timeoutMinutes = 4;
