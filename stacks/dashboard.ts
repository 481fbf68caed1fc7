import { Duration } from "aws-cdk-lib";
import type { HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";
import type { PaymentMetrics } from "./schedule.ts";

const width = 12;
const period = Duration.minutes(5);

export type DashboardProps = {
  deployment: Deployment;
  functions: LambdaFunction[];
  streamConsumers: LambdaFunction[];
  queues: QueuesStack;
  payments: PaymentMetrics;
  deadLetters: DeadLetters[];
  stage: HttpStage;
};

/** One page: the API's health, failing functions, waiting and dead messages, and whether payments agree. */
export function createDashboard(scope: Construct, props: DashboardProps): void {
  const { deadLetters, functions, payments, queues, stage, streamConsumers } = props;
  const highest = { period, statistic: "Maximum" };
  new cloudwatch.Dashboard(scope, "Dashboard", {
    dashboardName: resourceName(props.deployment),
    widgets: [
      [
        graph("Requests and faults", [
          stage.metricCount({ period }),
          stage.metricClientError({ period }),
          stage.metricServerError({ period }),
        ]),
        graph("Latency of the API", [
          stage.metricLatency({ period, statistic: "p50" }),
          stage.metricLatency({ period, statistic: "p99" }),
        ]),
      ],
      [
        graph(
          "Faults of functions",
          functions.map((each) => each.metricErrors({ period })),
        ),
        graph(
          "Lag of the stream",
          streamConsumers.map((each) => each.metric("IteratorAge", { period, statistic: "Maximum" })),
        ),
      ],
      [
        graph("Messages waiting", [
          queues.work.metricApproximateNumberOfMessagesVisible({ period }),
          queues.mail.metricApproximateNumberOfMessagesVisible({ period }),
          queues.codes.metricApproximateNumberOfMessagesVisible({ period }),
          queues.bulk.metricApproximateNumberOfMessagesVisible({ period }),
        ]),
        graph(
          "Dead letters",
          deadLetters.map((each) => each.metricApproximateNumberOfMessagesVisible({ period })),
        ),
      ],
      [
        graph("Payments: checked, repaired, waiting, needing attention", [
          payments.checked.with({ period, statistic: "Sum" }),
          payments.repaired.with({ period, statistic: "Sum" }),
          payments.waiting.with(highest),
          payments.attention.with(highest),
        ]),
        graph("Payments: compared, differing, the oldest waiting one in seconds", [
          payments.compared.with(highest),
          payments.differ.with(highest),
          payments.oldestSeconds.with(highest),
        ]),
      ],
    ],
  });
}

/** CDK types its widgets with `| undefined` where `IWidget` has optional properties, so the four others are named. */
function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.IWidget {
  const widget = new cloudwatch.GraphWidget({ title, left, width });
  return {
    width: widget.width,
    height: widget.height,
    position: (x, y) => widget.position(x, y),
    toJson: () => widget.toJson(),
  };
}
