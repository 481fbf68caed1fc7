import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { put } from "../table/table.ts";
import { streamed } from "./heartbeat.ts";
import { heartbeatKeys } from "./keys.ts";
import { HeartbeatRow } from "./row.ts";

// The clock's part: each of its runs sends a heartbeat, and looks for what has not run for too long.

const clock = "clock";

// Shapes

/** The parts that should run, and how many seconds may pass from one run of each to the next. */
const Expected = v.record(v.string(), v.number());

/** A part that has not run for longer than it may, and since when. */
const Stopped = v.object({ part: v.string(), since: v.string() });

// Functions

/**
 * Records that parts of the clock ran, and returns those of the deployment that have stopped. One that was not expected
 * before counts from now on.
 */
export const check = fn(
  "heartbeat.check",
  {
    input: v.strictObject({ ran: v.array(v.string()), expected: Expected }),
    output: v.object({ stopped: v.array(Stopped) }),
  },
  async ({ ran, expected }) => {
    const rows = readAll(HeartbeatRow, (await table.query({ ...heartbeatKeys.heartbeats(), consistent: true })).items);
    const known = knownOf(rows, expected);
    const now = instant();
    for (const part of ran) known.set(part, now);
    // threat: a part that was configured again is said to have stopped
    const parts = Object.fromEntries(Object.keys(expected).map((part) => [part, known.get(part) ?? now]));
    await table.write(put(heartbeatKeys.heartbeat(clock), { at: now, parts, stream: streamed }));
    const isOver = (part: string, at: string) => at < instant(-(expected[part] ?? 0));
    // threat: a part that has stopped is silent
    const stopped = Object.entries(parts).filter(([part, at]) => isOver(part, at));
    return { stopped: stopped.map(([part, since]) => ({ part, since })) };
  },
);

/** Returns when each part last ran. After a time without a clock nothing is known: no part could run, or be seen to. */
function knownOf(rows: readonly Read<typeof HeartbeatRow>[], expected: v.InferOutput<typeof Expected>) {
  const own = rows.find(({ sk }) => sk === clock);
  // threat: all parts are said to have stopped because the clock had
  if (!own || own.at < instant(-Math.min(...Object.values(expected)))) return new Map<string, string>();
  return new Map([...Object.entries(own.parts ?? {}), ...rows.map(({ sk, at }): [string, string] => [sk, at])]);
}
