import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, type FunctionName, resourceName } from "./deployment.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { MailStack } from "./mail.ts";
import { importsTimeout, type QueuesStack, workerTimeout } from "./queues.ts";
import type { StorageStack } from "./storage.ts";
import { readAndWrite } from "./table-access.ts";

const followFilters = [{ eventName: ["INSERT"], dynamodb: { NewImage: { stream: { S: ["out", "log"] } } } }];
const viewFilters = [
  { dynamodb: { NewImage: { stream: { S: ["view"] } } } },
  { eventName: ["REMOVE"], dynamodb: { OldImage: { stream: { S: ["view"] } } } },
];

/** Of each queue: one sends while the other receives, and no more mails wait in both than leave in time. */
const mailConcurrency = 2;
const workConcurrency = 10;
/** Imports of so many organizations run at once; those of one run one after the other. */
const importsConcurrency = 10;
/** At this size a function has a processor of its own. */
const importsMemory = 1769;

// Shapes

export interface WorkersStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  mail: MailStack;
  storage: StorageStack;
  environment: Record<string, string>;
}

// Functions

/** The two consumers of the table's stream and the three of the queues; one of these has the mails and the codes. */
export class WorkersStack extends Stack {
  readonly follow: LambdaFunction;
  readonly view: LambdaFunction;
  readonly work: LambdaFunction;
  readonly mail: LambdaFunction;
  readonly imports: LambdaFunction;
  readonly codesPostponed: cloudwatch.Metric;
  readonly deadLetters: DeadLetters[];
  private readonly props: WorkersStackProps;

  constructor(scope: Construct, id: string, props: WorkersStackProps) {
    super(scope, id, props);
    this.props = props;
    const { deployment } = props;
    const followDeadLetters = new DeadLetters(this, "FollowDeadLetters", { deployment, of: "follow" });
    const viewDeadLetters = new DeadLetters(this, "ViewDeadLetters", { deployment, of: "view" });
    this.deadLetters = [followDeadLetters, viewDeadLetters];
    this.follow = this.createFollow(followDeadLetters);
    this.view = this.createView(viewDeadLetters);
    this.work = this.createWork();
    this.mail = this.createMail();
    this.imports = this.createImports();
    this.codesPostponed = this.countCodesPostponed();
  }

  private createFollow(deadLetters: DeadLetters): LambdaFunction {
    const { data, queues } = this.props;
    const follow = this.createFunction("Follow", "follow");
    follow.allow(readAndWrite, [data.table.tableArn]);
    follow.allow(["sqs:SendMessage"], [queues.work.queueArn]);
    this.readStream(follow, followFilters, deadLetters);
    return follow;
  }

  private createView(deadLetters: DeadLetters): LambdaFunction {
    const { data } = this.props;
    const view = this.createFunction("View", "view");
    view.allow(["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem"], [data.table.tableArn]);
    this.readStream(view, viewFilters, deadLetters);
    return view;
  }

  private createWork(): LambdaFunction {
    const { data, queues } = this.props;
    const work = this.createFunction("Work", "work");
    work.allow(readAndWrite, [data.table.tableArn]);
    work.allow(["dynamodb:Query"], [data.indexArn]);
    work.allow(["sqs:SendMessage"], [queues.work.queueArn, queues.mail.queueArn]);
    work.addEventSource(
      new SqsEventSource(queues.work, {
        batchSize: 10,
        reportBatchItemFailures: true,
        maxConcurrency: workConcurrency,
      }),
    );
    return work;
  }

  private createMail(): LambdaFunction {
    const { data, queues, mail: postOffice } = this.props;
    const mail = this.createFunction("Mail", "mail");
    mail.allow(
      [
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
      ],
      [data.table.tableArn],
    );
    mail.allow(["ses:SendRawEmail"], postOffice.sendingArns);
    mail.allow(["ses:GetSendQuota"], ["*"]);
    mail.allow(["secretsmanager:GetSecretValue"], [data.secrets.secretArn]);
    // a mail that must wait is sent back to its queue
    mail.allow(["sqs:SendMessage"], [queues.mail.queueArn, queues.codes.queueArn]);
    for (const queue of [queues.mail, queues.codes]) {
      const maxConcurrency = mailConcurrency;
      mail.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency }));
    }
    return mail;
  }

  private createImports(): LambdaFunction {
    const { data, deployment, environment, queues, storage } = this.props;
    const imports = new LambdaFunction(this, "Imports", {
      ...{ deployment, name: "imports", environment, timeout: importsTimeout, memorySize: importsMemory },
      wakesItself: true,
    });
    imports.allow(readAndWrite, [data.table.tableArn]);
    imports.allow(["sqs:SendMessage"], [queues.imports.queueArn]);
    imports.allow(["dynamodb:Query"], [data.indexArn]);
    storage.allowImports(imports);
    storage.allowErasing(imports);
    imports.addEventSource(
      new SqsEventSource(queues.imports, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: importsConcurrency,
      }),
    );
    return imports;
  }

  /** As functions/queue/mail.ts logs them. */
  private countCodesPostponed(): cloudwatch.Metric {
    const filter = new logs.MetricFilter(this, "CodesPostponed", {
      logGroup: this.mail.logGroup,
      filterPattern: logs.FilterPattern.literal('{ $.message = "A mail waits." && $.kind = "code" }'),
      metricNamespace: resourceName(this.props.deployment),
      metricName: "CodesPostponed",
    });
    return filter.metric();
  }

  private createFunction(id: string, name: FunctionName): LambdaFunction {
    const { deployment, environment } = this.props;
    return new LambdaFunction(this, id, {
      deployment,
      name,
      environment,
      timeout: workerTimeout,
    });
  }

  /** A record that fails ten times, or for a day, goes to the dead letters and no longer holds up its shard. */
  private readStream(consumer: LambdaFunction, patterns: object[], deadLetters: DeadLetters): void {
    consumer.addEventSource(
      new DynamoEventSource(this.props.data.table, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        filters: patterns.map((pattern) => lambda.FilterCriteria.filter({ ...pattern })),
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(0),
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 10,
        maxRecordAge: Duration.days(1),
        parallelizationFactor: 10,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
  }
}
