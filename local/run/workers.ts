import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Consumer } from "@muster/core/heartbeat/heartbeat.ts";
import { workTimeoutSeconds } from "@muster/functions/queue/limits.ts";
import { filters } from "@muster/functions/stream/filters.ts";
import type { QueueServer } from "@muster/local-queues/server.ts";
import type { Clock } from "../clock.ts";
import { openCheckpoint } from "../stream/checkpoint.ts";
import { openConsumer, type StreamHandler } from "../stream/consumer.ts";
import type { Pattern } from "../stream/filter.ts";
import { openReader, type StreamReader } from "../stream/reader.ts";
import { markInvoked } from "./fault.ts";
import type { Folder } from "./folder.ts";
import type { Handlers } from "./handlers.ts";
import { openSource, type QueueHandler } from "./source.ts";

/**
 * Work that runs when Muster stops has this long to end. Then it is cut off, like on Lambda, and continued by the next
 * run.
 */
const finishWithinMs = 5_000;
/** Imports of several organizations run in parallel, like on Lambda. */
const importsAtOnce = 3;

/** The queues that invoke a function. */
export const workers = ["work", "mail", "codes", "bulk", "imports", "checks"] as const;
export const deadLettersOf = (name: string) => `${name}-dead`;

type Parts = {
  handlers: Handlers;
  table: string;
  region: string;
  streams: DynamoDBStreamsClient;
  sqs: SQSClient;
  queues: QueueServer;
  folder: Folder;
  clock: Clock;
  signal: AbortSignal;
  report: (error: unknown) => void;
};

/** Everything that invokes functions, each running until the signal. */
export async function runWorkers(parts: Parts): Promise<Promise<void>[]> {
  const { handlers, table, streams, clock } = parts;
  const reader = await openReader(streams, table);
  return [
    follow(parts, { name: "follow", handler: handlers.follow, filters: filters.follow, reader }),
    follow(parts, { name: "view", handler: handlers.view, filters: filters.view, reader }),
    work(parts, { name: "work", handler: handlers.work, timeoutSeconds: workTimeoutSeconds }),
    work(parts, { name: "mail", handler: handlers.mail }),
    work(parts, { name: "codes", handler: handlers.mail }),
    ...Array.from({ length: importsAtOnce }, () =>
      work(parts, { name: "imports", handler: handlers.imports, batchSize: 1 }),
    ),
    // two, so that one takes the next message while the other uses the rate
    work(parts, { name: "bulk", handler: handlers.bulk, batchSize: 1 }),
    work(parts, { name: "bulk", handler: handlers.bulk, batchSize: 1 }),
    work(parts, { name: "checks", handler: handlers.checks }),
    clock.run(),
  ];
}

/** Waits for running work to end, within its time. */
export async function finish(running: Promise<void>[]): Promise<void> {
  const cutOff = new Promise((resolve) => setTimeout(resolve, finishWithinMs).unref());
  await Promise.race([Promise.all(running), cutOff]);
}

type StreamWork = {
  name: Consumer;
  handler: StreamHandler;
  filters: Pattern[];
  reader: StreamReader;
};

function follow({ folder, queues, sqs, signal, report }: Parts, { name, handler, filters, reader }: StreamWork) {
  const checkpoint = openCheckpoint(folder.file(`checkpoints/${name}.json`), reader.streamArn);
  const QueueUrl = queues.url(deadLettersOf(name));
  const onFailure = async (record: object) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
  };
  const consumer = {
    name,
    handler: markInvoked(name, handler),
    reader,
    checkpoint,
    filters,
    onFailure,
    signal,
    report,
  };
  return openConsumer(consumer).run();
}

type QueueWork = {
  name: (typeof workers)[number];
  handler: QueueHandler;
  batchSize?: number;
  timeoutSeconds?: number;
};

function work({ queues, region, sqs, signal, report }: Parts, { name, handler, ...more }: QueueWork) {
  const queueArn = `arn:aws:sqs:${region}:000000000000:${name}`;
  const queueUrl = queues.url(name);
  const source = {
    name,
    handler: markInvoked(name, handler),
    client: sqs,
    queueUrl,
    queueArn,
    region,
    ...more,
    signal,
    report,
  };
  return openSource(source).run();
}
