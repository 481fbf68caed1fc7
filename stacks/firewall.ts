import { limitOf } from "@muster/core/rate/limits.ts";
import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import * as wafv2 from "aws-cdk-lib/aws-wafv2";
import type { Construct } from "constructs";
import { type Deployment, resourceName } from "./deployment.ts";

/** CloudFront accepts a web ACL from this region only, wherever everything else runs. */
export const firewallRegion = "us-east-1";

const tooMany = "TooManyRequests";
/** Shaped like the API's own refusal. */
const tooManyProblem = {
  type: "about:blank",
  title: "Too many requests",
  status: 429,
  code: "rate.limited",
  detail: "Too many requests. Try again later.",
};

// Shapes

export type FirewallStackProps = {
  deployment: Deployment;
} & StackProps;

// Functions

/** The web ACL in front of the site and the API. */
export class FirewallStack extends Stack {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: FirewallStackProps) {
    super(scope, id, props);
    const webAcl = new wafv2.CfnWebACL(this, "WebAcl", {
      name: resourceName(props.deployment),
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      customResponseBodies: { [tooMany]: { contentType: "APPLICATION_JSON", content: JSON.stringify(tooManyProblem) } },
      visibilityConfig: visibility("WebAcl"),
      rules: [
        // threat: an operator's limit of the firewall is ignored
        rateRule(0, limitOf("firewallPerAddress", props.deployment.config.limits)),
        managedRule(1, "AWSManagedRulesAmazonIpReputationList"),
        managedRule(2, "AWSManagedRulesKnownBadInputsRuleSet"),
        // This rule set refuses bodies above 8 KB; the API has its own limit, which is higher.
        managedRule(3, "AWSManagedRulesCommonRuleSet", ["SizeRestrictions_BODY"]),
      ],
    });
    this.webAclArn = webAcl.attrArn;
    new CfnOutput(this, "FirewallArn", { value: webAcl.attrArn });
  }
}

function rateRule(priority: number, limit: number): wafv2.CfnWebACL.RuleProperty {
  return {
    name: "RequestRate",
    priority,
    action: {
      block: {
        customResponse: {
          responseCode: 429,
          customResponseBodyKey: tooMany,
          // the rate is counted over five minutes, and looked at more often
          responseHeaders: [{ name: "Retry-After", value: "60" }],
        },
      },
    },
    statement: { rateBasedStatement: { aggregateKeyType: "IP", limit } },
    visibilityConfig: visibility("RequestRate"),
  };
}

function managedRule(priority: number, name: string, onlyCounted: string[] = []): wafv2.CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: onlyCounted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visibility(name),
  };
}

function visibility(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true };
}
