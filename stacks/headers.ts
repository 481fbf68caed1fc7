import { Duration } from "aws-cdk-lib";
import * as cloudfront from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";
import { bucketUrl } from "./bucket-name.ts";
import { type Deployment, resourceName } from "./deployment.ts";

const twoYears = Duration.days(730);

/**
 * Returns the content security policy of a page of the web app: it loads nothing from elsewhere, has no inline script
 * and no frame, and sends files to the bucket of uploads.
 */
export const sitePolicy = (uploadsUrl: string) =>
  // threat: a page of the site may talk to anybody
  `default-src 'self'; script-src 'self'; connect-src 'self' ${uploadsUrl}; img-src 'self' data:; style-src 'self'; ` +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const permissionsPolicy = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

// Functions

/** The headers of every page and asset; they override those of the bucket. */
export function siteHeaders(scope: Construct, deployment: Deployment): cloudfront.ResponseHeadersPolicy {
  return new cloudfront.ResponseHeadersPolicy(scope, "SiteHeaders", {
    responseHeadersPolicyName: resourceName(deployment, "site"),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: sitePolicy(bucketUrl(deployment)), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: twoYears, includeSubdomains: true, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [
        { header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true },
        { header: "Cross-Origin-Resource-Policy", value: "same-origin", override: true },
        // one address has a compressed form and another, for caches between CloudFront and the browser
        // threat: a cache sends a browser the encoding that another one accepts
        { header: "Vary", value: "Accept-Encoding", override: true },
        { header: "Permissions-Policy", value: permissionsPolicy, override: true },
      ],
    },
  });
}

/**
 * The API sets its own headers, and leaves most out of a 304, which is most of what devices receive. An answer of the
 * gateway or of CloudFront in its place contains no data: it only must not be cached.
 */
export function apiHeaders(scope: Construct, deployment: Deployment): cloudfront.ResponseHeadersPolicy {
  return new cloudfront.ResponseHeadersPolicy(scope, "ApiHeaders", {
    responseHeadersPolicyName: resourceName(deployment, "api"),
    customHeadersBehavior: {
      customHeaders: [{ header: "Cache-Control", value: "no-store", override: false }],
    },
  });
}
