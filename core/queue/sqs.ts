import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { QueueName, Queues } from "../kernel/ports.ts";

const bodiesPerCall = 10;

type Body = { organization?: string; owner?: string };

/**
 * The queues over SQS. Each message names its owner, so that a million messages of one don't delay ten of another: SQS
 * first hands out messages of owners that use little worker time.
 * @throws if a message was not accepted
 */
export function sqs(urls: Partial<Record<QueueName, string>>, client = new SQSClient({})): Queues {
  return {
    async send(queue, bodies, delaySeconds) {
      for (let i = 0; i < bodies.length; i += bodiesPerCall) {
        const Entries = bodies.slice(i, i + bodiesPerCall).map((body: Body, at) => ({
          Id: String(at),
          MessageBody: JSON.stringify(body),
          DelaySeconds: delaySeconds,
          MessageGroupId: body.organization ?? body.owner,
        }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: urls[queue], Entries }));
        if (Failed.length > 0) throw new Error(`The queue ${queue} refused messages: ${Failed[0]?.Code}`);
      }
    },
  };
}
