import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

const publishers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"];

// Shapes

export type AlarmTopicProps = {
  deployment: Deployment;
};

// Functions

/** The encrypted topic that alarms and the budget publish to. AWS's own SNS key would not let them. */
export class AlarmTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { deployment }: AlarmTopicProps) {
    super(scope, id);
    const key = new kms.Key(this, "Key", {
      description: "Encrypts Muster's alarm topic",
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new sns.Topic(this, "Topic", {
      topicName: resourceName(deployment, "alarms"),
      masterKey: key,
      enforceSSL: true,
    });
    const principals = publishers.map((publisher) => new iam.ServicePrincipal(publisher));
    const conditions = { StringEquals: { "aws:SourceAccount": Stack.of(this).account } };
    key.addToResourcePolicy(
      // A key's policy refers to the key itself as "*".
      new iam.PolicyStatement({
        principals,
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions,
      }),
    );
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals,
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions,
      }),
    );
    if (deployment.config.alarmEmail) {
      this.topic.addSubscription(new EmailSubscription(deployment.config.alarmEmail));
    }
  }
}
