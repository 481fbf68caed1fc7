import { entries } from "@muster/functions/bundle.ts";
import { config, variables } from "@muster/functions/config.ts";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { functionNames } from "./deployment.ts";
import { grown, ofType, type Resource, type Synthesis, synthesize, testRelease } from "./testing/synthesis.ts";

const dev = synthesize("dev");
const prod = synthesize("prod", grown);

const functions = new Map(
  ofType(prod, "AWS::Lambda::Function")
    .filter(({ Properties }) => Properties.FunctionName)
    .map((each) => [String(each.Properties.FunctionName).replace("prod-muster-", ""), each]),
);

const attribute = v.object({ "Fn::GetAtt": v.tuple([v.string(), v.string()]) });
const environment = v.object({ Variables: v.record(v.string(), v.unknown()) });

const roleIdOf = (each: Resource) => v.parse(attribute, each.Properties.Role)["Fn::GetAtt"][0];
const environmentOf = (each: Resource | undefined) => v.parse(environment, each?.Properties.Environment).Variables;

describe("the functions", () => {
  test("are the bundles, each once", () => {
    expect([...functions.keys()].sort()).toEqual(Object.keys(entries).sort());
    expect([...functionNames].sort()).toEqual(Object.keys(entries).sort());
  });

  test("are the only ones, apart from CDK's uploader", () => {
    const others = ofType(prod, "AWS::Lambda::Function").filter(({ Properties }) => !Properties.FunctionName);
    expect(others.map(({ id }) => id)).toEqual([expect.stringMatching(/^CustomCDKBucketDeployment/)]);
  });

  test.each([...functions])("%s runs on Node 24 and ARM, traced, logging JSON", (_, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.any(String) } },
    });
  });

  test.each([...functions])("%s has a role of its own without a managed policy", (name, each) => {
    const roleId = roleIdOf(each);
    const role = ofType(prod, "AWS::IAM::Role").find(({ id, stack }) => id === roleId && stack === each.stack);
    const sharing = [...functions].filter(([, other]) => other.stack === each.stack && roleIdOf(other) === roleId);
    expect(role?.Properties).toHaveProperty("AssumeRolePolicyDocument");
    expect(role?.Properties).not.toHaveProperty("ManagedPolicyArns");
    expect(sharing.map(([other]) => other)).toEqual([name]);
  });
});

describe("the logs", () => {
  test("are kept for a month", () => {
    const groups = ofType(prod, "AWS::Logs::LogGroup");
    expect(groups.length).toBeGreaterThan(functions.size);
    expect(new Set(groups.map(({ Properties }) => Properties.RetentionInDays))).toEqual(new Set([30]));
  });

  test("outlive their stack in prod only", () => {
    const policies = (synthesis: Synthesis) =>
      ofType(synthesis, "AWS::Logs::LogGroup")
        .filter(({ stack }) => !stack.endsWith("-pages"))
        .map(({ DeletionPolicy }) => DeletionPolicy);
    expect(new Set(policies(prod))).toEqual(new Set(["RetainExceptOnCreate"]));
    expect(new Set(policies(dev))).toEqual(new Set(["Delete"]));
  });
});

describe("the alias of a function", () => {
  const idsOf = (type: string) => ofType(prod, type).map(({ id }) => id);
  const aliases = new Set(idsOf("AWS::Lambda::Alias"));
  const caller = (type: string, pick: (properties: Record<string, unknown>) => unknown) =>
    ofType(prod, type).map(({ id, Properties }) => [id, JSON.stringify(pick(Properties))] as const);
  const callers = [
    ...caller("AWS::Lambda::EventSourceMapping", ({ FunctionName }) => FunctionName),
    ...caller("AWS::ApiGatewayV2::Integration", ({ IntegrationUri }) => IntegrationUri),
    ...caller("AWS::Scheduler::Schedule", ({ Target }) => v.parse(v.object({ Arn: v.unknown() }), Target).Arn),
    ...caller("AWS::Lambda::EventInvokeConfig", ({ Qualifier }) => Qualifier),
    ...caller("AWS::Lambda::Permission", ({ FunctionName }) => FunctionName),
    ...ofType(prod, "AWS::Events::Rule").flatMap(({ id, Properties }) =>
      v
        .parse(v.array(v.object({ Arn: v.unknown() })), Properties.Targets)
        .map(({ Arn }) => [id, JSON.stringify(Arn)] as const),
    ),
  ];

  test("is one for each, names a version, and every version stays", () => {
    expect(aliases.size).toBe(functions.size);
    expect(ofType(prod, "AWS::Lambda::Alias").map(({ Properties }) => Properties.Name)).toEqual(
      [...aliases].map(() => "live"),
    );
    const versions = ofType(prod, "AWS::Lambda::Version");
    expect(versions).toHaveLength(functions.size);
    expect(versions.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(versions.map(() => "Retain"));
  });

  test("is what every queue, stream, route, rule, and schedule calls", () => {
    expect(callers.length).toBeGreaterThan(20);
    const names = (called: string) => [...aliases].some((alias) => called.includes(`"${alias}"`));
    // uploads go to a queue
    expect(callers.filter(([id, called]) => !names(called) && !id.startsWith("UploadsUploaded"))).toEqual([]);
  });
});

describe("the environment of a function", () => {
  const expected = Object.keys(variables).filter(
    (name) => !["MUSTER_KMS_URL", "MUSTER_SECRETS", "MUSTER_SECRETS_FILE", "MUSTER_STRIPE_URL"].includes(name),
  );

  /** The number of secrets that a function can read. */
  const readers: Record<string, number> = {
    api: 2,
    sync: 1,
    identity: 1,
    work: 1,
    mail: 1,
    bulk: 1,
    clock: 1,
    stripe: 1,
  };

  test.each([...functions])("%s is what functions/config.ts reads, no more and no less", (name, each) => {
    const own = expected.filter((variable) => variable !== "MUSTER_SECRETS_ARN" || name in readers);
    expect(Object.keys(environmentOf(each)).sort()).toEqual([...own, "NODE_OPTIONS"].sort());
  });

  test.each(Object.entries(readers))("of %s names as many secrets as it can read: %d", (name, count) => {
    const named = JSON.stringify(environmentOf(functions.get(name)).MUSTER_SECRETS_ARN);
    expect(named.match(/ExportsOutputRef(Stripe)?Secrets/g)).toHaveLength(count);
  });

  test("is accepted by functions/config.ts once CloudFormation has filled it in", () => {
    const filled = Object.fromEntries(
      Object.entries(environmentOf(functions.get("api"))).map(([name, value]) => [
        name,
        typeof value === "string" ? value : "resolved",
      ]),
    );
    const read = config(
      ["MUSTER_SITE_URL", "MUSTER_FREE_SEATS", "MUSTER_MAIL_PER_HOUR", "MUSTER_MAIL_FROM", "MUSTER_SECRETS_ARN"],
      { ...filled, AWS_LAMBDA_FUNCTION_NAME: "prod-muster-api" },
    );
    expect(read).toEqual({
      MUSTER_SITE_URL: "https://muster.example.org",
      MUSTER_FREE_SEATS: 3,
      MUSTER_MAIL_PER_HOUR: 2000,
      MUSTER_MAIL_FROM: "muster@example.org",
      MUSTER_SECRETS_ARN: "resolved",
    });
  });

  test("names the release that is deployed", () => {
    expect(environmentOf(functions.get("api")).MUSTER_RELEASE).toBe(testRelease);
  });

  test("has CloudFront's own domain if the operator has none", () => {
    const api = ofType(dev, "AWS::Lambda::Function").find(
      ({ Properties }) => Properties.FunctionName === "dev-muster-api",
    );
    expect(environmentOf(api).MUSTER_SITE_URL).toEqual({
      "Fn::Join": ["", ["https://", { "Fn::ImportValue": expect.stringContaining("DomainName") }]],
    });
  });
});
