import { entries } from "@muster/functions/bundle.ts";
import { config, type Variable, variables } from "@muster/functions/config.ts";
import { describe, expect, test } from "vitest";
import { functionNames } from "./deployment.ts";
import { ofType, type Resource, synthesize } from "./testing/synthesis.ts";

const dev = synthesize("dev");
const prod = synthesize("prod");
const functions = ofType(prod, "AWS::Lambda::Function").filter(({ Properties }) => Properties.FunctionName);

const nameOf = ({ Properties }: Resource) => String(Properties.FunctionName).replace("prod-muster-", "");

describe("the functions", () => {
  test("are the bundles, each once", () => {
    expect(functions.map(nameOf).sort()).toEqual(Object.keys(entries).sort());
    expect([...functionNames].sort()).toEqual(Object.keys(entries).sort());
  });

  test("are all there is, apart from CDK's uploader", () => {
    const others = ofType(prod, "AWS::Lambda::Function").filter(({ Properties }) => !Properties.FunctionName);
    expect(others.map(({ id }) => id)).toEqual([expect.stringMatching(/^CustomCDKBucketDeployment/)]);
  });

  test.each(functions.map((each) => [nameOf(each), each] as const))(
    "%s runs on Node 24 and ARM, traced, logging JSON",
    (_, { Properties }) => {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.any(String) } },
      });
    },
  );

  test.each(functions.map((each) => [nameOf(each), each] as const))(
    "%s has a role of its own without a managed policy",
    (_, each) => {
      const roleId = (each.Properties.Role as { "Fn::GetAtt": [string, string] })["Fn::GetAtt"][0];
      const role = ofType(prod, "AWS::IAM::Role").find(({ id, stack }) => id === roleId && stack === each.stack);
      const sharing = functions.filter(
        ({ Properties, stack }) => stack === each.stack && JSON.stringify(Properties.Role).includes(roleId),
      );
      expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
      expect(sharing.map(nameOf)).toEqual([nameOf(each)]);
    },
  );

  test("keep their logs for a month, and past their stack in prod only", () => {
    for (const group of ofType(prod, "AWS::Logs::LogGroup")) {
      expect(group.Properties.RetentionInDays, group.id).toBe(30);
    }
    const policies = (synthesis: typeof prod) =>
      ofType(synthesis, "AWS::Logs::LogGroup")
        .filter(({ id }) => !id.startsWith("Upload"))
        .map(({ DeletionPolicy }) => DeletionPolicy);
    expect(new Set(policies(prod))).toEqual(new Set(["Retain"]));
    expect(new Set(policies(dev))).toEqual(new Set(["Delete"]));
  });
});

describe("the environment of a function", () => {
  const onlyLocal: Variable[] = ["MUSTER_SECRETS"];
  const expected = Object.keys(variables).filter((name) => !onlyLocal.includes(name as Variable));

  test.each(functions.map((each) => [nameOf(each), each] as const))(
    "%s is what functions/config.ts reads, no more and no less",
    (_, { Properties }) => {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      expect(
        Object.keys(Variables)
          .filter((name) => name.startsWith("MUSTER_"))
          .sort(),
      ).toEqual([...expected].sort());
      expect(Object.keys(Variables).filter((name) => !name.startsWith("MUSTER_"))).toEqual(["NODE_OPTIONS"]);
    },
  );

  test("is accepted by functions/config.ts once CloudFormation has filled it in", () => {
    const { Variables } = functions[0]?.Properties.Environment as { Variables: Record<string, unknown> };
    const filled = Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, typeof value === "string" ? value : "resolved"]),
    );
    const names = Object.keys(variables) as Variable[];
    expect(config(names, { ...filled, AWS_LAMBDA_FUNCTION_NAME: "prod-muster-api" })).toMatchObject({
      MUSTER_SITE_URL: "https://muster.example.org",
      MUSTER_FREE_SEATS: 3,
      MUSTER_MAIL_PER_HOUR: 2000,
      MUSTER_MAIL_FROM: "muster@example.org",
    });
  });

  test("is CloudFront's own domain where the operator has none", () => {
    const [first] = ofType(dev, "AWS::Lambda::Function").filter(({ Properties }) => Properties.FunctionName);
    expect(first?.Properties.Environment).toMatchObject({
      Variables: {
        MUSTER_SITE_URL: {
          "Fn::Join": ["", ["https://", { "Fn::ImportValue": expect.stringContaining("DomainName") }]],
        },
      },
    });
  });
});
