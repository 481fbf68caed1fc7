import { createHash } from "node:crypto";
import { type Caller, endpointOf } from "../base/signed-calls.ts";
import { awsCalls } from "../kernel/aws-calls.ts";
import type { QueueName, Queues } from "../kernel/ports.ts";

const bodiesPerCall = 10;
/** What SQS answers when the same request may succeed a moment later. */
const repeated = { tries: 3, firstWaitMs: 100, passing: /Throttl/ };

type Options = {
  /** In place of the one in the queues' URLs. */
  endpoint?: string | undefined;
  /** The trace of the invocation: by it AWS stops functions that wake each other forever. */
  trace?: () => string | undefined;
};
type Body = { organization?: string; owner?: string };
type Answer = {
  Successful?: readonly { Id?: string; MD5OfMessageBody?: string }[];
  Failed?: readonly { Code?: string }[];
};

/**
 * The queues over SQS. Each message names its owner, so that a million messages of one don't delay ten of another: SQS
 * first hands out messages of owners that use little worker time. The SDK's client is left out: every function would load
 * it at its start.
 * @throws if a message was not accepted
 */
export function sqs(
  urls: Partial<Record<QueueName, string>>,
  caller: Caller,
  { endpoint, trace }: Options = {},
): Queues {
  const senders = new Map<string, ReturnType<typeof awsCalls>>();

  function senderTo(url: string) {
    const { origin } = new URL(endpoint ?? url);
    const known = senders.get(origin);
    if (known) return known;
    const place = endpointOf(new URL(origin));
    // threat: messages carry no trace, so AWS does not find functions that wake each other forever
    const service = { name: "sqs", target: "AmazonSQS", protocol: "1.0", endpoint: place, trace } as const;
    const made = awsCalls(service, caller, repeated);
    senders.set(origin, made);
    return made;
  }

  return {
    async send(queue, bodies, delaySeconds) {
      const url = urls[queue];
      if (url === undefined) throw new Error(`The queue ${queue} has no URL.`);
      for (let i = 0; i < bodies.length; i += bodiesPerCall) {
        const Entries = bodies.slice(i, i + bodiesPerCall).map((body: Body, at) => ({
          Id: String(at),
          MessageBody: JSON.stringify(body),
          // threat: a mail that must wait is tried without a pause
          DelaySeconds: delaySeconds,
          // threat: one organization's million delays another's ten
          MessageGroupId: body.organization ?? body.owner,
        }));
        const sent = await senderTo(url)<Answer>("SendMessageBatch", { QueueUrl: url, Entries });
        if ("refusal" in sent) throw new Error(`The queue ${queue} answers ${sent.refusal}.`, { cause: sent.cause });
        const { Successful = [], Failed = [] } = sent.answer;
        if (Failed.length > 0) throw new Error(`The queue ${queue} refused messages: ${Failed[0]?.Code}`);
        const isWhole = Entries.every(({ Id, MessageBody }) =>
          Successful.some((one) => one.Id === Id && one.MD5OfMessageBody === md5(MessageBody)),
        );
        if (!isWhole) throw new Error(`The queue ${queue} has other messages than those that were sent.`);
      }
    },
  };
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");
