import { maxReceiveCountOfImports } from "@muster/functions/queue/limits.ts";
import { uploaded } from "@muster/functions/rules.ts";
import { Duration } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { bucketName } from "./bucket-name.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";

const deliveryTries = 10;
const deliveryPatience = Duration.hours(6);

// Shapes

export type UploadsProps = {
  deployment: Deployment;
  /** The timeout of the function that processes them. */
  timeout: Duration;
};

// Functions

/** The queue of uploaded CSV files, filled by a rule of EventBridge. */
export class Uploads extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, { deployment, timeout }: UploadsProps) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, "ImportsDeadLetters", { deployment, of: "imports" });
    this.queue = new sqs.Queue(this, "Imports", {
      queueName: resourceName(deployment, "imports"),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceiveCountOfImports },
    });
    const { source, "detail-type": detailType, detail } = uploaded(bucketName(deployment));
    new events.Rule(this, "Uploaded", {
      ruleName: resourceName(deployment, "uploaded"),
      eventPattern: { source, detailType, detail },
      targets: [
        new targets.SqsQueue(this.queue, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: deliveryTries,
          maxEventAge: deliveryPatience,
        }),
      ],
    });
  }
}
