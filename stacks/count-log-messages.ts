import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

/**
 * A metric from a function's log: how often a line meets the conditions, or the number in it.
 * @param conditions of CloudWatch's filter patterns, all of which must hold
 */
export function countLogMessages(
  scope: Construct,
  deployment: Deployment,
  metricName: string,
  { logGroup }: { logGroup: logs.ILogGroup },
  conditions: readonly string[],
  metricValue = "1",
): cloudwatch.Metric {
  const filter = new logs.MetricFilter(scope, metricName, {
    logGroup,
    filterPattern: logs.FilterPattern.literal(`{ ${conditions.join(" && ")} }`),
    metricNamespace: resourceName(deployment),
    metricName,
    metricValue,
  });
  return filter.metric();
}
