import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { testCredentials as credentials } from "@muster/local-base/credential.ts";
import { type QueueServer, startQueues } from "./server.ts";

const region = "eu-central-1";

export type TestQueues = {
  endpoint: string;
  url: QueueServer["url"];
  /** Takes everything from a queue. */
  take: (queue: string) => Promise<unknown[]>;
  stop: () => Promise<void>;
};

/** Empty queues without workers. */
export async function openQueues(...names: string[]): Promise<TestQueues> {
  const server = await startQueues({ queues: names.map((name) => ({ name })), region });
  const client = new SQSClient({ endpoint: server.endpoint, region, credentials });
  return {
    endpoint: server.endpoint,
    url: server.url,
    take: async (queue) => {
      const bodies: unknown[] = [];
      const QueueUrl = server.url(queue);
      for (;;) {
        const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        if (Messages.length === 0) return bodies;
        for (const { Body = "", ReceiptHandle } of Messages) {
          bodies.push(JSON.parse(Body));
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
}
