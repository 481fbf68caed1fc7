import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import type { Construct } from "constructs";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { justify } from "./justify.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";
import { readAndWrite } from "./table-access.ts";

const every = Duration.minutes(5);
const flexibleWindow = Duration.minutes(2);
/** Enough to catch up after an outage, and over before the next run is due. */
const patience = Duration.minutes(4);

// Shapes

export interface ScheduleStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  environment: Record<string, string>;
}

// Functions

/** The clock: one run at a time for whatever is due. */
export class ScheduleStack extends Stack {
  readonly clock: LambdaFunction;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: ScheduleStackProps) {
    super(scope, id, props);
    const { data, deployment, queues } = props;
    this.deadLetters = new DeadLetters(this, "ClockDeadLetters", { deployment, of: "clock" });
    this.clock = new LambdaFunction(this, "Clock", {
      deployment,
      name: "clock",
      environment: props.environment,
      timeout: patience,
      reservedConcurrentExecutions: 1,
      failures: this.deadLetters,
    });
    this.clock.allow(readAndWrite, [data.table.tableArn]);
    this.clock.allow(["dynamodb:Query"], [data.indexArn]);
    this.clock.allow(["sqs:SendMessage"], [queues.work.queueArn, queues.imports.queueArn]);

    new scheduler.Schedule(this, "Sweep", {
      scheduleName: resourceName(deployment, "sweep"),
      schedule: scheduler.ScheduleExpression.rate(every),
      timeWindow: scheduler.TimeWindow.flexible(flexibleWindow),
      target: new LambdaInvoke(this.clock, {
        input: scheduler.ScheduleTargetInput.fromObject({ job: "sweep" }),
        deadLetterQueue: this.deadLetters,
        retryAttempts: 3,
        maxEventAge: every,
      }),
    });
    this.justifySchedulerRole();
  }

  private justifySchedulerRole(): void {
    for (const child of this.node.children) {
      if (child.node.id.startsWith("SchedulerRoleForTarget")) {
        justify(child, "IAM5", "The scheduler may invoke every version of this one function, as CDK grants it.");
      }
    }
  }
}
