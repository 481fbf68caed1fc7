import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { QueueName, Queues } from "../kernel/ports.ts";
import type { Caller } from "../table/signed-calls.ts";

const bodiesPerCall = 10;

type Body = { organization?: string; owner?: string };

/**
 * The queues over SQS. Each message names its owner, so that a million messages of one don't delay ten of another: SQS
 * first hands out messages of owners that use little worker time.
 * @param endpoint in place of the one in the queues' URLs
 * @throws if a message was not accepted
 */
export function sqs(urls: Partial<Record<QueueName, string>>, caller: Caller, endpoint?: string): Queues {
  const client = new SQSClient({ ...caller, ...(endpoint && { endpoint }) });

  async function sendBatch(queue: QueueName, QueueUrl: string, bodies: readonly Body[], delaySeconds?: number) {
    const Entries = bodies.map((body, at) => ({
      Id: String(at),
      MessageBody: JSON.stringify(body),
      // threat: a mail that must wait is tried without a pause
      DelaySeconds: delaySeconds,
      // threat: one organization's million delays another's ten
      MessageGroupId: body.organization ?? body.owner,
    }));
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Successful = [], Failed = [] } = await client.send(command).catch((cause: Error) => {
      throw new Error(`The queue ${queue} answers ${cause.name}.`, { cause });
    });
    if (Failed.length > 0) throw new Error(`The queue ${queue} refused messages: ${Failed[0]?.Code}`);
    const isWhole = Entries.every(({ Id }) => Successful.some((one) => one.Id === Id));
    if (!isWhole) throw new Error(`The queue ${queue} did not accept all messages.`);
  }

  return {
    async send(queue, bodies, delaySeconds) {
      const url = urls[queue];
      if (url === undefined) throw new Error(`The queue ${queue} has no URL.`);
      for (let i = 0; i < bodies.length; i += bodiesPerCall) {
        await sendBatch(queue, url, bodies.slice(i, i + bodiesPerCall), delaySeconds);
      }
    },
  };
}
