import { deadLetterDays } from "@muster/functions/queue/limits.ts";
import { Duration } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";
import { justify } from "./justify.ts";

// Shapes

export type DeadLettersProps = {
  deployment: Deployment;
  /** The consumer: `mail` becomes the queue `prod-muster-mail-dead`. */
  of: string;
};

// Functions

/** A queue in which a consumer's unhandled messages wait for a person. */
export class DeadLetters extends sqs.Queue {
  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id, {
      queueName: resourceName(props.deployment, `${props.of}-dead`),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(deadLetterDays),
    });
    justify(this, "SQS3", "It is itself the end of the line: an alarm watches it and a person redrives it.");
  }
}
