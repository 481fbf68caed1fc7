import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { type Item, put } from "../table/table.ts";
import { heartbeatKeys } from "./keys.ts";

// What has stopped fails nowhere and logs nothing. Each run of the clock writes a row that the stream brings to its
// consumers, which write when it came; the next run looks for parts that have not run for too long.

/** The consumers of the table's stream. */
export const consumers = ["follow", "view"] as const;
export type Consumer = (typeof consumers)[number];

/** The stream's name of a heartbeat. */
export const streamed = "pulse";

// Functions

/** Records that a heartbeat of the clock has come through the stream to a consumer. */
export const receive = fn(
  "heartbeat.receive",
  { input: v.strictObject({ consumer: v.picklist(consumers) }), output: v.void() },
  async ({ consumer }) => {
    await table.write(put(heartbeatKeys.heartbeat(consumer), { at: instant() }));
  },
);

/** Returns whether a row that the stream brings is a heartbeat. */
export const isHeartbeat = (row: Item | undefined): boolean => row?.stream === streamed;
