import { hourSeconds } from "@muster/core/base/duration.ts";
import { keptDays, uploadDays } from "@muster/core/import/limits.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { bucketName } from "./bucket-name.ts";
import { type Deployment, removalPolicyOf } from "./deployment.ts";
import { justify } from "./justify.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { SiteStack } from "./site.ts";

/** The time that the rows of an import are kept, which its report is made of. */
const retention = Duration.days(keptDays);
/** Imports of an earlier release have no copy in `files/`, and are retried and reported from their upload. */
const uploadRetention = Duration.days(uploadDays);
const replacedRetention = Duration.days(7);
const unfinishedRetention = Duration.days(1);
const preflightSeconds = hourSeconds;

export const uploads = "imports/";
/** Copies of uploads, which scripts cannot write. */
export const files = "files/";
export const reports = "reports/";

// Shapes

export type StorageStackProps = {
  deployment: Deployment;
  site: SiteStack;
} & StackProps;

// Functions

/** The bucket of uploads and of reports. Functions sign links to it, which can do what their signer may. */
export class StorageStack extends Stack {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: StorageStackProps) {
    super(scope, id, props);
    this.bucket = this.createBucket(props);
    this.notifyEventBridge();
  }

  /** For the signer of upload forms. */
  allowUploads(signer: LambdaFunction): void {
    // threat: the role that signs uploads may put anything
    signer.allow(["s3:PutObject"], [this.bucket.arnForObjects(`${uploads}*`)]);
    this.justifyPrefix(signer, uploads);
  }

  /** For the signer of report URLs. */
  allowDownloads(signer: LambdaFunction): void {
    signer.allow(["s3:GetObject"], [this.bucket.arnForObjects(`${reports}*`)]);
    this.justifyPrefix(signer, reports);
  }

  /**
   * For readers of uploads, and writers of copies and reports; without permission to list, S3 answers a missing object with 403.
   */
  allowImports(worker: LambdaFunction): void {
    const own = [files, reports].map((prefix) => this.bucket.arnForObjects(`${prefix}*`));
    worker.allow(["s3:GetObject"], [this.bucket.arnForObjects(`${uploads}*`), ...own]);
    worker.allow(["s3:AbortMultipartUpload", "s3:PutObject"], own);
    worker.allow(["s3:ListBucket"], [this.bucket.bucketArn]);
    for (const prefix of [uploads, files, reports]) this.justifyPrefix(worker, prefix);
  }

  /** For permanent deletion, including versions and delete markers. */
  allowErasing(worker: LambdaFunction): void {
    const all = [uploads, files, reports].map((prefix) => this.bucket.arnForObjects(`${prefix}*`));
    worker.allow(["s3:DeleteObjectVersion"], all);
    worker.allow(["s3:ListBucketVersions"], [this.bucket.bucketArn]);
  }

  private justifyPrefix({ role }: LambdaFunction, prefix: string): void {
    if (!role) throw new Error("CDK has changed: the function has no role.");
    const id = this.getLogicalId(this.bucket.node.defaultChild as s3.CfnBucket);
    const reason = "Objects get their names when they are created; others cannot be accessed.";
    justify(role, "IAM5", reason, [`Resource::<${id}.Arn>/${prefix}*`]);
  }

  private createBucket({ deployment, site }: StorageStackProps): s3.Bucket {
    return new s3.Bucket(this, "Bucket", {
      bucketName: bucketName(deployment),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: site.logs,
      serverAccessLogsPrefix: "storage/",
      cors: [
        {
          // threat: pages of any site may send files to the bucket
          allowedOrigins: [site.url],
          allowedMethods: [s3.HttpMethods.POST],
          allowedHeaders: ["*"],
          exposedHeaders: ["ETag"],
          maxAge: preflightSeconds,
        },
      ],
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: unfinishedRetention,
          noncurrentVersionExpiration: replacedRetention,
        },
        { prefix: uploads, expiration: uploadRetention },
        { prefix: files, expiration: retention },
        { prefix: reports, expiration: retention },
      ],
      removalPolicy: removalPolicyOf(deployment),
    });
  }

  /** Written into the template directly: CDK's own option would deploy a function with a wide role. */
  private notifyEventBridge(): void {
    const { defaultChild } = this.bucket.node;
    if (!(defaultChild instanceof s3.CfnBucket)) throw new Error("CDK has changed: the bucket has no template part.");
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}
