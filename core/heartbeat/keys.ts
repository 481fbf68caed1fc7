import type { Key, Range } from "../table/table.ts";
import type { HeartbeatRow } from "./row.ts";

export const heartbeatKeys = {
  /** The last run of the clock, which is streamed to its consumers, or the last that came to one of them. */
  heartbeat: (process: string): Key<HeartbeatRow> => ({ pk: "#heartbeats", sk: process }),
  heartbeats: (): Range<HeartbeatRow> => ({ pk: "#heartbeats" }),
};
