import { App, Duration, Stack } from "aws-cdk-lib";
import type { CloudAssembly } from "aws-cdk-lib/cx-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStageConfig } from "./config.ts";
import { LambdaFunction } from "./lambda-function.ts";
import { muster } from "./muster.ts";
import { placeholderArtifacts } from "./testing/artifacts.ts";
import { grown, ofType, type Resource, statementsOf, synthesize, testRelease } from "./testing/synthesis.ts";

const dev = synthesize("dev");
const prod = synthesize("prod", grown);
const inStorage = ({ stack }: Resource) => stack.endsWith("-storage");

describe("the bucket of uploads", () => {
  const [bucket, ...others] = ofType(prod, "AWS::S3::Bucket").filter(inStorage);

  test("has a known name, so that the site's policy can contain it before it exists", () => {
    expect(others).toEqual([]);
    expect(bucket?.Properties.BucketName).toEqual({
      "Fn::Join": ["", ["prod-muster-", { Ref: "AWS::AccountId" }, "-us-east-1"]],
    });
    const functions = ofType(prod, "AWS::Lambda::Function").filter(({ Properties }) => Properties.FunctionName);
    for (const { Properties } of functions) {
      expect(Properties.Environment).toMatchObject({
        Variables: {
          MUSTER_BUCKET: bucket?.Properties.BucketName,
          MUSTER_BUCKET_URL: {
            "Fn::Join": [
              "",
              [
                "https://prod-muster-",
                { Ref: "AWS::AccountId" },
                "-us-east-1.s3.us-east-1.",
                { Ref: "AWS::URLSuffix" },
              ],
            ],
          },
        },
      });
    }
  });

  test("has versions, no access lists, logs, and S3's encryption", () => {
    expect(bucket?.Properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
      LoggingConfiguration: { LogFilePrefix: "storage/" },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
  });

  test("expires incomplete uploads, replaced objects, uploads that were copied, and copies and reports together with their imports", () => {
    expect(bucket?.Properties.LifecycleConfiguration).toEqual({
      Rules: [
        {
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
          Status: "Enabled",
        },
        { Prefix: "imports/", ExpirationInDays: 90, Status: "Enabled" },
        { Prefix: "files/", ExpirationInDays: 90, Status: "Enabled" },
        { Prefix: "reports/", ExpirationInDays: 90, Status: "Enabled" },
      ],
    });
  });

  test("lets pages of the site send forms, and no other page anything", () => {
    expect(bucket?.Properties.CorsConfiguration).toEqual({
      CorsRules: [
        {
          AllowedHeaders: ["*"],
          AllowedMethods: ["POST"],
          AllowedOrigins: ["https://muster.example.org"],
          ExposedHeaders: ["ETag"],
          MaxAge: 3_600,
        },
      ],
    });
    const [own] = ofType(dev, "AWS::S3::Bucket").filter(inStorage);
    expect(JSON.stringify(own?.Properties.CorsConfiguration)).toContain('"https://",{"Fn::ImportValue":');
  });

  test("announces events to EventBridge", () => {
    expect(bucket?.Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
  });

  test("survives its stack in prod, and is deleted with it in dev", () => {
    const [own] = ofType(dev, "AWS::S3::Bucket").filter(inStorage);
    expect([bucket?.DeletionPolicy, own?.DeletionPolicy]).toEqual(["RetainExceptOnCreate", "Delete"]);
  });

  test("lets nobody in by its own policy", () => {
    const policies = ofType(prod, "AWS::S3::BucketPolicy").filter(inStorage);
    expect(policies).toHaveLength(1);
    expect(policies.flatMap(statementsOf).filter(({ Effect }) => Effect === "Allow")).toEqual([]);
  });
});

describe("a function that uses the bucket", () => {
  const artifacts = placeholderArtifacts();
  afterAll(() => artifacts.remove());

  const grants = ["allowUploads", "allowDownloads", "allowImports"] as const;
  let assembly: CloudAssembly;
  beforeAll(() => {
    const app = new App();
    const deployment = {
      stage: "prod",
      config: readStageConfig("prod", "stacks/example.json"),
      artifacts,
      release: testRelease,
    };
    const { storage } = muster(app, deployment);
    const timeout = Duration.seconds(30);
    for (const grant of grants) {
      const stack = new Stack(app, grant, { env: { region: deployment.config.region } });
      storage[grant](new LambdaFunction(stack, "Worker", { deployment, name: "work", environment: {}, timeout }));
    }
    assembly = app.synth();
  });

  function statements(grant: (typeof grants)[number]): [string[], string[]][] {
    const template = assembly.getStackByName(grant).template as { Resources: Record<string, Resource> };
    return Object.values(template.Resources)
      .filter(({ Type }) => Type === "AWS::IAM::Policy")
      .flatMap(statementsOf)
      .filter(({ Action }) => Action.some((action) => action.startsWith("s3:")))
      .map(({ Action, Resource }) => [
        Action,
        [Resource].flat().map((one) => (JSON.stringify(one).includes('"Fn::Join"') ? pathIn(one) : "the bucket")),
      ]);
  }

  /** The part of the bucket that a resource names: the end of `arn:aws:s3:::bucket/imports/*`. */
  const pathIn = (resource: unknown) => /"(\/[^"]*)"\]/.exec(JSON.stringify(resource))?.[1] ?? "";

  test.each([
    ["signs forms may put uploads", "allowUploads", [[["s3:PutObject"], ["/imports/*"]]]],
    ["signs URLs may get reports", "allowDownloads", [[["s3:GetObject"], ["/reports/*"]]]],
    [
      "processes imports may get all, write copies and reports, and list them",
      "allowImports",
      [
        [["s3:GetObject"], ["/imports/*", "/files/*", "/reports/*"]],
        [
          ["s3:AbortMultipartUpload", "s3:PutObject"],
          ["/files/*", "/reports/*"],
        ],
        [["s3:ListBucket"], ["the bucket"]],
      ],
    ],
  ] as const)("%s, and nothing else", (_, grant, expected) => {
    expect(statements(grant)).toEqual(expected);
  });
});
