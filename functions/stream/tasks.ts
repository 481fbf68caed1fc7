import { asSystem } from "@muster/core/kernel/context.ts";
import type { DynamoDBBatchResponse } from "aws-lambda";
import { each } from "../batch.ts";

/** The work of a batch; if it fails, the stream repeats from this record. */
export type Task = { record: string; run: () => Promise<unknown> };

/** Does the work of a batch in order, up to the first task that fails. */
export const runTasks = (job: Parameters<typeof asSystem>[0], tasks: readonly Task[]): Promise<DynamoDBBatchResponse> =>
  asSystem(job, () =>
    each(
      tasks,
      ({ record }) => record,
      ({ run }) => run(),
      { ordered: true },
    ),
  );
