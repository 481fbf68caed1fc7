import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { sitePolicy } from "./headers.ts";
import { siteFallback } from "./site-fallback.ts";
import { strongEtags } from "./strong-etags.ts";
import { grown, ofType, statementsOf, synthesize, testRelease } from "./testing/synthesis.ts";

const dev = synthesize("dev");
const prod = synthesize("prod", grown);

describe("the buckets", () => {
  test.each(ofType(prod, "AWS::S3::Bucket").map((bucket) => [bucket.id, bucket] as const))(
    "%s is encrypted and closed to the public",
    (_, bucket) => {
      expect(bucket.Properties).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    },
  );

  test.each(ofType(prod, "AWS::S3::Bucket").map((bucket) => [bucket.id, bucket] as const))(
    "%s refuses connections without TLS 1.2",
    (_, bucket) => {
      const policy = ofType(prod, "AWS::S3::BucketPolicy").find(({ Properties }) =>
        JSON.stringify(Properties.Bucket).includes(bucket.id),
      );
      const denied = (Condition: unknown) => expect.objectContaining({ Effect: "Deny", Condition });
      expect(policy?.Properties.PolicyDocument).toMatchObject({
        Statement: expect.arrayContaining([
          denied({ Bool: { "aws:SecureTransport": "false" } }),
          denied({ NumericLessThan: { "s3:TlsVersion": 1.2 } }),
        ]),
      });
    },
  );

  test("let only this distribution read the site, and tell it what is missing", () => {
    const policy = ofType(prod, "AWS::S3::BucketPolicy").find(({ id }) => id.startsWith("BucketPolicy"));
    const allowed = (action: string) =>
      expect.objectContaining({
        Action: action,
        Principal: { Service: "cloudfront.amazonaws.com" },
        Condition: { StringEquals: { "AWS:SourceArn": expect.anything() } },
      });
    const granted = statementsOf(policy)
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action, ...rest }) => [Action].flat().map((action) => ({ ...rest, Action: action })));
    expect(granted).toEqual([allowed("s3:GetObject"), allowed("s3:ListBucket")]);
  });
});

describe("the distribution", () => {
  const [distribution] = ofType(prod, "AWS::CloudFront::Distribution");

  test("has the operator's domain with TLS 1.2, and CloudFront's own if there is none", () => {
    const [own] = ofType(dev, "AWS::CloudFront::Distribution");
    expect(distribution?.Properties.DistributionConfig).toMatchObject({
      Aliases: ["muster.example.org"],
      ViewerCertificate: { MinimumProtocolVersion: "TLSv1.2_2021" },
    });
    expect(own?.Properties.DistributionConfig).not.toHaveProperty("Aliases");
  });

  test("has the page at its root, where the bucket would list itself", () => {
    expect(distribution?.Properties.DistributionConfig).toMatchObject({ DefaultRootObject: "index.html" });
  });

  test("never serves plain http, and turns no error of the API into a page", () => {
    expect(distribution?.Properties.DistributionConfig).toMatchObject({
      DefaultCacheBehavior: { ViewerProtocolPolicy: "redirect-to-https" },
      CacheBehaviors: [
        { PathPattern: "/api/openapi.json", ViewerProtocolPolicy: "redirect-to-https" },
        { PathPattern: "/api/*", ViewerProtocolPolicy: "https-only" },
      ],
    });
    expect(distribution?.Properties.DistributionConfig).not.toHaveProperty("CustomErrorResponses");
  });

  test("serves the API's document as a file of the site, with the headers of a page", () => {
    const config = distribution?.Properties.DistributionConfig as {
      DefaultCacheBehavior: object;
      CacheBehaviors: object[];
    };
    expect(config.CacheBehaviors[0]).toEqual({
      ...config.DefaultCacheBehavior,
      PathPattern: "/api/openapi.json",
    });
  });

  test("sends the API a secret that no template contains", () => {
    expect(distribution?.Properties.DistributionConfig).toMatchObject({
      Origins: expect.arrayContaining([
        expect.objectContaining({
          CustomOriginConfig: { OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
          OriginCustomHeaders: [
            {
              HeaderName: "x-muster-origin",
              HeaderValue: {
                "Fn::Join": [
                  "",
                  [
                    "{{resolve:secretsmanager:",
                    { "Fn::ImportValue": expect.stringContaining("Secrets") },
                    ":SecretString:origin::}}",
                  ],
                ],
              },
            },
          ],
        }),
      ]),
    });
  });

  test("sends the API the viewer's address, and caches an answer for one credential and for one second at most", () => {
    const [policy] = ofType(prod, "AWS::CloudFront::CachePolicy");
    expect(policy?.Properties.CachePolicyConfig).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 0,
      MaxTTL: 1,
      ParametersInCacheKeyAndForwardedToOrigin: {
        CookiesConfig: { CookieBehavior: "all" },
        HeadersConfig: { Headers: ["Authorization", "CloudFront-Viewer-Address"] },
        QueryStringsConfig: { QueryStringBehavior: "all" },
      },
    });
  });

  test("is behind the firewall, unless the operator chose none", () => {
    const [open] = ofType(dev, "AWS::CloudFront::Distribution");
    expect(distribution?.Properties.DistributionConfig).toMatchObject({
      WebACLId: { "Fn::ImportValue": expect.stringContaining("WebAcl") },
    });
    expect(open?.Properties.DistributionConfig).not.toHaveProperty("WebACLId");
  });
});

describe("the headers of the site", () => {
  const [site, api] = ofType(prod, "AWS::CloudFront::ResponseHeadersPolicy");

  test("are those of the security design, whatever the bucket says", () => {
    const uploads = "https://muster.s3.eu-west-1.amazonaws.com";
    expect(sitePolicy(uploads)).toBe(
      "default-src 'self'; script-src 'self'; connect-src 'self' https://muster.s3.eu-west-1.amazonaws.com; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    const [before = "", after] = sitePolicy("BUCKET").split("BUCKET");
    const named = [`${before}https://prod-muster-`, { Ref: "AWS::AccountId" }, "-us-east-1.s3.us-east-1."];
    const policy = [...named, { Ref: "AWS::URLSuffix" }, after];
    expect(site?.Properties.ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: { "Fn::Join": ["", policy] }, Override: true },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: "DENY", Override: true },
        ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, Override: true },
      },
      CustomHeadersConfig: {
        Items: [
          { Header: "Cross-Origin-Opener-Policy", Value: "same-origin", Override: true },
          { Header: "Cross-Origin-Resource-Policy", Value: "same-origin", Override: true },
          { Header: "Vary", Value: "Accept-Encoding", Override: true },
          { Header: "Permissions-Policy", Value: expect.stringContaining("camera=()"), Override: true },
        ],
      },
    });
  });

  test("of the API are its own, so that a 304 stays small; what answers in its place is kept by nobody", () => {
    expect(api?.Properties.ResponseHeadersPolicyConfig).toEqual({
      Name: expect.any(String),
      CustomHeadersConfig: { Items: [{ Header: "Cache-Control", Value: "no-store", Override: false }] },
    });
  });
});

describe("the upload", () => {
  test("keeps old assets, and lets browsers cache assets permanently but no page", () => {
    const uploads = ofType(prod, "Custom::CDKBucketDeployment").map(({ Properties }) => [
      Properties.DestinationBucketKeyPrefix,
      Properties.Prune,
      Properties.SystemMetadata,
    ]);
    expect(uploads).toEqual([
      ["assets", false, { "cache-control": "public, max-age=31536000, immutable" }],
      ["br", false, { "cache-control": "public, max-age=31536000, immutable", "content-encoding": "br" }],
      [`releases/${testRelease}`, false, { "cache-control": "no-cache" }],
      [undefined, false, { "cache-control": "no-cache" }],
    ]);
  });

  test("is of files that stay, so that a tab of an earlier release goes on", () => {
    const destination = JSON.stringify(
      ofType(prod, "Custom::CDKBucketDeployment")[0]?.Properties.DestinationBucketName,
    );
    const bucket = ofType(prod, "AWS::S3::Bucket").find(
      ({ id, stack }) => stack === "prod-muster-site" && destination.includes(`Ref${id}`),
    );
    expect(bucket?.Properties.LifecycleConfiguration).toEqual({
      Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 90 }, Status: "Enabled" }],
    });
  });

  test("uploads a page after all that it names, as it is and compressed", () => {
    const [assets, compressed, kept, pages] = ofType(prod, "Custom::CDKBucketDeployment");
    expect(pages?.DependsOn).toEqual(expect.arrayContaining([assets?.id, compressed?.id, kept?.id]));
  });
});

describe("the fallback", () => {
  const context = createContext({});
  runInContext(siteFallback, context);

  const reads = (value: string) => ({ "accept-encoding": { value } });
  const served = (uri: string, headers = {}): unknown => {
    context.event = { request: { uri, headers } };
    return runInContext("handler(event).uri", context);
  };

  test.each([
    ["/", "/index.html"],
    ["/sign-in", "/index.html"],
    ["/organizations/org_01JABC/members", "/index.html"],
    ["/v1.2/members", "/index.html"],
    ["/assets/index-abc.js", "/assets/index-abc.js"],
    ["/assets/gone", "/assets/gone"],
    ["/assets/", "/index.html"],
    ["/assets", "/index.html"],
    ["/docs", "/docs/index.html"],
    ["/docs/", "/docs/index.html"],
    ["/docs/errors", "/docs/errors.html"],
    ["/docs/errors/", "/docs/errors.html"],
    ["/docs/nothing", "/index.html"],
    ["/api/openapi.json", "/api/openapi.json"],
    ["/favicon.svg", "/favicon.svg"],
  ])("serves %s as %s", (uri, expected) => {
    expect(served(uri)).toBe(expected);
  });

  test("serves scripts and style sheets as the build compressed them, to those who read that", () => {
    expect(served("/assets/z/index-abc.js", reads("gzip, deflate, br"))).toBe("/br/assets/z/index-abc.js");
    expect(served("/assets/z/index-abc.css", reads("br,gzip"))).toBe("/br/assets/z/index-abc.css");
    expect(served("/assets/z/index-abc.js", reads("gzip"))).toBe("/assets/z/index-abc.js");
    expect(served("/assets/z/inter-abc.woff2", reads("br"))).toBe("/assets/z/inter-abc.woff2");
    expect(served("/theme.js", reads("br"))).toBe("/theme.js");
    expect(served("/sign-in", reads("br"))).toBe("/index.html");
  });

  test("serves files of releases that uploaded none compressed as they are", () => {
    for (const file of ["/assets/index-abc.js", "/assets/index-abc.css", "/assets/zebra.js"]) {
      expect(served(file, reads("gzip, br"))).toBe(file);
    }
  });

  test.each([
    ["br", true],
    ["gzip;q=0.5, BR;q=1.0", true],
    ["br; q=0.001", true],
    ["br;q=0", false],
    ["gzip, br ; q=0.000, identity", false],
    ["brotli", false],
    ["x-br", false],
    ["", false],
  ])("reads Accept-Encoding: %s", (accepted, isRead) => {
    const file = "/assets/z/index-abc.js";
    expect(served(file, reads(accepted))).toBe(isRead ? `/br${file}` : file);
  });
});

describe("ETags that CloudFront has weakened", () => {
  const context = createContext({});
  runInContext(strongEtags, context);

  const passedOn = (tags?: string): unknown => {
    context.event = { request: { headers: { host: { value: "x" }, ...(tags && { "if-match": { value: tags } }) } } };
    return runInContext("handler(event).headers", context);
  };

  test.each([
    ['W/"abc"', '"abc"'],
    ['"abc"', '"abc"'],
    ['W/"a-_b", W/"c" ,"d",W/"e"', '"a-_b", "c" ,"d","e"'],
    ['"xW/"', '"xW/"'],
    ["*", "*"],
  ])("come back to the API strong: %s as %s", (sent, expected) => {
    expect(passedOn(sent)).toEqual({ host: { value: "x" }, "if-match": { value: expected } });
  });

  test("are not made up", () => {
    expect(passedOn()).toEqual({ host: { value: "x" } });
  });

  test("are of the API, whose requests all pass here", () => {
    const code = (id: string) => ofType(prod, "AWS::CloudFront::Function").find((one) => one.id === id)?.Properties;
    const [distribution] = ofType(prod, "AWS::CloudFront::Distribution");
    const behaviors = distribution?.Properties.DistributionConfig as { CacheBehaviors: Record<string, unknown>[] };
    const api = behaviors.CacheBehaviors.find(({ PathPattern }) => PathPattern === "/api/*");
    const [association] = (api?.FunctionAssociations ?? []) as Record<string, Record<string, string[]>>[];
    expect(association?.EventType).toBe("viewer-request");
    expect(code(association?.FunctionARN?.["Fn::GetAtt"]?.[0] ?? "")?.FunctionCode).toBe(strongEtags);
  });
});
