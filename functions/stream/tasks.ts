import { type Consumer, isHeartbeat, receive } from "@muster/core/heartbeat/heartbeat.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { DynamoDBBatchResponse } from "aws-lambda";
import { each } from "../batch.ts";

/** The work of a batch; if it fails, the stream repeats from this record. */
export type Task = { record: string; run: () => Promise<unknown> };

/** Does the work of a batch in order, up to the first task that fails. */
export const runTasks = (job: Consumer, tasks: readonly Task[]): Promise<DynamoDBBatchResponse> =>
  asSystem(job, () =>
    each(
      tasks,
      ({ record }) => record,
      ({ run }) => run(),
      { ordered: true },
    ),
  );

/** Returns the task of a heartbeat of the clock: to write down that it came. */
export const heartbeatTask = (consumer: Consumer, record: string, row: Item | undefined): Task[] =>
  isHeartbeat(row) ? [{ record, run: () => receive({ consumer }) }] : [];
