import { minuteSeconds } from "../base/duration.ts";

/** SQS delays no message longer. */
export const maxDelaySeconds = 15 * minuteSeconds;
