import { mailEventPattern } from "@muster/functions/rules.ts";
import { ArnFormat, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as ses from "aws-cdk-lib/aws-ses";
import type { Construct } from "constructs";
import { countLogMessages } from "./count-log-messages.ts";
import type { DataStack } from "./data.ts";
import { DeadLetters } from "./dead-letters.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { LambdaFunction } from "./lambda-function.ts";
import type { QueuesStack } from "./queues.ts";

// Shapes

export type MailStackProps = {
  deployment: Deployment;
  data: DataStack;
  queues: QueuesStack;
  environment: Record<string, string>;
} & StackProps;

// Functions

/** The outgoing mail, and its bounces and complaints. */
export class MailStack extends Stack {
  readonly mailEvents: LambdaFunction;
  readonly emailsPaused: cloudwatch.Metric;
  readonly deadLetters: DeadLetters;
  readonly configurationSetName: string;
  /** The resources that a sender must be allowed to use: the identity and the configuration set. */
  readonly sendingArns: string[];
  private readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: MailStackProps) {
    super(scope, id, props);
    this.deployment = props.deployment;
    const configurationSet = this.createConfigurationSet();
    this.configurationSetName = configurationSet.configurationSetName;
    const identityName = this.createIdentity(configurationSet);
    this.sendingArns = [
      this.sesArn("identity", identityName),
      this.sesArn("configuration-set", this.configurationSetName),
    ];
    this.deadLetters = new DeadLetters(this, "MailEventsDeadLetters", {
      deployment: this.deployment,
      of: "mail-events",
    });
    this.mailEvents = this.createMailEvents(props);
    this.emailsPaused = countLogMessages(
      this,
      this.deployment,
      "EmailsPaused",
      [this.mailEvents],
      ['$.message = "The emails of an organization are paused."'],
    );
  }

  /**
   * No open or click events: no link in a mail is rewritten, and nobody's reading is tracked. No suppression list of
   * SES either: Muster keeps its own rows for addresses that bounced, which a person can remove.
   */
  private createConfigurationSet(): ses.ConfigurationSet {
    const configurationSet = new ses.ConfigurationSet(this, "ConfigurationSet", {
      configurationSetName: resourceName(this.deployment),
      tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE,
      // threat: SES keeps suppressing an address after its suppression was removed
      disableSuppressionList: true,
      reputationMetrics: true,
    });
    configurationSet.addEventDestination("Bus", {
      destination: ses.EventDestination.eventBus(events.EventBus.fromEventBusName(this, "DefaultBus", "default")),
      events: [
        ses.EmailSendingEvent.BOUNCE,
        ses.EmailSendingEvent.COMPLAINT,
        ses.EmailSendingEvent.DELIVERY,
        ses.EmailSendingEvent.REJECT,
        ses.EmailSendingEvent.SEND,
      ],
    });
    return configurationSet;
  }

  private createIdentity(configurationSet: ses.ConfigurationSet): string {
    const { from, identity } = this.deployment.config.mail;
    const domain = from.slice(from.indexOf("@") + 1);
    if (identity === "address") {
      new ses.EmailIdentity(this, "Identity", { identity: ses.Identity.email(from), configurationSet });
      return from;
    }
    if (identity === "domain") {
      new ses.EmailIdentity(this, "Identity", {
        identity: ses.Identity.domain(domain),
        configurationSet,
        mailFromDomain: `bounce.${domain}`,
      });
    }
    return domain;
  }

  private createMailEvents({ data, queues, environment }: MailStackProps): LambdaFunction {
    const mailEvents = new LambdaFunction(this, "MailEvents", {
      deployment: this.deployment,
      name: "mail-events",
      environment,
      timeout: Duration.seconds(10),
      failures: this.deadLetters,
    });
    mailEvents.allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [data.table.tableArn]);
    // events about an import's mails are counted a little later
    mailEvents.allow(["sqs:SendMessage"], [queues.bulk.queueArn]);
    const { source, "detail-type": detailType, detail } = mailEventPattern(this.configurationSetName);
    new events.Rule(this, "MailEventsRule", {
      eventPattern: { source, detailType, detail },
      targets: [
        new targets.LambdaFunction(mailEvents.live, {
          deadLetterQueue: this.deadLetters,
          retryAttempts: 10,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
    return mailEvents;
  }

  private sesArn(resource: string, resourceName: string): string {
    return this.formatArn({ service: "ses", resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  }
}
