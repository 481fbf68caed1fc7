import { expect, test } from "vitest";
import { webhookPath } from "./billing.ts";
import { grown, ofType, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod", grown);
const dev = synthesize("dev");

test("Stripe's webhooks have a route of their own, which only accepts POST", () => {
  const routes = ofType(prod, "AWS::ApiGatewayV2::Route").map(({ Properties }) => String(Properties.RouteKey));
  expect(routes.filter((route) => !/sync|passkeys|proxy|certificate|review/.test(route))).toEqual([
    `POST ${webhookPath}`,
  ]);
});

test("Stripe's bus is the one of the operator's event source, and invokes its own function", () => {
  const source = "aws.partner/stripe.com/ed_example";
  const [bus] = ofType(prod, "AWS::Events::EventBus");
  expect(bus?.Properties).toMatchObject({ Name: source, EventSourceName: source });
  const rule = ofType(prod, "AWS::Events::Rule").find(({ id }) => id.startsWith("BusRule"));
  expect(rule?.Properties).toMatchObject({
    EventBusName: { Ref: bus?.id },
    EventPattern: { source: [source] },
    Targets: [
      {
        Arn: { Ref: expect.stringMatching(/^StripeBusLive/) },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^StripeBusDeadLetters/), "Arn"] } },
        RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 21_600 },
      },
    ],
  });
});

test("without such a source there is no bus, and only webhooks are used", () => {
  expect(ofType(dev, "AWS::Events::EventBus")).toEqual([]);
  expect(ofType(dev, "AWS::Events::Rule").filter(({ id }) => id.startsWith("BusRule"))).toEqual([]);
  expect(ofType(dev, "AWS::ApiGatewayV2::Route")).toHaveLength(8);
});

test("no template contains a key or a secret of Stripe", () => {
  const templates = JSON.stringify(prod.assembly.stacks.map(({ template }) => template));
  expect(templates).toContain("price_monthly");
  expect(templates).not.toMatch(/[sr]k_(live|test)_|whsec_/);
});
