import { index, keysRecoveryDays, keysTable, projected, ttl } from "@muster/core/table/schema.ts";
import { CfnOutput, RemovalPolicy, SecretValue, Stack, type StackProps } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { type Deployment, removalPolicyOf, resourceName } from "./deployment.ts";
import { justify } from "./justify.ts";

const maximumReadUnitsPerSecond = 4000;
const maximumWriteUnitsPerSecond = 4000;
const secretLength = 48;

// Shapes

export type DataStackProps = {
  deployment: Deployment;
} & StackProps;

// Functions

/** Data that outlives every release: the tables, the key that wraps data keys, and the secrets. */
export class DataStack extends Stack {
  readonly table: dynamodb.TableV2;
  readonly indexArn: string;
  readonly keys: dynamodb.TableV2;
  /** Wraps data keys. Its policy leaves it to the account's IAM, where each function has its own actions. */
  readonly wrappingKey: kms.Key;
  /** Signs what devices trust, with Ed25519. */
  readonly signingKey: kms.Key;
  /** The pepper, and the origin secret. */
  readonly secrets: secretsmanager.Secret;
  /** Stripe's key and signing secrets, apart: who reads them holds no pepper, and the other way round. */
  readonly stripeSecrets: secretsmanager.Secret;
  private readonly removalPolicy: RemovalPolicy;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    this.removalPolicy = removalPolicyOf(props.deployment);
    this.table = this.createTable(props.deployment);
    this.indexArn = `${this.table.tableArn}/index/${index}`;
    this.keys = this.createKeys(props.deployment);
    this.wrappingKey = new kms.Key(this, "WrappingKey", {
      description: "Wraps the data keys of what organizations keep secret",
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    this.signingKey = new kms.Key(this, "SigningKey", {
      description: "Signs the settings that devices follow",
      keySpec: kms.KeySpec.ECC_NIST_P256,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      removalPolicy: this.removalPolicy,
    });
    // this release of the CDK does not name it yet
    (this.signingKey.node.defaultChild as kms.CfnKey).keySpec = "ECC_NIST_EDWARDS25519";
    this.secrets = this.createSecrets();
    this.stripeSecrets = this.createStripeSecrets();
    new CfnOutput(this, "KeyArn", { value: this.wrappingKey.keyArn });
    new CfnOutput(this, "SecretsArn", { value: [this.secrets, this.stripeSecrets].map((one) => one.secretArn).join() });
  }

  private createTable(deployment: Deployment): dynamodb.TableV2 {
    const string = dynamodb.AttributeType.STRING;
    return new dynamodb.TableV2(this, "Table", {
      tableName: resourceName(deployment),
      partitionKey: { name: "pk", type: string },
      sortKey: { name: "sk", type: string },
      globalSecondaryIndexes: [
        {
          indexName: index,
          partitionKey: { name: "list", type: string },
          sortKey: { name: "rank", type: string },
          projectionType: dynamodb.ProjectionType.INCLUDE,
          nonKeyAttributes: [...projected],
        },
      ],
      billing: dynamodb.Billing.onDemand({
        maxReadRequestUnits: maximumReadUnitsPerSecond,
        maxWriteRequestUnits: maximumWriteUnitsPerSecond,
      }),
      dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: ttl,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      deletionProtection: deployment.config.protect,
      removalPolicy: this.removalPolicy,
    });
  }

  /** Backups of one day, so that a data key that was deleted is gone for good a day later. */
  private createKeys(deployment: Deployment): dynamodb.TableV2 {
    const string = dynamodb.AttributeType.STRING;
    return new dynamodb.TableV2(this, "Keys", {
      tableName: keysTable(resourceName(deployment)),
      partitionKey: { name: "pk", type: string },
      sortKey: { name: "sk", type: string },
      billing: dynamodb.Billing.onDemand({
        maxReadRequestUnits: maximumReadUnitsPerSecond,
        maxWriteRequestUnits: maximumWriteUnitsPerSecond,
      }),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        // threat: backups keep data keys that were deleted
        recoveryPeriodInDays: keysRecoveryDays,
      },
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      deletionProtection: deployment.config.protect,
      removalPolicy: this.removalPolicy,
    });
  }

  /**
   * One secret, `{"pepper","origin"}`. Secrets Manager generates one value per secret, so `origin` is taken from a seed
   * by a dynamic reference: CloudFormation resolves it, and no template contains a value.
   */
  private createSecrets(): secretsmanager.Secret {
    const seed = new secretsmanager.Secret(this, "OriginSeed", {
      description: "First value of the header that identifies CloudFront to the API",
      generateSecretString: { passwordLength: secretLength, excludePunctuation: true },
      removalPolicy: this.removalPolicy,
    });
    const secrets = new secretsmanager.Secret(this, "Secrets", {
      description: "What Muster's functions read at start: pepper and origin",
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ origin: seed.secretValue.unsafeUnwrap() }),
        generateStringKey: "pepper",
        passwordLength: secretLength,
        excludePunctuation: true,
      },
      removalPolicy: this.removalPolicy,
    });
    for (const secret of [seed, secrets]) {
      justify(secret, "SMG4", "CloudFront and the functions must change together; docs/deploying.md says how.");
    }
    return secrets;
  }

  /** It is empty until an operator stores a key. */
  private createStripeSecrets(): secretsmanager.Secret {
    const secrets = new secretsmanager.Secret(this, "StripeSecrets", {
      description: "What Muster's functions that call Stripe read at start",
      secretStringValue: SecretValue.unsafePlainText("{}"),
      removalPolicy: this.removalPolicy,
    });
    justify(secrets, "SMG4", "Stripe issues the key; docs/deploying.md says how it is replaced.");
    return secrets;
  }
}
