import type { RequestLimitName } from "@muster/core/rate/limits.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { HttpApi, HttpMethod, HttpRoute, HttpRouteKey, type HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import type { DataStack } from "./data.ts";
import type { Deployment } from "./deployment.ts";
import { createStage, type LimitedRoute } from "./gateway.ts";
import { justify } from "./justify.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";
import type { SiteStack } from "./site.ts";
import type { StorageStack } from "./storage.ts";
import { readAndWrite } from "./table-access.ts";

// Shapes

export type ApiStackProps = {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  site: SiteStack;
  storage: StorageStack;
  environment: Record<string, string>;
} & StackProps;

// Functions

/**
 * The API function behind every path below `/api/`, except what devices ask for and what is signed, and the ways to sign
 * in beside an emailed code: these have functions of their own.
 */
export class ApiStack extends Stack {
  readonly api: LambdaFunction;
  readonly sync: LambdaFunction;
  readonly identity: LambdaFunction;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { data, queues, site, storage } = props;
    this.api = new LambdaFunction(this, "Api", {
      deployment: props.deployment,
      name: "api",
      environment: props.environment,
      memorySize: 1024,
      // a change of seats calls Stripe several times, and waits for it
      timeout: Duration.seconds(28),
    });
    // A batch of deletions ends all sessions of an account.
    this.api.allow([...readAndWrite, "dynamodb:BatchWriteItem"], [data.table.tableArn]);
    this.api.allow(["dynamodb:Query"], [data.indexArn]);
    // it seals secrets by data keys that it makes, and cannot open one
    this.api.allow(["dynamodb:PutItem", "dynamodb:DeleteItem"], [data.keys.tableArn]);
    this.api.allow(["kms:GenerateDataKey"], [data.wrappingKey.keyArn]);
    this.api.allow(
      ["sqs:SendMessage"],
      [queues.checks.queueArn, queues.codes.queueArn, queues.imports.queueArn, queues.work.queueArn],
    );
    storage.allowUploads(this.api);
    storage.allowDownloads(this.api);
    this.api.readSecrets(data.secrets, data.stripeSecrets);

    this.sync = this.createSync(props);
    this.identity = this.createIdentity(props);

    const httpApi = HttpApi.fromHttpApiAttributes(this, "Gateway", { httpApiId: site.gateway.api.apiId });
    const route = (id: string, key: string, to: LambdaFunction, limit?: RequestLimitName): LimitedRoute => {
      const [method, path = ""] = key.split(" ");
      const routeKey = HttpRouteKey.with(path, method === "POST" ? HttpMethod.POST : HttpMethod.ANY);
      const integration = new HttpLambdaIntegration(`${id === "Route" ? "" : id}Integration`, to.live);
      const added = new HttpRoute(this, id, { httpApi, routeKey, integration });
      justify(
        added,
        "APIG4",
        "The API checks the credential on every request itself, in one read with the membership.",
      );
      return { key, route: added, ...(limit && { limit }) };
    };
    const organization = "/api/v1/organizations/{organization}";
    const routes = [
      route("Route", "ANY /api/{proxy+}", this.api),
      // threat: devices leave people nothing of the gateway
      route("Sync", "ANY /api/v1/sync", this.sync, "devicesPerSecond"),
      route("SyncParts", "ANY /api/v1/sync/{proxy+}", this.sync, "devicesPerSecond"),
      route(
        "Certificate",
        `ANY ${organization}/departures/{departure}/certificate`,
        this.sync,
        "certificatesPerSecond",
      ),
      route("Passkeys", "ANY /api/v1/passkeys", this.identity),
      route("PasskeyParts", "ANY /api/v1/passkeys/{proxy+}", this.identity),
      route("Review", `POST ${organization}/invitations/review`, this.api, "reviewsPerSecond"),
    ];
    this.stage = createStage(this, { deployment: props.deployment, httpApi, routes });
  }

  /** The only function with the libraries of passkeys, which would slow each start of the API. */
  private createIdentity({ data, deployment, environment }: ApiStackProps): LambdaFunction {
    const identity = new LambdaFunction(this, "IdentityFunction", {
      deployment,
      name: "identity",
      environment,
      memorySize: 1024,
      timeout: Duration.seconds(10),
    });
    identity.allow(readAndWrite, [data.table.tableArn]);
    identity.readSecrets(data.secrets);
    return identity;
  }

  /** The only function that signs documents. It opens API keys, and seals them to the devices that may have them. */
  private createSync({ data, deployment, environment, queues }: ApiStackProps): LambdaFunction {
    const sync = new LambdaFunction(this, "SyncFunction", {
      deployment,
      name: "sync",
      environment,
      memorySize: 1024,
      timeout: Duration.seconds(29),
    });
    sync.allow([...readAndWrite, "dynamodb:BatchWriteItem"], [data.table.tableArn]);
    sync.allow(["dynamodb:GetItem"], [data.keys.tableArn]);
    sync.allow(["kms:Decrypt"], [data.wrappingKey.keyArn]);
    const { signingKeyArns } = deployment.config.sync;
    sync.allow(["kms:Sign", "kms:GetPublicKey"], [data.signingKey.keyArn, ...signingKeyArns]);
    sync.readSecrets(data.secrets);
    // receipts may be the reason for a rollout to go on, or to halt
    sync.allow(["sqs:SendMessage"], [queues.work.queueArn]);
    return sync;
  }
}
