import { setTimeout as pause } from "node:timers/promises";
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { invocation } from "../gateway/event.ts";

const waitSeconds = 20;
const faultWaitMs = 1_000;

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

export type SourceOptions = {
  /** The name of the function. */
  name: string;
  handler: QueueHandler;
  client: SQSClient;
  queueUrl: string;
  queueArn: string;
  region: string;
  batchSize?: number;
  /** 30 by default. */
  timeoutSeconds?: number;
  report?: (error: unknown) => void;
  signal: AbortSignal;
};

export type Source = {
  /** Receives once, waiting this long for a message. Returns how many messages were received. */
  poll: (waitSeconds?: number) => Promise<number>;
  /** Polls until the signal; current messages are finished. */
  run: () => Promise<void>;
};

/**
 * One event source mapping of a queue. Messages that the function did not report as failed are deleted; the others
 * become visible again after their timeout, and become dead letters by the queue's own count.
 */
export function openSource(options: SourceOptions): Source {
  const {
    name,
    handler,
    client,
    queueUrl: QueueUrl,
    batchSize = 10,
    timeoutSeconds,
    report = () => {},
    signal,
  } = options;

  async function poll(WaitTimeSeconds = 0): Promise<number> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: signal });
    if (Messages.length === 0) return 0;
    const failed = await invoke(Messages);
    const done = Messages.filter(({ MessageId }) => !failed.includes(MessageId ?? ""));
    if (done.length > 0) {
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return Messages.length;
  }

  /** The ids of the messages that failed: all of them when the function throws. */
  async function invoke(messages: Message[]): Promise<string[]> {
    try {
      const event = { Records: messages.map((message) => sqsRecord(message, options)) };
      const answer = await handler(event, invocation(name, timeoutSeconds));
      return (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    } catch (error) {
      report(error);
      return messages.map(({ MessageId }) => MessageId ?? "");
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await poll(waitSeconds).catch(async (error: unknown) => {
        if (signal.aborted) return;
        report(error);
        await pause(faultWaitMs, undefined, { signal }).catch(() => {});
      });
    }
  }

  return { poll, run };
}

function sqsRecord(message: Message, { queueArn, region }: SourceOptions): SQSRecord {
  const { Attributes = {}, MessageAttributes = {} } = message;
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: {
      ApproximateReceiveCount: Attributes.ApproximateReceiveCount ?? "1",
      SentTimestamp: Attributes.SentTimestamp ?? "0",
      SenderId: Attributes.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: Attributes.ApproximateFirstReceiveTimestamp ?? "0",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) => [
        name,
        { ...(StringValue !== undefined && { stringValue: StringValue }), dataType: DataType ?? "String" },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
