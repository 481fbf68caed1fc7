import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import type { Construct } from "constructs";
import { countLogMessages } from "./count-log-messages.ts";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { Deployment, FunctionName } from "./deployment.ts";
import { justify } from "./justify.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";
import type { SiteStack } from "./site.ts";

/** Relative to the site's address; a route of its own, beside those of the API. */
export const webhookPath = "/api/webhooks/stripe";

// Shapes

export type BillingStackProps = {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  site: SiteStack;
  environment: Record<string, string>;
} & StackProps;

// Functions

/** The two entry points for Stripe's events: a webhook, and EventBridge if the operator wants it. */
export class BillingStack extends Stack {
  readonly webhook: LambdaFunction;
  readonly bus: LambdaFunction;
  readonly deadLetters: DeadLetters;
  readonly webhooksRefused: cloudwatch.Metric;
  private readonly props: BillingStackProps;

  constructor(scope: Construct, id: string, props: BillingStackProps) {
    super(scope, id, props);
    this.props = props;
    const { deployment } = props;
    this.deadLetters = new DeadLetters(this, "StripeBusDeadLetters", { deployment, of: "stripe-bus" });
    this.webhook = this.createDoor("Stripe", "stripe");
    this.webhook.readSecrets(props.data.stripeSecrets);
    this.bus = this.createDoor("StripeBus", "stripe-bus", this.deadLetters);
    this.route(props.site);
    const { eventSource } = deployment.config.billing;
    if (eventSource !== undefined) this.listen(eventSource);
    this.webhooksRefused = countLogMessages(
      this,
      deployment,
      "WebhooksRefused",
      [this.webhook],
      ['$.message = "A webhook was refused: its signature is missing, wrong or too old."'],
    );
  }

  /** It marks an organization and queues reconciliation; the content is never trusted, so it need not read. */
  private createDoor(id: string, name: FunctionName, failures?: DeadLetters): LambdaFunction {
    const { data, deployment, environment, queues } = this.props;
    const door = new LambdaFunction(this, id, {
      deployment,
      name,
      environment,
      timeout: Duration.seconds(10),
      ...(failures && { failures }),
    });
    door.allow(["dynamodb:UpdateItem"], [data.table.tableArn]);
    door.allow(["sqs:SendMessage"], [queues.work.queueArn]);
    return door;
  }

  private route(site: SiteStack): void {
    const route = new HttpRoute(this, "Route", {
      httpApi: HttpApi.fromHttpApiAttributes(this, "Gateway", { httpApiId: site.gateway.api.apiId }),
      routeKey: HttpRouteKey.with(webhookPath, HttpMethod.POST),
      integration: new HttpLambdaIntegration("Integration", this.webhook.live),
    });
    justify(route, "APIG4", "Stripe signs what it sends, and the function checks that before anything else.");
  }

  /** Stripe's own event source in this account must be associated with a bus of the same name. */
  private listen(eventSourceName: string): void {
    const bus = new events.EventBus(this, "Bus", { eventSourceName });
    new events.Rule(this, "BusRule", {
      eventBus: bus,
      eventPattern: { source: [eventSourceName] },
      targets: [
        new targets.LambdaFunction(this.bus.live, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 10,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
  }
}
