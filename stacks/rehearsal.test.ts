import { describe, expect, test } from "vitest";
import { rehearse } from "./testing/rehearsal.ts";
import { grown, type Synthesis, synthesize } from "./testing/synthesis.ts";

const account = "111111111111";

/** Everything that the stacks' assets would have uploaded. */
function rehearseAll({ assembly, config }: Synthesis, existing: string[] = []) {
  const rehearsal = rehearse(account, config.region);
  for (const one of existing) rehearsal.existing.add(one);
  for (const key of JSON.stringify(assembly.stacks.map(({ template }) => template)).match(/[0-9a-f]{64}\.zip/g) ?? []) {
    rehearsal.uploads.add(key);
  }
  return assembly.stacks.flatMap(({ stackName, template }) =>
    rehearsal.deploy(stackName, template).map((mistake) => `${stackName}: ${mistake}`),
  );
}

describe("CloudFormation's own specification", () => {
  test.each(["dev", "prod"] as const)("accepts the example's %s unchanged, in an empty account", (stage) => {
    const { assembly, config, ...synthesis } = synthesize(stage);
    expect(config.billing).toEqual({
      plans: [],
      trialDays: 0,
      trialSeats: 25,
      unusedTime: "lost",
      invoicedSeats: "paid",
      maxSeats: 10_000,
      graceDays: 14,
      paymentMethodTypes: [],
      tax: false,
    });
    expect(rehearseAll({ assembly, config, ...synthesis })).toEqual([]);
  });

  test("accepts a stage that sells and has a domain, if its certificate and event source exist", () => {
    const { certificateArn } = grown.site;
    const { eventSource } = grown.billing;
    expect(rehearseAll(synthesize("prod", grown), [certificateArn, eventSource])).toEqual([]);
    const mistakes = rehearseAll(synthesize("prod", grown));
    for (const one of [certificateArn, eventSource]) {
      expect(mistakes.filter((mistake) => mistake.endsWith(`there is no ${one} in this account.`))).toHaveLength(1);
    }
  });
});

describe("the rehearsal finds", () => {
  const queue = { Type: "AWS::SQS::Queue", Properties: {} };

  test.each([
    ["an unknown type", { Type: "AWS::SQS::Line" }, "Broken: There is no resource type AWS::SQS::Line."],
    [
      "a property that does not exist",
      { Type: "AWS::SQS::Queue", Properties: { Color: "red" } },
      "Broken: AWS::SQS::Queue has no property Color.",
    ],
    [
      "a property that is missing",
      { Type: "AWS::SQS::QueuePolicy", Properties: { Queues: [] } },
      "Broken: AWS::SQS::QueuePolicy needs PolicyDocument.",
    ],
    [
      "a value of another type",
      { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: "soon" } },
      'Broken: AWS::SQS::Queue.DelaySeconds is not a number: "soon".',
    ],
    [
      "a nested property that does not exist",
      {
        Type: "AWS::Lambda::Function",
        Properties: { Code: { ZipFile: "" }, Role: "r", TracingConfig: { Modus: "Active" } },
      },
      "Broken: AWS::Lambda::Function.TracingConfig has no property Modus.",
    ],
    [
      "a reference to nothing",
      { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "Nobody" } } },
      "There is no Nobody to refer to.",
    ],
    [
      "an attribute that does not exist",
      { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": ["Queue", "Color"] } } },
      "AWS::SQS::Queue has no attribute Color.",
    ],
    [
      "an import that no stack exports",
      { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::ImportValue": "other:name" } } },
      "No earlier stack exports other:name.",
    ],
    ["a dependency on nothing", { Type: "AWS::SQS::Queue", DependsOn: "Nobody" }, "Broken waits for Nobody."],
    [
      "code that was not uploaded",
      { Type: "AWS::Lambda::LayerVersion", Properties: { Content: { S3Bucket: "b", S3Key: "k.zip" } } },
      "Broken: the code k.zip was not uploaded.",
    ],
  ])("%s", (_, broken, mistake) => {
    const rehearsal = rehearse(account, "eu-west-1");
    expect(rehearsal.deploy("stack", { Resources: { Queue: queue, Broken: broken } })).toEqual([mistake]);
    expect(rehearsal.outputs.has("stack")).toBe(false);
  });

  test("a second resource of one name, in the same stack and in a later one", () => {
    const named = { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Join": ["-", ["dev", "work"]] } } };
    const other = { Type: "AWS::SNS::Topic", Properties: { TopicName: "dev-work" } };
    const rehearsal = rehearse(account, "eu-west-1");
    const taken = (owner: string) => [`Second: the name dev-work is taken by ${owner}.`];
    expect(rehearsal.deploy("stack", { Resources: { First: named, Second: named } })).toEqual(taken("stack.First"));
    expect(rehearsal.deploy("stack", { Resources: { First: named, Other: other } })).toEqual([]);
    expect(rehearsal.deploy("stack", { Resources: { First: named, Other: other } })).toEqual([]);
    expect(rehearsal.deploy("later", { Resources: { Second: named } })).toEqual(taken("stack.First"));
  });

  test("a parameter without a value", () => {
    const template = { Parameters: { Asked: { Type: "String" } }, Resources: { Queue: queue } };
    expect(rehearse(account, "eu-west-1").deploy("stack", template)).toHaveLength(1);
  });
});
