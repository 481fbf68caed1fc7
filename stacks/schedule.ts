import { type Job, schedules, timeoutMinutes } from "@muster/functions/schedule/schedules.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { Construct } from "constructs";
import { countLogMessages } from "./count-log-messages.ts";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { justify } from "./justify.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";
import { readAndWrite } from "./table-access.ts";

/** One that finds the clock running waits for it, and the next one makes up for a lost one. */
const resources: Record<Job, { id: string; flexibleMinutes: number }> = {
  sweep: { id: "Sweep", flexibleMinutes: 2 },
  hour: { id: "Hour", flexibleMinutes: 10 },
  day: { id: "Day", flexibleMinutes: 30 },
};

// Shapes

export type ScheduleStackProps = {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  environment: Record<string, string>;
} & StackProps;

/** In organizations, except `oldestSeconds` and `stopped`, the number of sweeps that stopped. */
export type PaymentMetrics = Record<
  "checked" | "repaired" | "waiting" | "attention" | "oldestSeconds" | "compared" | "differ" | "stopped",
  cloudwatch.Metric
>;

// Functions

/** The clock: one run at a time for whatever is due. */
export class ScheduleStack extends Stack {
  readonly clock: LambdaFunction;
  readonly deadLetters: DeadLetters;
  readonly payments: PaymentMetrics;
  /** Ticks at which Stripe's configuration was missing or malformed. */
  readonly stripeUnusable: cloudwatch.Metric;
  /** Looks for due digests that a clock far ahead has made repeat all days. */
  readonly digestsRepeated: cloudwatch.Metric;
  /** Parts that have stopped, at each look for them. */
  readonly partsStopped: cloudwatch.Metric;
  private readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: ScheduleStackProps) {
    super(scope, id, props);
    const { data, deployment, queues } = props;
    this.deployment = deployment;
    this.deadLetters = new DeadLetters(this, "ClockDeadLetters", { deployment, of: "clock" });
    this.clock = new LambdaFunction(this, "Clock", {
      deployment,
      name: "clock",
      environment: props.environment,
      timeout: Duration.minutes(timeoutMinutes),
      reservedConcurrentExecutions: 1,
      failures: this.deadLetters,
    });
    this.clock.allow(readAndWrite, [data.table.tableArn]);
    this.clock.allow(["dynamodb:Query"], [data.indexArn]);
    this.clock.readSecrets(data.stripeSecrets);
    // it wraps data keys anew, which shows none of them
    this.clock.allow(["dynamodb:Query", "dynamodb:UpdateItem"], [data.keys.tableArn]);
    this.clock.allow(
      ["kms:GetKeyRotationStatus", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:RotateKeyOnDemand"],
      [data.wrappingKey.keyArn],
    );
    this.clock.allow(["sqs:SendMessage"], [queues.work.queueArn, queues.imports.queueArn]);

    for (const { job, everyMinutes } of schedules) {
      const { id, flexibleMinutes } = resources[job];
      const every = Duration.minutes(everyMinutes);
      new scheduler.Schedule(this, id, {
        scheduleName: resourceName(deployment, job),
        schedule: scheduler.ScheduleExpression.rate(every),
        timeWindow: scheduler.TimeWindow.flexible(Duration.minutes(flexibleMinutes)),
        target: new LambdaInvoke(this.clock.live, {
          input: scheduler.ScheduleTargetInput.fromObject({ job }),
          deadLetterQueue: this.deadLetters,
          retryAttempts: 3,
          maxEventAge: every,
        }),
      });
    }
    this.justifySchedulerRole();
    this.payments = this.measurePayments();
    this.stripeUnusable = countLogMessages(
      this,
      deployment,
      "StripeUnusable",
      [this.clock],
      ['$.message = "Stripe cannot be used."'],
    );
    this.digestsRepeated = countLogMessages(
      this,
      deployment,
      "DigestsRepeated",
      [this.clock],
      ['$.message = "A job of the clock ran."', '$.job = "digests"', "$.isRepeated IS TRUE"],
    );
    this.partsStopped = countLogMessages(
      this,
      deployment,
      "PartsStopped",
      [this.clock],
      ['$.message = "A part of the deployment has stopped."'],
    );
  }

  /** Counts what billing sweeps log when they have run, and that the breaker is tripped. */
  private measurePayments(): PaymentMetrics {
    const measure = (name: string, conditions: string[], value?: string) =>
      countLogMessages(this, this.deployment, name, [this.clock], conditions, value);
    const ran = (job: string) => ['$.message = "A job of the clock ran."', `$.job = "${job}"`];
    const stopped = ['$.message = "A job of the clock ran."', "$.tripped IS TRUE"];
    return {
      checked: measure("PaymentsChecked", ran("billing"), "$.checked"),
      repaired: measure("PaymentsRepaired", ran("billing"), "$.repaired"),
      waiting: measure("PaymentsWaiting", ran("billing"), "$.waiting"),
      attention: measure("PaymentsAttention", ran("billing"), "$.attention"),
      oldestSeconds: measure("PaymentsOldestSeconds", ran("billing"), "$.oldestSeconds"),
      compared: measure("PaymentsCompared", ran("compare"), "$.checked"),
      differ: measure("PaymentsDiffer", ran("compare"), "$.differ"),
      stopped: measure("PaymentsStopped", stopped),
    };
  }

  private justifySchedulerRole(): void {
    for (const child of this.node.children) {
      if (child.node.id.startsWith("SchedulerRoleForTarget")) {
        justify(child, "IAM5", "The scheduler may invoke every version of this one function, as CDK grants it.");
      }
    }
  }
}
