import { describe, expect, test } from "vitest";
import { changed, ofType, type Synthesis, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");

describe("mail", () => {
  test("is sent over TLS only, uses no suppression list but our own, and tracks nobody's reading", () => {
    const [configurationSet] = ofType(prod, "AWS::SES::ConfigurationSet");
    const [destination] = ofType(prod, "AWS::SES::ConfigurationSetEventDestination");
    expect(configurationSet?.Properties).toMatchObject({
      Name: "prod-muster",
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: [] },
    });
    expect(configurationSet?.Properties).not.toHaveProperty("TrackingOptions");
    expect(destination?.Properties.EventDestination).toMatchObject({
      Enabled: true,
      MatchingEventTypes: ["bounce", "complaint", "delivery", "reject", "send"],
    });
  });

  test("comes from the sender's domain, the bare address, or an existing identity", () => {
    const identities = (synthesis: Synthesis) => [
      synthesis.config.mail.identity,
      ...ofType(synthesis, "AWS::SES::EmailIdentity").map(({ Properties }) => Properties.EmailIdentity),
    ];
    expect(identities(prod)).toEqual(["domain", "example.org"]);
    expect(identities(synthesize("dev"))).toEqual(["address", "you@example.org"]);
    expect(identities(synthesize("prod", changed))).toEqual(["existing"]);
  });

  test("returns as events of this stage only", () => {
    const [rule] = ofType(prod, "AWS::Events::Rule").filter(({ stack }) => stack.endsWith("-mail"));
    expect(rule?.Properties).toMatchObject({
      EventPattern: {
        source: ["aws.ses"],
        "detail-type": ["Email Bounced", "Email Complaint Received", "Email Delivered", "Email Rejected", "Email Sent"],
        detail: { mail: { tags: { "ses:configuration-set": [{ Ref: expect.stringMatching(/^ConfigurationSet/) }] } } },
      },
      Targets: [
        { DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^MailEventsDeadLetters/), "Arn"] } } },
      ],
    });
  });
});
