import * as v from "valibot";
import { expect, test } from "vitest";
import { ofType, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");

test("the gateway passes everything below /api/ to the function, webhooks, devices, and passkeys to theirs, and has no other routes", () => {
  expect(ofType(prod, "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey)).toEqual([
    "ANY /api/{proxy+}",
    "ANY /api/v1/sync",
    "ANY /api/v1/sync/{proxy+}",
    "ANY /api/v1/organizations/{organization}/departures/{departure}/certificate",
    "ANY /api/v1/passkeys",
    "ANY /api/v1/passkeys/{proxy+}",
    "POST /api/v1/organizations/{organization}/invitations/review",
    "POST /api/webhooks/stripe",
  ]);
  const integrations = ofType(prod, "AWS::ApiGatewayV2::Integration").map(({ Properties }) => Properties);
  const proxy = { IntegrationType: "AWS_PROXY", PayloadFormatVersion: "2.0" };
  expect(integrations).toMatchObject(Array.from({ length: 8 }, () => proxy));
});

test("the gateway allows no other origin, throttles, and logs no address, path, query or header", () => {
  const [stage] = ofType(prod, "AWS::ApiGatewayV2::Stage");
  const { Format } = v.parse(v.object({ Format: v.string() }), stage?.Properties.AccessLogSettings);
  expect(ofType(prod, "AWS::ApiGatewayV2::Api")[0]?.Properties).not.toHaveProperty("CorsConfiguration");
  expect(stage?.Properties).toMatchObject({
    DefaultRouteSettings: { ThrottlingBurstLimit: 400, ThrottlingRateLimit: 200 },
  });
  expect(JSON.parse(Format)).toMatchObject({
    requestId: "$context.requestId",
    status: "$context.status",
    route: "$context.routeKey",
  });
  expect(Format).not.toMatch(/sourceIp|query|header|authorizer|path|resource/i);
});

test("what is signed is signed by the function of devices, which alone has the key", () => {
  const routes = ofType(prod, "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties);
  const targetOf = (key: string) => {
    const { Target } = routes.find(({ RouteKey }) => RouteKey === key) ?? {};
    const [, id] = JSON.stringify(Target).match(/"Ref":"(\w+)"/) ?? [];
    const integrations = ofType(prod, "AWS::ApiGatewayV2::Integration");
    return JSON.stringify(integrations.find((one) => one.id === id)?.Properties.IntegrationUri);
  };
  const certificate = "ANY /api/v1/organizations/{organization}/departures/{departure}/certificate";
  expect(targetOf(certificate)).toMatch(/SyncFunction/);
  expect(targetOf("ANY /api/v1/passkeys/{proxy+}")).toMatch(/IdentityFunction/);
  expect(targetOf("ANY /api/{proxy+}")).not.toMatch(/SyncFunction/);
});

test("only this gateway's own route may invoke the function", () => {
  const [permission] = ofType(prod, "AWS::Lambda::Permission").filter(({ stack }) => stack === "prod-muster-api");
  expect(permission?.Properties.Principal).toBe("apigateway.amazonaws.com");
  expect(JSON.stringify(permission?.Properties.SourceArn)).toContain("/*/*/api/{proxy+}");
});
