import { requestLimits } from "@muster/core/limit/limits.ts";
import { RemovalPolicy } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

// Shapes

export type GatewayProps = {
  deployment: Deployment;
};

// Functions

/**
 * The HTTP API with its stage, still without routes: the site depends on it, the API function needs the site's address,
 * and so the API stack adds its route afterwards.
 */
export class Gateway extends Construct {
  readonly api: apigatewayv2.HttpApi;
  readonly stage: apigatewayv2.HttpStage;

  constructor(scope: Construct, id: string, { deployment }: GatewayProps) {
    super(scope, id);
    const accessLog = new logs.LogGroup(this, "AccessLog", {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: deployment.config.protect ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.api = new apigatewayv2.HttpApi(this, "Api", {
      apiName: resourceName(deployment),
      createDefaultStage: false,
    });
    this.stage = this.api.addStage("Stage", {
      stageName: "$default",
      autoDeploy: true,
      throttle: {
        rateLimit: requestLimits.gatewayPerSecond.value,
        burstLimit: requestLimits.gatewayAtOnce.value,
      },
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(accessLog),
        format: accessLogFormat(),
      },
    });
  }
}

/** No address, query or header of the caller, and no path, which may have a token: CloudFront's log has the others. */
function accessLogFormat(): apigateway.AccessLogFormat {
  return apigateway.AccessLogFormat.custom(
    JSON.stringify({
      requestId: "$context.requestId",
      at: "$context.requestTime",
      method: "$context.httpMethod",
      route: "$context.routeKey",
      status: "$context.status",
      bytes: "$context.responseLength",
      milliseconds: "$context.responseLatency",
      error: "$context.integrationErrorMessage",
    }),
  );
}
