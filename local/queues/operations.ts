import { createHash } from "node:crypto";
import type { QueueStore } from "./queue.ts";
import {
  badHandle,
  emptyBatch,
  invalid,
  longBatch,
  missing,
  noSuchQueue,
  notInFlight,
  Refusal,
  repeatedIds,
} from "./refusal.ts";
import type { Message, Queue } from "./state.ts";

const account = "000000000000";
const maxWaitSeconds = 20;
const maxDelaySeconds = 900;
const maxVisibilitySeconds = 43_200;
const maxMessageBytes = 1_048_576;

export type Input = Record<string, unknown>;

export type Surroundings = {
  store: QueueStore;
  region: string;
  endpoint: () => string;
  /** Resolves when the queue may have a message to receive, or after so many ms. */
  wait: (queue: Queue, ms: number) => Promise<void>;
  callerHasGone: () => boolean;
  /** Wakes those who wait. */
  wake: () => void;
  /** Applies a test's faults to received messages; it may repeat a message or change the order. */
  disturb: (queue: Queue, received: Message[]) => Message[];
};

type Operation = (input: Input, around: Surroundings) => Promise<object> | object;

/** SQS's responses, by operation. */
export const operations: Record<string, Operation> = {
  SendMessage: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    return send(input, queue, around);
  },

  SendMessageBatch: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    return inBatch(input, (entry) => send(entry, queue, around));
  },

  ReceiveMessage: async (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    const limit = whole(input.MaxNumberOfMessages ?? 1, "MaxNumberOfMessages", 1, 10);
    const waitSeconds = whole(input.WaitTimeSeconds ?? 0, "WaitTimeSeconds", 0, maxWaitSeconds);
    const visibilitySeconds = optionalSeconds(input.VisibilityTimeout, "VisibilityTimeout", maxVisibilitySeconds);
    const receive = () =>
      around.store.receive(queue, { limit, ...(visibilitySeconds !== undefined && { visibilitySeconds }) });
    let received = receive();
    const until = Date.now() + waitSeconds * 1_000;
    while (received.length === 0 && Date.now() < until) {
      await around.wait(queue, until - Date.now());
      if (around.callerHasGone()) return {};
      received = receive();
    }
    const wanted = [...names(input.AttributeNames), ...names(input.MessageSystemAttributeNames)];
    const messages = around.disturb(queue, received).map((message) => shown(message, wanted, around));
    return messages.length > 0 ? { Messages: messages } : {};
  },

  DeleteMessage: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    around.store.remove(queue, handleOf(input));
    return {};
  },

  DeleteMessageBatch: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    return inBatch(input, (entry) => {
      around.store.remove(queue, handleOf(entry));
      return {};
    });
  },

  ChangeMessageVisibility: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    const seconds = whole(input.VisibilityTimeout, "VisibilityTimeout", 0, maxVisibilitySeconds);
    if (!around.store.changeVisibility(queue, handleOf(input), seconds)) throw notInFlight();
    around.wake();
    return {};
  },

  GetQueueUrl: (input, around) => {
    const queue = around.store.queues.get(text(input.QueueName, "QueueName"));
    if (!queue) throw noSuchQueue();
    return { QueueUrl: urlOf(queue, around) };
  },

  ListQueues: (input, around) => {
    const prefix = typeof input.QueueNamePrefix === "string" ? input.QueueNamePrefix : "";
    const found = [...around.store.queues.values()].filter(({ settings }) => settings.name.startsWith(prefix));
    return { QueueUrls: found.map((queue) => urlOf(queue, around)) };
  },

  GetQueueAttributes: (input, around) => {
    const queue = queueOf(input.QueueUrl, around);
    const wanted = names(input.AttributeNames);
    const all = Object.entries(attributesOf(queue, around));
    return { Attributes: Object.fromEntries(all.filter(([name]) => wanted.includes("All") || wanted.includes(name))) };
  },

  PurgeQueue: (input, around) => {
    around.store.purge(queueOf(input.QueueUrl, around));
    return {};
  },

  StartMessageMoveTask: (input, around) => {
    const source = queueByArn(input.SourceArn, around);
    const target = input.DestinationArn === undefined ? undefined : queueByArn(input.DestinationArn, around);
    const moved = around.store.redrive(source, target);
    around.wake();
    return { TaskHandle: Buffer.from(JSON.stringify({ source: source.settings.name, moved })).toString("base64") };
  },
};

function send(input: Input, queue: Queue, around: Surroundings): object {
  const body = text(input.MessageBody, "MessageBody");
  if (Buffer.byteLength(body) > maxMessageBytes) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`);
  }
  const delaySeconds = optionalSeconds(input.DelaySeconds, "DelaySeconds", maxDelaySeconds);
  const attributes = input.MessageAttributes;
  const group = input.MessageGroupId === undefined ? undefined : groupOf(input.MessageGroupId);
  const message = around.store.send(queue, body, {
    ...(delaySeconds !== undefined && { delaySeconds }),
    ...(attributes !== undefined && { attributes }),
    ...(group !== undefined && { group }),
  });
  around.wake();
  return { MessageId: message.id, MD5OfMessageBody: md5(body) };
}

function groupOf(value: unknown): string {
  const group = text(value, "MessageGroupId");
  if (/^[!-~]{1,128}$/.test(group)) return group;
  throw invalid(`The request include parameter MessageGroupId which is not valid: ${group}`);
}

/** Each entry succeeds or fails separately. */
function inBatch(input: Input, run: (entry: Input) => object): object {
  const entries = Array.isArray(input.Entries) ? input.Entries.filter(isRecord) : [];
  if (entries.length === 0) throw emptyBatch();
  if (entries.length > 10) throw longBatch();
  const ids = entries.map((entry) => text(entry.Id, "Id"));
  if (new Set(ids).size < ids.length) throw repeatedIds();
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

function shown(message: Message, wanted: string[], around: Surroundings): object {
  const system: Record<string, string> = {
    SenderId: account,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.received),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.group !== undefined && { MessageGroupId: message.group }),
    ...(message.source && { DeadLetterQueueSourceArn: arnOf(message.source, around) }),
  };
  const attributes = Object.entries(system).filter(([name]) => wanted.includes("All") || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(attributes.length > 0 && { Attributes: Object.fromEntries(attributes) }),
    ...(message.attributes !== undefined && { MessageAttributes: message.attributes }),
  };
}

function attributesOf(queue: Queue, around: Surroundings): Record<string, string> {
  const { settings } = queue;
  const { visible, inFlight, delayed } = around.store.depth(queue);
  return {
    QueueArn: arnOf(settings.name, around),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(settings.visibilitySeconds),
    DelaySeconds: String(settings.delaySeconds),
    MessageRetentionPeriod: String(settings.retentionDays * 86_400),
    ...(settings.deadLetters && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: arnOf(settings.deadLetters.queue, around),
        maxReceiveCount: settings.deadLetters.maxReceiveCount,
      }),
    }),
  };
}

const urlOf = (queue: Queue, around: Surroundings) => `${around.endpoint()}/${account}/${queue.settings.name}`;
const arnOf = (name: string, around: Surroundings) => `arn:aws:sqs:${around.region}:${account}:${name}`;

function queueOf(url: unknown, { store }: Surroundings): Queue {
  const queue = store.queues.get(text(url, "QueueUrl").split("/").at(-1) ?? "");
  if (!queue) throw noSuchQueue();
  return queue;
}

function queueByArn(arn: unknown, { store }: Surroundings): Queue {
  const queue = store.queues.get(text(arn, "SourceArn").split(":").at(-1) ?? "");
  if (!queue) {
    throw new Refusal("ResourceNotFoundException", "ResourceNotFoundException", "The resource does not exist.");
  }
  return queue;
}

function handleOf(input: Input): string {
  const handle = text(input.ReceiptHandle, "ReceiptHandle");
  if (!/^[\w-]+\.\d+\.\w+$/.test(handle)) throw badHandle(handle);
  return handle;
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw missing(name);
  return value;
}

function whole(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw invalid(
      `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`,
    );
  }
  return value;
}

const optionalSeconds = (value: unknown, name: string, most: number) =>
  value === undefined ? undefined : whole(value, name, 0, most);
const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const md5 = (body: string) => createHash("md5").update(body).digest("hex");
const isRecord = (value: unknown): value is Input => typeof value === "object" && value !== null;
