import { keysDefinition, tableDefinition } from "@muster/core/table/schema.ts";
import { describe, expect, test } from "vitest";
import { changed, ofType, synthesize } from "./testing/synthesis.ts";

const dev = synthesize("dev");
const prod = synthesize("prod");

describe("the table", () => {
  const definition = tableDefinition("prod-muster");
  const [table] = ofType(prod, "AWS::DynamoDB::GlobalTable");

  test("has the keys, the index and the stream that core defines", () => {
    expect(table?.Properties).toMatchObject({
      TableName: definition.TableName,
      BillingMode: definition.BillingMode,
      AttributeDefinitions: definition.AttributeDefinitions,
      KeySchema: definition.KeySchema,
      StreamSpecification: { StreamViewType: definition.StreamSpecification?.StreamViewType },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
    expect(table?.Properties.GlobalSecondaryIndexes).toEqual(definition.GlobalSecondaryIndexes);
  });

  test("is encrypted, recoverable and capped", () => {
    expect(table?.Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 4000 },
      Replicas: [
        {
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 4000 },
        },
      ],
    });
  });

  test("survives its stack in prod, and is deleted with it in dev", () => {
    const [devTable] = ofType(dev, "AWS::DynamoDB::GlobalTable");
    expect(table).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: { Replicas: [{ DeletionProtectionEnabled: true }] },
    });
    expect(devTable).toMatchObject({
      DeletionPolicy: "Delete",
      Properties: { Replicas: [{ DeletionProtectionEnabled: false }] },
    });
  });
});

describe("the table of data keys", () => {
  const definition = keysDefinition("prod-muster");
  const [, table] = ofType(prod, "AWS::DynamoDB::GlobalTable");

  test("is as core defines it, with no stream, no index and backups of one day", () => {
    expect(table?.Properties).toMatchObject({
      TableName: definition.TableName,
      BillingMode: definition.BillingMode,
      AttributeDefinitions: definition.AttributeDefinitions,
      KeySchema: definition.KeySchema,
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      Replicas: [
        {
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 1 },
          DeletionProtectionEnabled: true,
        },
      ],
    });
    const { StreamSpecification, GlobalSecondaryIndexes, TimeToLiveSpecification } = table?.Properties ?? {};
    expect([StreamSpecification, GlobalSecondaryIndexes, TimeToLiveSpecification]).toEqual(
      Array.from({ length: 3 }, () => undefined),
    );
  });

  test("survives its stack in prod, as the key does that wraps what is in it", () => {
    const [key] = ofType(prod, "AWS::KMS::Key").filter(({ stack }) => stack === "prod-muster-data");
    expect([table?.DeletionPolicy, key?.DeletionPolicy]).toEqual(["RetainExceptOnCreate", "RetainExceptOnCreate"]);
    expect(key?.Properties).toMatchObject({ EnableKeyRotation: true });
  });
});

describe("the secrets", () => {
  const [seed, secrets] = ofType(prod, "AWS::SecretsManager::Secret");

  test("are generated, and the first origin secret comes from its seed by reference", () => {
    expect(seed?.Properties.GenerateSecretString).toEqual({ ExcludePunctuation: true, PasswordLength: 48 });
    expect(secrets?.Properties.GenerateSecretString).toEqual({
      ExcludePunctuation: true,
      GenerateStringKey: "pepper",
      PasswordLength: 48,
      SecretStringTemplate: {
        "Fn::Join": ["", ['{"origin":"{{resolve:secretsmanager:', { Ref: seed?.id }, ':SecretString:::}}"}']],
      },
    });
  });

  test("survive their stack in prod", () => {
    expect([seed?.DeletionPolicy, secrets?.DeletionPolicy]).toEqual(["RetainExceptOnCreate", "RetainExceptOnCreate"]);
  });

  test("are read again, by CloudFront and by every function, once they were rotated", () => {
    const rotated = synthesize("prod", changed);
    const mentions = (type: string) =>
      ofType(rotated, type).filter(({ Properties }) =>
        JSON.stringify(Properties).includes(`secrets of ${changed.secretsRotatedOn}`),
      );
    expect(mentions("AWS::CloudFront::Distribution")).toHaveLength(1);
    expect(mentions("AWS::Lambda::Function")).toHaveLength(14);
  });
});
