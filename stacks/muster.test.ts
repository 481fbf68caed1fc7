import { readFileSync } from "node:fs";
import { App, Aspects, Stack } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { functionNames } from "./deployment.ts";
import { findings } from "./findings.ts";
import { firewall } from "./muster.ts";
import { placeholderArtifacts } from "./testing/artifacts.ts";
import { physicalName } from "./testing/physical-names.ts";
import { changed, inspect, ofType, type Synthesis, synthesize, testRelease } from "./testing/synthesis.ts";

const dev = inspect("dev");
const prod = inspect("prod");

const parts = ["alarms", "api", "billing", "data", "mail", "pages", "queues", "schedule", "site", "storage", "workers"];

const metricNames = v.array(v.object({ MetricNamespace: v.string(), MetricName: v.string() }));
/** Streams of a table are polled too, at no cost. */
const isQueue = ({ StartingPosition }: { StartingPosition?: unknown }) => StartingPosition === undefined;

/** Types of which every stage names at least one resource. */
const named = [
  "AWS::Budgets::Budget",
  "AWS::CloudFront::CachePolicy",
  "AWS::CloudFront::Function",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudFront::ResponseHeadersPolicy",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::DynamoDB::GlobalTable",
  "AWS::Events::Rule",
  "AWS::Lambda::Function",
  "AWS::S3::Bucket",
  "AWS::SES::ConfigurationSet",
  "AWS::SES::EmailIdentity",
  "AWS::SNS::Topic",
  "AWS::SQS::Queue",
  "AWS::Scheduler::Schedule",
];

describe("a stage", () => {
  test("is part of the name of each of its stacks", () => {
    const names = (synthesis: Synthesis) => synthesis.assembly.stacks.map(({ stackName }) => stackName).sort();
    expect(names(dev)).toEqual(parts.map((part) => `dev-muster-${part}`));
    expect(names(prod)).toEqual([...parts, "firewall"].sort().map((part) => `prod-muster-${part}`));
  });

  test.each([
    ["dev", dev],
    ["prod", prod],
  ] as const)("of %s is deployed in order: data, functions, API, pages", (_, { assembly }) => {
    const after = (stackName: string): string[] =>
      assembly
        .getStackByName(stackName)
        .dependencies.flatMap(({ id }) => (assembly.stacks.some((one) => one.id === id) ? [id, ...after(id)] : []));
    const stage = assembly.stacks[0]?.stackName.split("-")[0];
    const names = (...some: string[]) => some.map((part) => `${stage}-muster-${part}`);
    expect(after(`${stage}-muster-api`)).toEqual(expect.arrayContaining(names("data", "workers", "mail", "storage")));
    expect(after(`${stage}-muster-workers`)).toEqual(expect.arrayContaining(names("data", "queues")));
    const all = parts.filter((part) => part !== "pages" && part !== "alarms");
    expect(after(`${stage}-muster-pages`)).toEqual(expect.arrayContaining(names(...all)));
    expect(assembly.stacks.filter(({ stackName }) => after(stackName).includes(`${stage}-muster-pages`))).toEqual([]);
  });

  test("shares no physical name with another stage", () => {
    const other = synthesize("prod", changed);
    const names = (synthesis: Synthesis) => JSON.stringify(synthesis.resources.map(({ Properties }) => Properties));
    expect(names(other)).not.toMatch(/"prod-muster/);
    expect(names(prod)).toMatch(/"prod-muster/);
  });

  test.each([
    ["dev", dev],
    ["prod", prod],
  ] as const)("gives each physical name of %s to one resource", (_, synthesis) => {
    const owners = new Map<string, string[]>();
    for (const { Type, Properties, id, stack } of synthesis.resources) {
      const { region } = synthesis.assembly.getStackByName(stack).environment;
      const name = physicalName(Type, Properties, region);
      if (name !== undefined) owners.set(name, [...(owners.get(name) ?? []), `${stack}.${id}`]);
    }
    const types = new Set([...owners.keys()].map((name) => name.split(" ")[0]));
    expect(named.map((type) => type.toLowerCase()).filter((type) => !types.has(type))).toEqual([]);
    expect([...owners].filter(([, all]) => all.length > 1)).toEqual([]);
  });

  test("is in the region of its configuration", () => {
    expect(new Set(dev.assembly.stacks.map(({ environment }) => environment.region))).toEqual(new Set(["eu-west-1"]));
  });

  test("has its tags", () => {
    const [table] = ofType(prod, "AWS::DynamoDB::GlobalTable");
    expect(table?.Properties).toMatchObject({
      Replicas: [
        {
          Tags: [
            { Key: "app", Value: "muster" },
            { Key: "stage", Value: "prod" },
          ],
        },
      ],
    });
  });
});

describe("docs/deploying.md", () => {
  const text = readFileSync("docs/deploying.md", "utf8");
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1]);
  const count = (type: string) => ofType(prod, type).length;

  test("says of how much a stage consists", () => {
    const metrics = ofType(prod, "AWS::Logs::MetricFilter").map(({ Properties }) =>
      JSON.stringify(v.parse(v.object({ MetricTransformations: metricNames }), Properties)),
    );
    expect({
      functions: number(/the logs of all (\d+) functions/),
      secrets: number(/\| (\d+) secrets \|/),
      keys: number(/\| (\d+) KMS keys:/),
      alarms: number(/\| (\d+) alarms and \d+ metrics,/),
      metrics: number(/\| \d+ alarms and (\d+) metrics,/),
      polled: number(/\| Polling of (\d+) queues,/),
    }).toEqual({
      functions: functionNames.length,
      secrets: count("AWS::SecretsManager::Secret"),
      keys: count("AWS::KMS::Key"),
      alarms: count("AWS::CloudWatch::Alarm"),
      metrics: new Set(metrics).size,
      polled: ofType(prod, "AWS::Lambda::EventSourceMapping").filter(({ Properties }) => isQueue(Properties)).length,
    });
  });

  test("adds up what they cost", () => {
    const [alarms, metrics] = [count("AWS::CloudWatch::Alarm"), number(/alarms and (\d+) metrics/)];
    const highest = alarms * 0.1 + metrics * 0.3;
    const lowest = highest - 10 * 0.1 - 10 * 0.3;
    const fixed = count("AWS::SecretsManager::Secret") * 0.4 + count("AWS::KMS::Key");
    const dollars = (amount: number) => `$${amount.toFixed(2)}`;
    const about = (low: number, high: number) => `about $${Math.floor(low)} to $${Math.round(high)}`;
    const polling = 0.5;
    expect(text).toContain(`| ${dollars(lowest)} to ${dollars(highest)} |`);
    expect(text).toContain(`| **With firewall** | **${about(9 + fixed + lowest, 9 + fixed + highest + polling)}** |`);
    expect(text).toContain(`| **${about(fixed + lowest, fixed + highest + polling)}** |`);
  });
});

describe("the firewall", () => {
  test("is created with a stage in us-east-1", () => {
    const [webAcl] = ofType(prod, "AWS::WAFv2::WebACL");
    const rules = v.parse(v.array(v.object({ Name: v.string() })), webAcl?.Properties.Rules);
    expect(webAcl?.Properties).toMatchObject({ Scope: "CLOUDFRONT", DefaultAction: { Allow: {} } });
    expect(rules.map(({ Name }) => Name)).toEqual([
      "RequestRate",
      "AWSManagedRulesAmazonIpReputationList",
      "AWSManagedRulesKnownBadInputsRuleSet",
      "AWSManagedRulesCommonRuleSet",
    ]);
  });

  test("tells who sends too many requests when to try again, in the shape of the API's own refusals", () => {
    const [webAcl] = ofType(prod, "AWS::WAFv2::WebACL");
    const { CustomResponseBodies, Rules } = v.parse(
      v.object({
        CustomResponseBodies: v.record(v.string(), v.object({ ContentType: v.string(), Content: v.string() })),
        Rules: v.looseTuple([v.object({ Action: v.object({ Block: v.object({ CustomResponse: v.unknown() }) }) })]),
      }),
      webAcl?.Properties,
    );
    expect(Rules[0].Action.Block.CustomResponse).toEqual({
      ResponseCode: 429,
      CustomResponseBodyKey: "TooManyRequests",
      ResponseHeaders: [{ Name: "Retry-After", Value: "60" }],
    });
    const body = CustomResponseBodies["TooManyRequests"];
    expect(body?.ContentType).toBe("APPLICATION_JSON");
    expect(JSON.parse(body?.Content ?? "")).toMatchObject({ code: "rate.limited", status: 429 });
  });

  test("of a stage elsewhere is an existing one, and the stage requires a decision", () => {
    const arn = "arn:aws:wafv2:us-east-1:111111111111:global/webacl/dev-muster/a";
    const synthesis = synthesize("dev", { firewall: arn });
    expect(ofType(synthesis, "AWS::WAFv2::WebACL")).toEqual([]);
    expect(ofType(synthesis, "AWS::CloudFront::Distribution")[0]?.Properties.DistributionConfig).toMatchObject({
      WebACLId: arn,
    });
    expect(() => synthesize("prod", { region: "eu-west-1" })).toThrow(/--region us-east-1/);
  });

  test("can be deployed alone, in us-east-1", () => {
    const artifacts = placeholderArtifacts();
    const stack = firewall(new App(), { stage: "eu", config: dev.config, artifacts, release: testRelease });
    artifacts.remove();
    expect([stack.stackName, stack.region]).toEqual(["eu-muster-firewall", "us-east-1"]);
  });
});

describe("cdk-nag", () => {
  test.each([
    ["dev", dev],
    ["prod", prod],
  ] as const)("finds nothing in %s that no reason accepts", (_, synthesis) => {
    expect(findings(synthesis.assembly)).toEqual([]);
  });

  test("would have found something", () => {
    const app = new App();
    const stack = new Stack(app, "Careless");
    new s3.Bucket(stack, "Bucket");
    Aspects.of(app).add(new AwsSolutionsChecks());
    expect(findings(app.synth()).join("\n")).toMatch(/AwsSolutions-S1[^]*AwsSolutions-S10/);
  });

  test("is answered per resource with a reason, never for a whole stack", () => {
    const accepted = v.object({
      rules_to_suppress: v.array(v.object({ reason: v.pipe(v.string(), v.minLength(30)) })),
    });
    const metadata = prod.resources.flatMap(({ Metadata }) => Metadata.cdk_nag ?? []);
    expect(metadata.length).toBeGreaterThan(0);
    expect(metadata.filter((each) => !v.is(accepted, each))).toEqual([]);
    expect(
      prod.assembly.stacks.filter((stack) => JSON.stringify(stack.template.Metadata)?.includes("cdk_nag")),
    ).toEqual([]);
  });
});
