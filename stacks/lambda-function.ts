import path from "node:path";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as destinations from "aws-cdk-lib/aws-lambda-destinations";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { countLogMessages } from "./count-log-messages.ts";
import { type Deployment, describeResource, type FunctionName, removalPolicyOf, resourceName } from "./deployment.ts";
import { justify } from "./justify.ts";

/** The name of the alias that everything calls. */
export const liveAlias = "live";

// Shapes

export type LambdaFunctionProps = {
  deployment: Deployment;
  name: FunctionName;
  environment: Record<string, string>;
  timeout: Duration;
  memorySize?: number;
  /** Options of Node beside those that all functions have. */
  nodeOptions?: string;
  reservedConcurrentExecutions?: number;
  /** It sends to its own queue. Lambda would take that for a mistake after 16 messages, each sent for the one before. */
  wakesItself?: boolean;
  /** The destination of an asynchronous event that the function failed to handle. */
  failures?: sqs.IQueue;
};

/** A version or an alias of a function that has a role, as every function here. */
type WithRole<T> = T & { readonly role: iam.IRole };

// Functions

/**
 * One bundle as a function with its own role and log; it may do only what `allow` lists. Each deployment makes a version
 * of it, which stays. Whatever calls it calls the alias `live`, which names the version.
 */
export class LambdaFunction extends lambda.Function {
  readonly live: WithRole<lambda.Alias>;
  /** Stored rows that some function could not read whole: one metric, in which all functions count. */
  readonly unreadableRows: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    const { deployment, failures } = props;
    const logGroup = new logs.LogGroup(scope, `${id}Log`, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: removalPolicyOf(deployment),
    });
    const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);

    super(scope, id, {
      functionName: resourceName(deployment, props.name),
      description: describeResource(deployment, props.name),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(path.join(deployment.artifacts.functions, props.name)),
      handler: "index.handler",
      environment: { ...props.environment, NODE_OPTIONS: ["--enable-source-maps", props.nodeOptions].join(" ").trim() },
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      role,
      ...(props.reservedConcurrentExecutions !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      }),
      ...(props.wakesItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
      // threat: a rollback finds no version to go back to
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.live = new lambda.Alias(this, "Live", {
      aliasName: liveAlias,
      version: this.currentVersion as WithRole<lambda.Version>,
      ...(failures && {
        onFailure: new destinations.SqsDestination(failures),
        retryAttempts: 2,
        maxEventAge: Duration.hours(1),
      }),
    }) as WithRole<lambda.Alias>;
    this.unreadableRows = countLogMessages(
      this,
      deployment,
      "UnreadableRows",
      [this],
      // threat: no alarm counts stored rows that cannot be read
      ['$.message = "A stored row cannot be read whole."'],
    );
    justify(role, "IAM5", "X-Ray's two write actions and SES's quota name no resource.", ["Resource::*"]);
  }

  /** Has the source call the alias. It keeps its place in the template, so a mapping to the function itself moves. */
  override addEventSourceMapping(id: string, options: lambda.EventSourceMappingOptions): lambda.EventSourceMapping {
    return new lambda.EventSourceMapping(this, id, { target: this.live, ...options });
  }

  /** Lets the function read these secrets, and names them to it. */
  readSecrets(...secrets: secretsmanager.Secret[]): void {
    const arns = secrets.map(({ secretArn }) => secretArn);
    this.allow(["secretsmanager:GetSecretValue"], arns);
    this.addEnvironment("MUSTER_SECRETS_ARN", arns.join());
  }

  /** Lets the function do these actions on these ARNs, and nothing else. */
  allow(actions: string[], resources: string[]): void {
    this.addToRolePolicy(new iam.PolicyStatement({ actions, resources }));
  }
}
