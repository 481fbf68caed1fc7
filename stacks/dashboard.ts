import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { AlarmsStackProps } from "./alarms.ts";
import { resourceName } from "./deployment.ts";

const width = 12;
const period = Duration.minutes(5);

/** One page: is the API well, are functions failing, is anything waiting or dead. */
export function createDashboard(scope: Construct, props: AlarmsStackProps): void {
  const { deadLetters, functions, gateway, queues, streamConsumers } = props;
  const { stage } = gateway;
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
