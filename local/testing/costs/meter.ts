import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import type { Operation, TableClient } from "@muster/core/table/client.ts";
import { around, type Input, isWrite, stepsOf } from "../faults/table-call.ts";

/**
 * The cost of some calls. Units are DynamoDB's; `writeUnits` excludes those of the index, `indexUnits` are only those.
 */
export type Reading = {
  /** Overlapping calls are one round trip. */
  trips: number;
  calls: number;
  /** Rows that were written, removed or checked by a write. */
  items: number;
  readUnits: number;
  writeUnits: number;
  indexUnits: number;
};

export type Meter = {
  reset: () => void;
  read: () => Reading;
  /** Resets, runs, and returns the cost of the run. */
  measure: <Result>(run: () => Promise<Result>) => Promise<Reading & { result: Result }>;
};

const nothing: Reading = { trips: 0, calls: 0, items: 0, readUnits: 0, writeUnits: 0, indexUnits: 0 };

/** Counts every call of the client, from now on. A call that fails costs no units here. */
export function meter(client: TableClient): Meter {
  let reading = { ...nothing };
  let inFlight = 0;
  let answered: (() => void)[] = [];

  /** Answers that overlap arrive together: which of several sequences is faster does not change the number of trips. */
  async function arrive(): Promise<void> {
    const together = new Promise<void>((resolve) => {
      answered.push(resolve);
    });
    if (answered.length === inFlight) {
      const all = answered;
      [inFlight, answered] = [0, []];
      for (const resolve of all) resolve();
    }
    return together;
  }

  around(client, (next) => async (operation, input) => {
    const counted = reading;
    if (inFlight === 0) counted.trips++;
    inFlight++;
    counted.calls++;
    try {
      const answer = await next(operation, { ...input, ReturnConsumedCapacity: "INDEXES" });
      count(counted, operation, input, answer);
      return answer;
    } finally {
      await arrive();
    }
  });

  const reset = () => {
    reading = { ...nothing };
  };
  return {
    reset,
    read: () => ({ ...reading }),
    measure: async (run) => {
      reset();
      const result = await run();
      return { ...reading, result };
    },
  };
}

function count(reading: Reading, operation: Operation, input: Input, answer: Input): void {
  const writes = isWrite(operation);
  if (writes) reading.items += stepsOf(operation, input).length;
  for (const used of capacities(answer.ConsumedCapacity)) {
    const units = used.CapacityUnits ?? 0;
    const index = Object.values(used.GlobalSecondaryIndexes ?? {}).reduce(
      (sum, one) => sum + (one.CapacityUnits ?? 0),
      0,
    );
    if (!writes) reading.readUnits += units;
    else if (used.ReadCapacityUnits) reading.readUnits += used.ReadCapacityUnits;
    else {
      reading.writeUnits += units - index;
      reading.indexUnits += index;
    }
  }
}

/** One object for a single row, a list for batches and transactions. */
function capacities(used: unknown): ConsumedCapacity[] {
  if (Array.isArray(used)) return used;
  return used && typeof used === "object" ? [used] : [];
}
