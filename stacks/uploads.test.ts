import { uploaded } from "@muster/functions/rules.ts";
import { App, Aspects, Duration, Stack } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll, describe, expect, test } from "vitest";
import { readStageConfig } from "./config.ts";
import { findings } from "./findings.ts";
import { placeholderArtifacts } from "./testing/artifacts.ts";
import { type Resource, statementsOf, testRelease } from "./testing/synthesis.ts";
import { Uploads } from "./uploads.ts";

const artifacts = placeholderArtifacts();
afterAll(() => artifacts.remove());

const app = new App();
const stack = new Stack(app, "uploads");
const deployment = {
  stage: "prod",
  config: readStageConfig("prod", "stacks/example.json"),
  artifacts,
  release: testRelease,
};
new Uploads(stack, "Uploads", { deployment, timeout: Duration.minutes(5) });
Aspects.of(app).add(new AwsSolutionsChecks());
const assembly = app.synth();
const { Resources } = assembly.getStackByName("uploads").template as { Resources: Record<string, Resource> };
const ofType = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
const queues = new Map(
  ofType("AWS::SQS::Queue").map(([id, { Properties }]) => [Properties.QueueName, { id, Properties }]),
);
const imports = queues.get("prod-muster-imports");
const dead = queues.get("prod-muster-imports-dead");
const arnOf = (queue: { id: string } | undefined) => ({ "Fn::GetAtt": [queue?.id, "Arn"] });

describe("the rule of uploads", () => {
  const [[ruleId, rule] = []] = ofType("AWS::Events::Rule");

  test("matches the same as that of a local run", () => {
    const pattern = JSON.parse(JSON.stringify(rule?.Properties.EventPattern));
    expect(pattern.detail.bucket.name).toEqual([
      { "Fn::Join": ["", ["prod-muster-", { Ref: "AWS::AccountId" }, "-us-east-1"]] },
    ]);
    pattern.detail.bucket.name = ["muster"];
    expect(pattern).toEqual(uploaded("muster"));
  });

  test("fills the queue, and sends the rest to its dead letters", () => {
    expect(rule?.Properties.Targets).toEqual([
      {
        Id: expect.any(String),
        Arn: arnOf(imports),
        DeadLetterConfig: { Arn: arnOf(dead) },
        RetryPolicy: { MaximumEventAgeInSeconds: 21_600, MaximumRetryAttempts: 10 },
      },
    ]);
  });

  test("is the only one that may fill them", () => {
    const allowed = ofType("AWS::SQS::QueuePolicy")
      .flatMap(([, policy]) => statementsOf(policy))
      .filter(({ Effect }) => Effect === "Allow");
    expect(allowed.map(({ Resource }) => Resource)).toEqual(expect.arrayContaining([arnOf(imports), arnOf(dead)]));
    for (const { Principal, Condition } of allowed) {
      expect(Principal).toEqual({ Service: "events.amazonaws.com" });
      expect(Condition).toEqual({ ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": [ruleId, "Arn"] } } });
    }
  });
});

test("the queue hides a message for six timeouts, and gives up on it after fifty attempts", () => {
  expect(imports?.Properties).toMatchObject({
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 1_800,
    RedrivePolicy: { deadLetterTargetArn: arnOf(dead), maxReceiveCount: 50 },
  });
  expect(dead?.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
});

test("cdk-nag finds nothing", () => {
  expect(findings(assembly)).toEqual([]);
});
