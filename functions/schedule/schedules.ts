import { daySeconds, hourSeconds, minuteSeconds } from "@muster/core/base/duration.ts";

/** The jobs of the clock, and how often each runs; in this order, if several are due. */
export const schedules = [
  { job: "sweep", everyMinutes: 5 },
  { job: "hour", everyMinutes: hourSeconds / minuteSeconds },
  { job: "day", everyMinutes: daySeconds / minuteSeconds },
] as const;
export type Job = (typeof schedules)[number]["job"];

/** Enough to catch up after an outage, and done before the next run is due. */
export const timeoutMinutes = 4;

/** Returns how long nothing may run that should every so many minutes: two lost runs, and a while for a late one. */
export const maxSilentSeconds = (everyMinutes: number): number => (2 * everyMinutes + lateMinutes) * minuteSeconds;
const lateMinutes = 20;
