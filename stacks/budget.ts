import * as budgets from "aws-cdk-lib/aws-budgets";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

/** Warns at 80 % of the month's budget, and when the forecast exceeds it. It covers the whole account. */
export function createBudget(scope: Construct, deployment: Deployment, topic: sns.ITopic): void {
  const subscribers = [{ subscriptionType: "SNS", address: topic.topicArn }];
  const budget = new budgets.CfnBudget(scope, "Budget", {
    budget: {
      budgetName: resourceName(deployment),
      budgetType: "COST",
      timeUnit: "MONTHLY",
      budgetLimit: { amount: deployment.config.monthlyBudgetDollars, unit: "USD" },
    },
    notificationsWithSubscribers: [
      { notification: notification("ACTUAL", 80), subscribers },
      { notification: notification("FORECASTED", 100), subscribers },
    ],
  });
  budget.node.addDependency(topic);
}

function notification(notificationType: string, threshold: number): budgets.CfnBudget.NotificationProperty {
  return { notificationType, threshold, thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" };
}
