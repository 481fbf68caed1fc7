import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import { type QueueServer, startQueues } from "./server.ts";

const queues = [
  { name: "work", visibilitySeconds: 60, deadLetters: { queue: "work-dead", maxReceiveCount: 2 } },
  { name: "work-dead", retentionDays: 14 },
  { name: "slow", delaySeconds: 5 },
];
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

let folder: string;
let clock: number;
let server: QueueServer;
let client: SQSClient;

async function open(file?: string, release = false) {
  server = await startQueues({ queues, now: () => clock, random: seededRandom(3), release, ...(file && { file }) });
  client = new SQSClient({ endpoint: server.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
}

async function close() {
  client.destroy();
  await server.stop();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "muster-queues-"));
  clock = Date.parse("2026-11-24T09:00:00Z");
  await open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const send = (body: string, queue = "work", DelaySeconds?: number) =>
  client.send(
    new SendMessageCommand({
      QueueUrl: server.url(queue),
      MessageBody: body,
      ...(DelaySeconds !== undefined && { DelaySeconds }),
    }),
  );

async function receive(queue = "work", more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: server.url(queue), MaxNumberOfMessages: 10, ...more }),
  );
  return Messages;
}

const remove = (message: Message | undefined, queue = "work") =>
  client.send(new DeleteMessageCommand({ QueueUrl: server.url(queue), ReceiptHandle: message?.ReceiptHandle }));

const bodies = (messages: Message[]) => messages.map(({ Body }) => Body);

test("a message is received with SQS's attributes, and is removed once deleted", async () => {
  await send("größe ✓");
  clock += 1_500;
  const [message] = await receive("work", { MessageSystemAttributeNames: ["All"] });
  expect(message).toMatchObject({
    Body: "größe ✓",
    Attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(clock - 1_500),
      ApproximateFirstReceiveTimestamp: String(clock),
    },
  });
  await remove(message);
  clock += 3_600_000;
  expect(await receive()).toEqual([]);
});

test("only the requested attributes are returned", async () => {
  await send("a");
  const [message] = await receive("work", { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
  expect(message?.Attributes).toEqual({ ApproximateReceiveCount: "1" });
});

test("a received message is hidden until its visibility timeout ends, and an outdated handle then deletes nothing", async () => {
  await send("a");
  const [first] = await receive();
  expect(await receive()).toEqual([]);
  clock += 60_000;
  const [again] = await receive();
  expect(again?.MessageId).toBe(first?.MessageId);
  await remove(first);
  expect(server.depth("work")).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  await remove(again);
  expect(server.depth("work").inFlight).toBe(0);
});

test("the receiver sets the visibility timeout and changes it later", async () => {
  await send("a");
  const [message] = await receive("work", { VisibilityTimeout: 5 });
  const change = (VisibilityTimeout: number) =>
    client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: server.url("work"),
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  await change(100);
  clock += 99_000;
  expect(await receive()).toEqual([]);
  await change(0);
  expect(await receive()).toHaveLength(1);
  await expect(change(5)).rejects.toMatchObject({ name: "MessageNotInflight" });
});

test("a message that is received too often becomes a dead letter, and can be redriven", async () => {
  await send("poison");
  for (let receipt = 0; receipt < 2; receipt++) {
    expect(bodies(await receive())).toEqual(["poison"]);
    clock += 60_000;
  }
  expect(await receive()).toEqual([]);
  const [dead] = await receive("work-dead", { VisibilityTimeout: 0, MessageSystemAttributeNames: ["All"] });
  expect(dead?.Attributes?.DeadLetterQueueSourceArn).toBe("arn:aws:sqs:eu-central-1:000000000000:work");

  await client.send(new StartMessageMoveTaskCommand({ SourceArn: "arn:aws:sqs:eu-central-1:000000000000:work-dead" }));
  expect(await receive("work-dead")).toEqual([]);
  const [back] = await receive("work", { MessageSystemAttributeNames: ["All"] });
  expect(back).toMatchObject({ Body: "poison", Attributes: { ApproximateReceiveCount: "1" } });
});

test("a delay of the message or of its queue hides a message", async () => {
  await send("own", "work", 3);
  await send("queue's", "slow");
  expect(server.depth("work").delayed).toBe(1);
  clock += 3_000;
  expect(bodies(await receive())).toEqual(["own"]);
  expect(await receive("slow")).toEqual([]);
  clock += 2_000;
  expect(bodies(await receive("slow"))).toEqual(["queue's"]);
});

test("a batch answers for each entry separately", async () => {
  const sent = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: server.url("work"),
      Entries: [
        { Id: "1", MessageBody: "one" },
        { Id: "2", MessageBody: "two", DelaySeconds: 901 },
        { Id: "3", MessageBody: "three" },
      ],
    }),
  );
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["1", "3"]);
  expect(sent.Failed).toMatchObject([{ Id: "2", Code: "InvalidParameterValue", SenderFault: true }]);

  const received = await receive();
  const Entries = received.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: server.url("work"), Entries }));
  expect(server.depth("work")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("SQS's errors have the same names", async () => {
  const QueueUrl = server.url("work");
  await expect(send("", "work")).rejects.toThrow("MessageBody");
  await expect(receive("work", { MaxNumberOfMessages: 11 })).rejects.toThrow("MaxNumberOfMessages");
  await expect(remove({ ReceiptHandle: "nonsense" })).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  await expect(client.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toMatchObject({
    name: "QueueDoesNotExist",
  });
  await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))).rejects.toMatchObject({
    name: "EmptyBatchRequest",
  });
  const unsigned = await fetch(QueueUrl, {
    method: "POST",
    headers: { "x-amz-target": "AmazonSQS.PurgeQueue" },
    body: "{}",
  });
  expect(unsigned.status).toBe(400);
});

test("only who knows the key is served", async () => {
  const stranger = new SQSClient({
    endpoint: server.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "guess", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const message = new SendMessageCommand({ QueueUrl: server.url("work"), MessageBody: "hello" });
  await expect(stranger.send(message)).rejects.toThrow("not signed with the key");
  expect(server.depth("work").visible).toBe(0);
  stranger.destroy();
});

test("a queue is found by its name, lists its attributes, and can be purged", async () => {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "work" }));
  expect(QueueUrl).toBe(server.url("work"));
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "work" }))).QueueUrls).toHaveLength(2);
  await send("a");
  await send("b");
  await receive("work", { MaxNumberOfMessages: 1 });
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: "1",
    ApproximateNumberOfMessagesNotVisible: "1",
    VisibilityTimeout: "60",
    RedrivePolicy: expect.stringContaining('"maxReceiveCount":2'),
  });
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect(server.depth("work")).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test("a waiting receiver gets a message at once", async () => {
  const waiting = receive("work", { WaitTimeSeconds: 20 });
  await send("a");
  expect(bodies(await waiting)).toEqual(["a"]);
});

test("a receiver that disconnected takes no message with it", async () => {
  const abort = new AbortController();
  const command = new ReceiveMessageCommand({ QueueUrl: server.url("work"), WaitTimeSeconds: 20 });
  const waiting = client.send(command, { abortSignal: abort.signal });
  await client.send(new ListQueuesCommand({}));
  abort.abort();
  await expect(waiting).rejects.toThrow("abort");
  await client.send(new ListQueuesCommand({}));
  await send("a");
  expect(bodies(await receive())).toEqual(["a"]);
});

test("a message expires when its queue has kept it long enough", async () => {
  await send("a");
  clock += 4 * 86_400_000;
  expect(await receive()).toEqual([]);
  expect(server.depth("work").visible).toBe(0);
});

test("everything survives a restart: messages, receipts and their counts", async () => {
  const file = join(folder, "queues.jsonl");
  await close();
  await open(file);
  await send("deleted");
  await remove((await receive())[0]);
  await send("received");
  const [received] = await receive();
  await send("waiting");
  appendFileSync(file, '{"queue":"work","put":{"id":"cut o');
  await close();

  await open(file);
  expect(bodies(await receive())).toEqual(["waiting"]);
  clock += 60_000;
  const again = await receive("work", { MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
  expect(again.find(({ MessageId }) => MessageId === received?.MessageId)?.Attributes).toEqual({
    ApproximateReceiveCount: "2",
  });
  expect(readFileSync(file, "utf8")).not.toContain("deleted");
});

test("messages in flight can be released at a start, but not delayed ones", async () => {
  const file = join(folder, "queues.jsonl");
  await close();
  await open(file);
  await send("received");
  await receive();
  await send("delayed", "work", 60);
  await close();
  await open(file, true);
  expect(server.depth("work")).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
});

test("an unreadable journal is explained", async () => {
  const file = join(folder, "queues.jsonl");
  appendFileSync(file, "nonsense\n");
  await expect(startQueues({ queues, file })).rejects.toThrow(/Line 1 of .*queues\.jsonl cannot be read/);
});

test("a message may be delivered twice, and in another order, if a test says so", async () => {
  for (const body of ["a", "b", "c"]) await send(body);
  server.faults({ duplicate: 1, reorder: 1 });
  expect(bodies(await receive())).toEqual(["c", "b", "a"]);
  server.faults({});
  expect(bodies(await receive())).toEqual(["a", "b", "c"]);
  expect(server.struck).toMatchObject({ duplicate: 3, reorder: 1 });
});

test("an answer may be lost after the work was done", async () => {
  server.faults({ drop: 1 });
  await expect(send("a")).rejects.toMatchObject({ name: "TimeoutError" });
  server.faults({});
  expect(bodies(await receive())).toEqual(["a"]);
  expect(server.struck.drop).toBe(1);
});

test("a crash before a request loses it, a crash after it does not", async () => {
  await close();
  await open(join(folder, "queues.jsonl"));
  server.faults({ crash: { before: 2 } });
  await send("kept");
  await expect(send("lost")).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(receive()).rejects.toMatchObject({ name: "TimeoutError" });
  server.revive();
  server.faults({ crash: { after: 1 } });
  await expect(send("kept too")).rejects.toMatchObject({ name: "TimeoutError" });
  server.revive();
  expect(bodies(await receive())).toEqual(["kept", "kept too"]);
  expect(server.struck.crash).toBe(2);
});

describe("of a million messages of one group and ten of another", () => {
  const groupSend = async (group: string | undefined, count: number, queue = "work") => {
    for (let n = 0; n < count; n += 10) {
      const Entries = Array.from({ length: Math.min(10, count - n) }, (_, i) => ({
        Id: String(i),
        MessageBody: `${group ?? "nobody's"} ${n + i}`,
        ...(group && { MessageGroupId: group }),
      }));
      await client.send(new SendMessageBatchCommand({ QueueUrl: server.url(queue), Entries }));
    }
  };
  /** Receives one after the other, like a worker that takes so long for each. */
  const work = async (count: number, ms: number) => {
    const worked: (string | undefined)[] = [];
    for (let n = 0; n < count; n++) {
      const [message] = await receive("work", { MaxNumberOfMessages: 1, MessageSystemAttributeNames: ["All"] });
      clock += ms;
      await remove(message);
      worked.push(message?.Body);
    }
    return worked;
  };

  test("those of the group that uses little worker time come first", async () => {
    await groupSend("noisy", 40);
    await work(3, 5000);
    await groupSend("quiet", 3);
    expect(await work(4, 300)).toEqual(["quiet 0", "quiet 1", "quiet 2", "noisy 3"]);
  });

  test("those of the group with fewer messages in flight come first if the other has thirty", async () => {
    await groupSend("noisy", 40);
    for (let n = 0; n < 3; n++) await receive();
    await groupSend("quiet", 1);
    expect(bodies(await receive("work", { MaxNumberOfMessages: 2 }))).toEqual(["quiet 0", "noisy 30"]);
  });

  test("those without a group are treated like a group of their own, and use fades with time", async () => {
    await groupSend("noisy", 10);
    await work(2, 5000);
    await groupSend(undefined, 1);
    expect(await work(1, 1)).toEqual(["nobody's 0"]);
    await groupSend("other", 1);
    expect(await work(1, 100_000)).toEqual(["other 0"]);
    clock += 600_000;
    await groupSend("other", 1);
    expect(await work(1, 1)).toEqual(["noisy 2"]);
  });

  test("each keeps its group among dead letters and after a restart", async () => {
    await close();
    await open(join(folder, "queues.jsonl"));
    await groupSend("noisy", 1);
    await close();
    await open(join(folder, "queues.jsonl"));
    for (let n = 0; n < 3; n++) {
      await receive();
      clock += 61_000;
    }
    const [dead] = await receive("work-dead", { MessageSystemAttributeNames: ["MessageGroupId"] });
    expect(dead?.Attributes).toEqual({ MessageGroupId: "noisy" });
  });

  test("a group name has up to 128 visible characters", async () => {
    const one = (MessageGroupId: string) =>
      client.send(new SendMessageCommand({ QueueUrl: server.url("work"), MessageBody: "a", MessageGroupId }));
    await one("x".repeat(128));
    await expect(one("x".repeat(129))).rejects.toThrow("MessageGroupId");
    await expect(one("a b")).rejects.toThrow("MessageGroupId");
  });
});
