import { maxReceiveCount, workTimeoutSeconds } from "@muster/functions/queue/limits.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { Uploads } from "./uploads.ts";

/** The time that a worker may take; its queue hides a message six times as long, as AWS advises. */
export const workerTimeout = Duration.seconds(30);
export const workTimeout = Duration.seconds(workTimeoutSeconds);
/** A chunk of an import may take longer; the rest is queued again. */
export const importsTimeout = Duration.seconds(60);
const retention = Duration.days(4);
/** A million mails take 20 hours at 14 per second, and 12 days at one. */
const bulkRetention = Duration.days(14);

// Shapes

export type QueuesStackProps = {
  deployment: Deployment;
} & StackProps;

// Functions

/**
 * Jobs (`work`), uploads and their imports (`imports`), and mails: codes (`codes`), for which people wait, those of
 * imports (`bulk`), and all others (`mail`); and checks of API keys (`checks`). Messages name their group, which makes these queues fair ones.
 */
export class QueuesStack extends Stack {
  readonly work: sqs.Queue;
  readonly mail: sqs.Queue;
  readonly codes: sqs.Queue;
  readonly bulk: sqs.Queue;
  readonly imports: sqs.Queue;
  readonly checks: sqs.Queue;
  readonly deadLetters: DeadLetters[];

  constructor(scope: Construct, id: string, props: QueuesStackProps) {
    super(scope, id, props);
    const { deployment } = props;
    const workDeadLetters = new DeadLetters(this, "WorkDeadLetters", { deployment, of: "work" });
    const mailDeadLetters = new DeadLetters(this, "MailDeadLetters", { deployment, of: "mail" });
    const codesDeadLetters = new DeadLetters(this, "CodesDeadLetters", { deployment, of: "codes" });
    const uploads = new Uploads(this, "Uploads", { deployment, timeout: importsTimeout });
    this.imports = uploads.queue;
    const bulkDeadLetters = new DeadLetters(this, "BulkDeadLetters", { deployment, of: "bulk" });
    const checksDeadLetters = new DeadLetters(this, "ChecksDeadLetters", { deployment, of: "checks" });
    this.deadLetters = [
      workDeadLetters,
      mailDeadLetters,
      codesDeadLetters,
      bulkDeadLetters,
      checksDeadLetters,
      uploads.deadLetters,
    ];
    this.work = this.createQueue("Work", resourceName(deployment, "work"), workDeadLetters, { timeout: workTimeout });
    this.mail = this.createQueue("Mail", resourceName(deployment, "mail"), mailDeadLetters);
    this.codes = this.createQueue("Codes", resourceName(deployment, "codes"), codesDeadLetters);
    this.bulk = this.createQueue("Bulk", resourceName(deployment, "bulk"), bulkDeadLetters, {
      retentionPeriod: bulkRetention,
    });
    this.checks = this.createQueue("Checks", resourceName(deployment, "checks"), checksDeadLetters);
  }

  private createQueue(
    id: string,
    queueName: string,
    deadLetters: DeadLetters,
    { retentionPeriod = retention, timeout = workerTimeout } = {},
  ): sqs.Queue {
    return new sqs.Queue(this, id, {
      queueName,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod,
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
  }
}
