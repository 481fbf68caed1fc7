import { existsSync } from "node:fs";
import path from "node:path";
import { stampName } from "@muster/functions/built.ts";
import { Duration, RemovalPolicy, Size, Stack, type StackProps } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";
import { justify } from "./justify.ts";

const lasting = [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()];

/** Returns the place of the pages of a release, from where a rollback takes them. */
export const keptPages = (release: string) => `releases/${release}`;

// Shapes

export type PagesStackProps = {
  deployment: Deployment;
  bucket: s3.Bucket;
} & StackProps;

// Functions

/**
 * Uploads the built web app into the bucket: first the hashed assets, which never change, as they are and compressed
 * below `br`, then the pages that name them, so that no page names a file that is not there in both forms. Nothing is
 * deleted, so that a page of an earlier release still finds its assets. It is a stack of its own, the last one: pages
 * may ask only for what the API already answers.
 */
export class PagesStack extends Stack {
  constructor(scope: Construct, id: string, props: PagesStackProps) {
    super(scope, id, props);
    const { deployment, bucket } = props;
    const site = deployment.artifacts.site;
    if (!existsSync(path.join(site, "index.html"))) {
      throw new Error(`${site} has no index.html: build the web app first, with "npm run build -w web".`);
    }
    const shared = {
      destinationBucket: bucket,
      prune: false,
      memoryLimit: Size.mebibytes(512).toMebibytes(),
      logGroup: new logs.LogGroup(this, "Log", {
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    };
    const assets = new BucketDeployment(this, "Assets", {
      ...shared,
      sources: [Source.asset(path.join(site, "assets"))],
      destinationKeyPrefix: "assets",
      cacheControl: lasting,
    });
    const compressed = new BucketDeployment(this, "Compressed", {
      ...shared,
      sources: [Source.asset(path.join(site, "br"))],
      destinationKeyPrefix: "br",
      cacheControl: lasting,
      contentEncoding: "br",
    });
    const sources = [Source.asset(site, { exclude: ["assets", "br", ".vite", stampName] })];
    const cacheControl = [CacheControl.noCache()];
    const kept = new BucketDeployment(this, "Kept", {
      ...shared,
      sources,
      destinationKeyPrefix: keptPages(deployment.release),
      cacheControl,
    });
    const pages = new BucketDeployment(this, "Pages", { ...shared, sources, cacheControl });
    // threat: a page names files that are not uploaded yet
    pages.node.addDependency(assets, compressed, kept);
    justifyUploader(this);
  }
}

/** CDK's own function does the copying; its role and runtime are CDK's. */
function justifyUploader(scope: Construct): void {
  for (const child of Stack.of(scope).node.children) {
    if (!child.node.id.startsWith("Custom::CDKBucketDeployment")) {
      continue;
    }
    justify(child, "L1", "CDK's uploader runs on the Python that its release was tested with.");
    justify(child, "IAM4", "CDK's uploader writes its log by AWS's basic policy.", [
      "Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ]);
    justify(
      child,
      "IAM5",
      "CDK's uploader reads the asset bucket and writes the site's bucket, both by name and all of their keys.",
    );
  }
}
