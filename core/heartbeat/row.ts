import * as v from "valibot";
import { row } from "../base/row.ts";

/** The last sign of life of the clock, or of a consumer of the stream. */
export const HeartbeatRow = row({
  pk: v.literal("#heartbeats"),
  sk: v.string(),
  at: v.string(),
  /** Of the clock only: the instant at which each part that should run last ran, or was first expected to. */
  parts: v.optional(v.record(v.string(), v.string())),
});
export type HeartbeatRow = v.InferInput<typeof HeartbeatRow>;
