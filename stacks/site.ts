import { Annotations, CfnOutput, Duration, Fn, Stack, type StackProps } from "aws-cdk-lib";
import * as acm from "aws-cdk-lib/aws-certificatemanager";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import * as origins from "aws-cdk-lib/aws-cloudfront-origins";
import * as s3 from "aws-cdk-lib/aws-s3";
import type * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { type Deployment, describeResource, removalPolicyOf, resourceName } from "./deployment.ts";
import { Gateway } from "./gateway.ts";
import { apiHeaders, siteHeaders } from "./headers.ts";
import { justify } from "./justify.ts";
import { siteFallback } from "./site-fallback.ts";
import { strongEtags } from "./strong-etags.ts";

const accessLogRetention = Duration.days(90);
// threat: CloudFront cannot tell missing from forbidden
/**
 * With permission to list, S3 answers a missing object with 404, otherwise with 403. The listing itself cannot be
 * reached: every path without a file name is the page.
 */
const siteAccess = [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST];

// Shapes

export type SiteStackProps = {
  deployment: Deployment;
  secrets: secretsmanager.Secret;
  webAclArn?: string;
} & StackProps;

// Functions

/** One host for everything, still without pages: `/` is the web app, `/docs` its static pages, `/api/*` the API except its document. */
export class SiteStack extends Stack {
  readonly gateway: Gateway;
  readonly url: string;
  private readonly deployment: Deployment;
  /** Everything that browsers load: the stack `pages` fills it. */
  readonly bucket: s3.Bucket;
  /** Logs of every access to a bucket or the distribution. */
  readonly logs: s3.Bucket;

  constructor(scope: Construct, id: string, props: SiteStackProps) {
    super(scope, id, props);
    this.deployment = props.deployment;
    this.logs = this.createLogBucket();
    this.gateway = new Gateway(this, "Gateway", props);

    this.bucket = this.createBucket();
    const distribution = this.createDistribution(this.bucket, props);

    this.url = `https://${this.deployment.config.site?.domain ?? distribution.distributionDomainName}`;
    new CfnOutput(this, "SiteUrl", { value: this.url });
    new CfnOutput(this, "SiteBucket", { value: this.bucket.bucketName });
    new CfnOutput(this, "SiteTarget", { value: distribution.distributionDomainName });
    new CfnOutput(this, "ApiUrl", { value: this.gateway.api.apiEndpoint });
  }

  private createDistribution(bucket: s3.Bucket, props: SiteStackProps): cloudfront.Distribution {
    const { site } = this.deployment.config;
    const pages = this.siteBehavior(bucket);
    const distribution = new cloudfront.Distribution(this, "Distribution", {
      comment: describeResource(this.deployment, "site"),
      defaultRootObject: "index.html",
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      enableLogging: true,
      logBucket: this.logs,
      logFilePrefix: "cloudfront/",
      defaultBehavior: pages,
      // CloudFront uses the first that matches
      additionalBehaviors: {
        // threat: the API document is requested from the API, which does not have it
        "/api/openapi.json": pages,
        "/api/*": this.apiBehavior(props.secrets),
      },
      ...(props.webAclArn && { webAclId: props.webAclArn }),
      ...(site && {
        domainNames: [site.domain],
        certificate: acm.Certificate.fromCertificateArn(this, "Certificate", site.certificateArn),
      }),
    });
    Annotations.of(distribution).acknowledgeWarning(
      "@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",
      "The root is the page, and so is every path that could be a listing.",
    );
    justify(distribution, "CFR1", "Members of an organization may be anywhere.");
    if (!site) {
      justify(distribution, "CFR4", "CloudFront's own domain allows no choice; a custom domain gets TLS 1.2.");
    }
    if (!props.webAclArn) {
      justify(distribution, "CFR2", "The operator chose no firewall for this stage.");
    }
    return distribution;
  }

  private siteBehavior(bucket: s3.Bucket): cloudfront.BehaviorOptions {
    return {
      origin: origins.S3BucketOrigin.withOriginAccessControl(bucket, { originAccessLevels: siteAccess }),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: siteHeaders(this, this.deployment),
      functionAssociations: [this.onRequest("Fallback", siteFallback)],
    };
  }

  private onRequest(id: string, code: string): cloudfront.FunctionAssociation {
    return {
      eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
      function: new cloudfront.Function(this, id, {
        code: cloudfront.FunctionCode.fromInline(code),
        runtime: cloudfront.FunctionRuntime.JS_2_0,
      }),
    };
  }

  private apiBehavior(secrets: secretsmanager.Secret): cloudfront.BehaviorOptions {
    return {
      origin: new origins.HttpOrigin(Fn.select(2, Fn.split("/", this.gateway.api.apiEndpoint)), {
        protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
        // A dynamic reference: CloudFormation puts the value into the distribution, no template contains it.
        customHeaders: { "x-muster-origin": secrets.secretValueFromJson("origin").unsafeUnwrap() },
      }),
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: this.createApiCachePolicy(),
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: apiHeaders(this, this.deployment),
      // threat: the ETag of an answer that CloudFront compresses never matches in If-Match
      functionAssociations: [this.onRequest("StrongEtags", strongEtags)],
    };
  }

  /**
   * The gateway refuses a foreign Host, and with "all but Host" only a cache policy can add the viewer's address; a
   * policy with headers must cache. One second at most, per credential and address, and the API says no-store.
   */
  private createApiCachePolicy(): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, "ApiCache", {
      cachePolicyName: resourceName(this.deployment, "api"),
      minTtl: Duration.seconds(0),
      defaultTtl: Duration.seconds(0),
      maxTtl: Duration.seconds(1),
      headerBehavior: cloudfront.CacheHeaderBehavior.allowList("Authorization", "CloudFront-Viewer-Address"),
      cookieBehavior: cloudfront.CacheCookieBehavior.all(),
      queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }

  private createBucket(): s3.Bucket {
    return new s3.Bucket(this, "Bucket", {
      ...privateBucket,
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: accessLogRetention }],
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: "bucket/",
      removalPolicy: removalPolicyOf(this.deployment),
    });
  }

  /** CloudFront delivers its log by an access control list, which the ownership setting has to allow. */
  private createLogBucket(): s3.Bucket {
    const bucket = new s3.Bucket(this, "Logs", {
      ...privateBucket,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: accessLogRetention }],
      removalPolicy: removalPolicyOf(this.deployment),
    });
    justify(bucket, "S1", "It holds the access logs; logging its own access would never end.");
    return bucket;
  }
}

const privateBucket = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} satisfies s3.BucketProps;
