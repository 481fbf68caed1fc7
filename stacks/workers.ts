import { filters } from "@muster/functions/stream/filters.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Construct } from "constructs";
import { countLogMessages } from "./count-log-messages.ts";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { Deployment, FunctionName } from "./deployment.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { MailStack } from "./mail.ts";
import { importsTimeout, type QueuesStack, workerTimeout, workTimeout } from "./queues.ts";
import type { StorageStack } from "./storage.ts";
import { readAndWrite } from "./table-access.ts";

/** One sends while the other receives, and no more codes wait in both than can leave in time. */
const codesConcurrency = 2;
/** At a low rate each sends one mail after the other, about seven a second. */
const mailConcurrency = 4;
const workConcurrency = 10;
/** Imports of so many organizations run at once; those of one organization run one after the other. */
const importsConcurrency = 10;
/** At this size a function has a full processor. */
const importsMemory = 1769;
/** Rows are short-lived: a small young generation is collected often and cheaply, and memory stays flat. */
const importsNodeOptions = "--max-semi-space-size=1";
/**
 * One takes the next message while the others use the rate; another organization finds a free one soon. Each sends 100
 * a second and more.
 */
const bulkConcurrency = 5;
const bulkMemory = 1024;
/** One check waits up to 8 seconds for its provider. */
const checksConcurrency = 5;

// Shapes

export type WorkersStackProps = {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  mail: MailStack;
  storage: StorageStack;
  environment: Record<string, string>;
} & StackProps;

/** Metrics from the logs of those that send. Ages are of emails that wait, in seconds. */
export type MailMetrics = {
  /** Codes that were sent back to their queue: the provider accepts no mail, or the budget is spent. */
  codesPostponed: cloudwatch.Metric;
  /**
   * Bulk mails that wait because the account's quota of 24 hours is used up: not a fault, but somebody may request a
   * higher one from AWS.
   */
  quotaReached: cloudwatch.Metric;
  /** Attempts that SES did not accept: it is down, throttles, or does not answer. */
  notAccepted: cloudwatch.Metric;
  oldestCode: cloudwatch.Metric;
  /** Of all that wait for SES and are neither codes nor of imports. */
  oldestEmail: cloudwatch.Metric;
  /** Of imports that wait for SES, unless for its quota of 24 hours. */
  oldestImportEmail: cloudwatch.Metric;
};

// Functions

/** The two consumers of the table's stream and the five of the queues; one of these has the mails and the codes. */
export class WorkersStack extends Stack {
  readonly follow: LambdaFunction;
  readonly view: LambdaFunction;
  readonly work: LambdaFunction;
  readonly mail: LambdaFunction;
  readonly imports: LambdaFunction;
  readonly bulk: LambdaFunction;
  readonly checks: LambdaFunction;
  readonly mails: MailMetrics;
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
    this.bulk = this.createBulk();
    this.checks = this.createChecks();
    this.mails = this.countMails();
  }

  private countMails(): MailMetrics {
    const count = (name: string, functions: LambdaFunction[], conditions: string[], value?: string) =>
      countLogMessages(this, this.props.deployment, name, functions, conditions, value);
    const isWaiting = '$.message = "A mail waits."';
    const age = "$.ageSeconds";
    const isLacking = '$.lack = "*"';
    return {
      codesPostponed: count("CodesPostponed", [this.mail], [isWaiting, '$.kind = "code"']),
      quotaReached: count(
        "QuotaReached",
        [this.bulk],
        ['$.message = "Bulk mails wait: the quota of 24 hours is used up."'],
      ),
      notAccepted: count("EmailsNotAccepted", [this.mail, this.bulk], ['$.message = "An email was not accepted."']),
      oldestCode: count("OldestCodeSeconds", [this.mail], [isWaiting, '$.kind = "code"'], age),
      oldestEmail: count("OldestEmailSeconds", [this.mail], [isWaiting, '$.kind != "code"', isLacking], age),
      oldestImportEmail: count("OldestImportEmailSeconds", [this.bulk], [isWaiting], age),
    };
  }

  private createFollow(deadLetters: DeadLetters): LambdaFunction {
    const { data, queues } = this.props;
    const follow = this.createFunction("Follow", "follow");
    follow.allow(readAndWrite, [data.table.tableArn]);
    follow.allow(["sqs:SendMessage"], [queues.work.queueArn]);
    this.readStream(follow, filters.follow, deadLetters);
    return follow;
  }

  private createView(deadLetters: DeadLetters): LambdaFunction {
    const { data } = this.props;
    const view = this.createFunction("View", "view");
    view.allow([...readAndWrite, "dynamodb:BatchWriteItem"], [data.table.tableArn]);
    this.readStream(view, filters.view, deadLetters);
    return view;
  }

  private createWork(): LambdaFunction {
    const { data, queues } = this.props;
    // threat: Lambda ends a long job of the work queue after 16 messages
    const work = this.createFunction("Work", "work", { timeout: workTimeout, wakesItself: true });
    work.allow(readAndWrite, [data.table.tableArn]);
    work.allow(["dynamodb:Query"], [data.indexArn]);
    // reconciliation runs here
    work.readSecrets(data.stripeSecrets);
    work.allow(["sqs:SendMessage"], [queues.work.queueArn, queues.mail.queueArn, queues.bulk.queueArn]);
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
    const { queues } = this.props;
    const mail = this.createFunction("Mail", "mail", { wakesItself: true });
    this.letSend(
      mail,
      readAndWrite.filter((action) => !/Delete/.test(action)),
    );
    // a mail that must wait is sent back to its queue, as often as it must
    mail.allow(["sqs:SendMessage"], [queues.mail.queueArn, queues.codes.queueArn]);
    for (const [queue, maxConcurrency] of [
      [queues.mail, mailConcurrency],
      [queues.codes, codesConcurrency],
    ] as const) {
      mail.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true, maxConcurrency }));
    }
    return mail;
  }

  private createImports(): LambdaFunction {
    const { data, deployment, environment, queues, storage } = this.props;
    const imports = new LambdaFunction(this, "Imports", {
      deployment,
      name: "imports",
      environment,
      timeout: importsTimeout,
      memorySize: importsMemory,
      // threat: the memory of the import worker grows without limit
      nodeOptions: importsNodeOptions,
      wakesItself: true,
    });
    imports.allow(readAndWrite, [data.table.tableArn]);
    // a purge deletes the data keys first
    imports.allow(["dynamodb:Query", "dynamodb:DeleteItem"], [data.keys.tableArn]);
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

  /** One message at a time: each has up to 97 mails, and is processed for some seconds. */
  private createBulk(): LambdaFunction {
    const { queues } = this.props;
    const bulk = this.createFunction("Bulk", "bulk", { memorySize: bulkMemory, wakesItself: true });
    this.letSend(
      bulk,
      readAndWrite.filter((action) => !/Delete/.test(action)),
    );
    bulk.allow(["sqs:SendMessage"], [queues.bulk.queueArn]);
    const maxConcurrency = bulkConcurrency;
    bulk.addEventSource(
      new SqsEventSource(queues.bulk, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
    return bulk;
  }

  /** Opens API keys to check them. It is the only function that calls hosts which customers name. */
  private createChecks(): LambdaFunction {
    const { data, queues } = this.props;
    const checks = this.createFunction("Checks", "checks");
    checks.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], [data.table.tableArn]);
    checks.allow(["dynamodb:GetItem"], [data.keys.tableArn]);
    checks.allow(["kms:Decrypt"], [data.wrappingKey.keyArn]);
    const maxConcurrency = checksConcurrency;
    checks.addEventSource(
      new SqsEventSource(queues.checks, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency }),
    );
    return checks;
  }

  private letSend(sender: LambdaFunction, tableActions: string[]): void {
    const { data, mail: postOffice } = this.props;
    sender.allow(tableActions, [data.table.tableArn]);
    sender.allow(["ses:SendRawEmail"], postOffice.sendingArns);
    sender.allow(["ses:GetSendQuota"], ["*"]);
    sender.readSecrets(data.secrets);
  }

  private createFunction(
    id: string,
    name: FunctionName,
    more: { memorySize?: number; wakesItself?: boolean; timeout?: Duration } = {},
  ): LambdaFunction {
    const { deployment, environment } = this.props;
    return new LambdaFunction(this, id, { deployment, name, environment, timeout: workerTimeout, ...more });
  }

  /** A record that fails ten times, or for a day, goes to the dead letters and no longer blocks its shard. */
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
