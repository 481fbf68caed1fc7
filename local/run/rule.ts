import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { CreatedEvent } from "@muster/local-bucket/event.ts";
import { matchesAny, type Pattern } from "../stream/filter.ts";

/** A rule of EventBridge whose target is a queue. */
export type Rule = {
  pattern: Pattern;
  queueUrl: string;
};

/**
 * Sends every event to the queues of the rules that it matches.
 * @throws if a queue did not accept it
 */
export function openRules(rules: readonly Rule[], client: SQSClient): (event: CreatedEvent) => Promise<void> {
  return async (event) => {
    for (const { pattern, queueUrl } of rules) {
      if (!matchesAny(event, [pattern])) continue;
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
    }
  };
}
