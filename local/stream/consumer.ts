import { setTimeout as sleep } from "node:timers/promises";
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { invocation } from "../gateway/event.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { matchesAny, type Pattern } from "./filter.ts";
import type { StreamReader } from "./reader.ts";

const firstWaitMs = 100;
const maxWaitMs = 2_000;

export type StreamHandler = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse | void>;

export type ConsumerOptions = {
  /** The name of the function. */
  name: string;
  handler: StreamHandler;
  reader: StreamReader;
  checkpoint: Checkpoint;
  filters: readonly Pattern[];
  /** Called for a record that failed at every attempt, in the shape of Lambda's on-failure destination for streams. */
  onFailure: (record: object) => Promise<void>;
  batchSize?: number;
  retryAttempts?: number;
  pollMs?: number;
  /** Waits; until the signal at most. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  report?: (error: unknown) => void;
  signal: AbortSignal;
};

export type Consumer = {
  /** Reads and delivers the current records. Returns how many were read. */
  poll: () => Promise<number>;
  /** Polls until the signal; current records are finished. */
  run: () => Promise<void>;
};

/**
 * One event source mapping of a stream: filters, batches, reports of single failures, bisection of a batch that throws,
 * a limited number of retries, and a destination for what fails at all of them. One batch after the other.
 */
export function openConsumer(options: ConsumerOptions): Consumer {
  const { name, handler, reader, checkpoint, filters, onFailure, signal } = options;
  const { batchSize = 100, retryAttempts = 10, pollMs = 200, pause = wait, report = () => {} } = options;

  async function poll(): Promise<number> {
    let read = 0;
    for (const shard of await reader.shards()) read += await pollShard(shard);
    return read;
  }

  async function pollShard(shard: string): Promise<number> {
    const records = await reader.read(shard, checkpoint.after(shard), batchSize);
    const last = records.at(-1);
    if (!last) return 0;
    const wanted = records.filter((record) => matchesAny(record, filters));
    await handOver(shard, wanted);
    if (!signal.aborted) checkpoint.advance(shard, sequenceOf(last));
    return records.length;
  }

  /** Resolves when each record succeeded, or went to the destination, or the signal was given. */
  async function handOver(shard: string, records: DynamoDBRecord[]): Promise<void> {
    let rest = records;
    let attempts = 0;
    while (rest.length > 0 && !signal.aborted) {
      const outcome = await invoke(rest);
      const done = rest.slice(0, outcome.succeeded);
      if (done.length > 0) {
        checkpoint.advance(shard, sequenceOf(done.at(-1)));
        rest = rest.slice(done.length);
        attempts = 0;
        continue;
      }
      attempts++;
      if (outcome.threw && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        await handOver(shard, rest.slice(0, middle));
        rest = rest.slice(middle);
        attempts = 0;
      } else if (attempts > retryAttempts) {
        const [poison] = rest;
        await onFailure(failureRecord(name, reader.streamArn, shard, { poison, attempts }));
        checkpoint.advance(shard, sequenceOf(poison));
        rest = rest.slice(1);
        attempts = 0;
      } else {
        await pause(Math.min(maxWaitMs, firstWaitMs * 2 ** (attempts - 1)), signal);
      }
    }
  }

  /** Returns the number of records from the first on that are done. */
  async function invoke(records: DynamoDBRecord[]): Promise<{ succeeded: number; threw: boolean }> {
    try {
      const answer = await handler({ Records: records }, invocation(name));
      const failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
      if (failed.length === 0) return { succeeded: records.length, threw: false };
      const first = records.findIndex((record) => failed.includes(sequenceOf(record)));
      return { succeeded: Math.max(0, first), threw: first < 0 };
    } catch (error) {
      report(error);
      return { succeeded: 0, threw: true };
    }
  }

  /** The error of the last polls, if they all failed. */
  let failing: { said: string; times: number } | undefined;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const read = await poll().then(succeeded, failed);
      // threat: a stream that is gone is asked for all the time
      if (read === 0) await pause(Math.min(maxWaitMs, pollMs * 2 ** Math.max(0, (failing?.times ?? 0) - 1)), signal);
    }
  }

  function succeeded(read: number): number {
    failing = undefined;
    return read;
  }

  /** Says the same once, however long it lasts. */
  function failed(error: unknown): number {
    const said = String(error);
    // threat: a stream that is gone is reported at every poll
    if (failing?.said !== said && !signal.aborted) report(error);
    failing = { said, times: (failing?.times ?? 0) + 1 };
    return 0;
  }

  return { poll, run };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
function failureRecord(
  name: string,
  streamArn: string,
  shard: string,
  { poison, attempts }: { poison: DynamoDBRecord | undefined; attempts: number },
): object {
  const context = invocation(name);
  const arrived = new Date((poison?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
  return {
    requestContext: {
      requestId: context.awsRequestId,
      functionArn: context.invokedFunctionArn,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: attempts,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: sequenceOf(poison),
      endSequenceNumber: sequenceOf(poison),
      approximateArrivalOfFirstRecord: arrived,
      approximateArrivalOfLastRecord: arrived,
      batchSize: 1,
      streamArn,
    },
  };
}

const sequenceOf = (record: DynamoDBRecord | undefined): string => record?.dynamodb?.SequenceNumber ?? "";

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
