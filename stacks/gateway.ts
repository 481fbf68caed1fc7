import { limitOf, type RequestLimitName } from "@muster/core/rate/limits.ts";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type Deployment, removalPolicyOf, resourceName } from "./deployment.ts";

// Shapes

export type GatewayProps = {
  deployment: Deployment;
};

// Functions

/**
 * The HTTP API, still without routes: the site depends on it, the API function needs the site's address, and so the API
 * stack adds its routes afterwards, and then the stage.
 */
export class Gateway extends Construct {
  readonly api: apigatewayv2.HttpApi;

  constructor(scope: Construct, id: string, { deployment }: GatewayProps) {
    super(scope, id);
    this.api = new apigatewayv2.HttpApi(this, "Api", {
      apiName: resourceName(deployment),
      createDefaultStage: false,
    });
  }
}

/** A route with a limit of its own, in requests a second. */
export type LimitedRoute = { key: string; route: apigatewayv2.HttpRoute; limit?: RequestLimitName };

/** The stage with the limits of everybody, and of single routes, which must exist before it names them. */
export function createStage(
  scope: Construct,
  { deployment, httpApi, routes }: GatewayProps & { httpApi: apigatewayv2.IHttpApi; routes: readonly LimitedRoute[] },
): apigatewayv2.HttpStage {
  const { config } = deployment;
  const accessLog = new logs.LogGroup(scope, "AccessLog", {
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: removalPolicyOf(deployment),
  });
  const stage = new apigatewayv2.HttpStage(scope, "Stage", {
    httpApi,
    stageName: "$default",
    autoDeploy: true,
    throttle: {
      // threat: an operator's limit of the gateway is ignored
      rateLimit: limitOf("gatewayPerSecond", config.limits),
      burstLimit: limitOf("gatewayAtOnce", config.limits),
    },
    accessLogSettings: {
      destination: new apigatewayv2.LogGroupLogDestination(accessLog),
      format: accessLogFormat(),
    },
  });
  const settings = routes.flatMap(({ key, limit }) => {
    if (!limit) return [];
    const perSecond = limitOf(limit, config.limits);
    return [[key, { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: 2 * perSecond }] as const];
  });
  const { defaultChild } = stage.node;
  if (!(defaultChild instanceof apigatewayv2.CfnStage)) throw new Error("The stage has no template.");
  defaultChild.routeSettings = Object.fromEntries(settings);
  // threat: a deployment fails because its stage names routes that are not there yet
  stage.node.addDependency(...routes.map(({ route }) => route));
  return stage;
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
