import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

/**
 * A metric from the logs of functions: how often a line meets the conditions, or the number in it.
 * @param conditions of CloudWatch's filter patterns, all of which must hold
 */
export function countLogMessages(
  scope: Construct,
  deployment: Deployment,
  metricName: string,
  functions: readonly { logGroup: logs.ILogGroup }[],
  conditions: readonly string[],
  metricValue = "1",
): cloudwatch.Metric {
  const metricNamespace = resourceName(deployment);
  for (const [i, { logGroup }] of functions.entries()) {
    new logs.MetricFilter(scope, `${metricName}${i || ""}`, {
      logGroup,
      filterPattern: logs.FilterPattern.literal(`{ ${conditions.join(" && ")} }`),
      metricNamespace,
      metricName,
      metricValue,
    });
  }
  return new cloudwatch.Metric({ namespace: metricNamespace, metricName }).attachTo(scope);
}
