import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type QueueServer, startQueues } from "@muster/local-queues/server.ts";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSource, type QueueHandler } from "./source.ts";

let clock: number;
let server: QueueServer;
let client: SQSClient;
let events: SQSEvent[];
let reported: unknown[];
let abort: AbortController;

beforeEach(async () => {
  clock = Date.parse("2026-11-24T09:00:00Z");
  server = await startQueues({
    queues: [
      { name: "work", visibilitySeconds: 60, deadLetters: { queue: "work-dead", maxReceiveCount: 2 } },
      { name: "work-dead" },
    ],
    now: () => clock,
  });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  client = new SQSClient({ endpoint: server.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  events = [];
  reported = [];
  abort = new AbortController();
});

afterEach(async () => {
  client.destroy();
  await server.stop();
});

const send = (body: string) => client.send(new SendMessageCommand({ QueueUrl: server.url("work"), MessageBody: body }));
const bodies = () => events.map(({ Records }) => Records.map(({ body }) => body).join(""));

/** A source whose function fails for the given bodies. */
function source({ fails = [], throws = false }: { fails?: string[]; throws?: boolean } = {}) {
  const handler: QueueHandler = async (event) => {
    events.push(event);
    const failed = event.Records.filter(({ body }) => fails.includes(body));
    if (throws && failed.length > 0) throw new Error("cannot do that");
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
  return openSource({
    name: "work",
    handler,
    client,
    queueUrl: server.url("work"),
    queueArn: "arn:aws:sqs:eu-central-1:000000000000:work",
    region: "eu-central-1",
    report: (error) => void reported.push(error),
    signal: abort.signal,
  });
}

test("the function gets messages as Lambda passes them, and they are deleted when it succeeds", async () => {
  await send('{"kind":"code"}');
  expect(await source().poll()).toBe(1);
  expect(events[0]?.Records).toEqual([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"kind":"code"}',
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: String(clock),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: String(clock),
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:work",
      awsRegion: "eu-central-1",
    },
  ]);
  expect(server.depth("work")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect(await source().poll()).toBe(0);
});

test("only failed messages are delivered again, and become dead letters when they fail too often", async () => {
  for (const body of ["a", "b", "c"]) await send(body);
  const failing = source({ fails: ["b"] });
  await failing.poll();
  expect(server.depth("work")).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  clock += 60_000;
  await failing.poll();
  clock += 60_000;
  expect(await failing.poll()).toBe(0);
  expect(bodies()).toEqual(["abc", "b"]);
  expect(server.depth("work-dead").visible).toBe(1);

  expect(server.redrive("work-dead")).toBe(1);
  await source().poll();
  expect(bodies()).toEqual(["abc", "b", "b"]);
});

test("everything is delivered again when the function throws", async () => {
  for (const body of ["a", "b"]) await send(body);
  await source({ fails: ["b"], throws: true }).poll();
  expect(reported).toHaveLength(1);
  clock += 60_000;
  await source().poll();
  expect(bodies()).toEqual(["ab", "ab"]);
});

test("a running source gets messages by itself, and ends with its signal", async () => {
  const running = source().run();
  await send("a");
  await expect.poll(bodies).toEqual(["a"]);
  abort.abort();
  await running;
  expect(reported).toEqual([]);
});
