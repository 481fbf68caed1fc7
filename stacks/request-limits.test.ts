import { limitOf, requestLimitNames, requestLimits } from "@muster/core/rate/limits.ts";
import { describe, expect, test } from "vitest";
import { parseStageConfig } from "./config.ts";
import { changed, ofType, type Synthesis, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");
const sync = "ANY /api/v1/sync";
const stageOf = (synthesis: Synthesis) => ofType(synthesis, "AWS::ApiGatewayV2::Stage")[0];
const perSecond = (limit: number) => ({ ThrottlingRateLimit: limit, ThrottlingBurstLimit: 2 * limit });

test("the gateway and the firewall have these limits", () => {
  expect(stageOf(prod)?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: requestLimits.gatewayPerSecond.value,
    ThrottlingBurstLimit: requestLimits.gatewayAtOnce.value,
  });
  const [firewall] = ofType(prod, "AWS::WAFv2::WebACL");
  expect(JSON.stringify(firewall?.Properties.Rules)).toContain(
    `"RateBasedStatement":{"AggregateKeyType":"IP","Limit":${requestLimits.firewallPerAddress.value}}`,
  );
});

describe("single routes of the gateway", () => {
  test("have limits of their own", () => {
    expect(stageOf(prod)?.Properties.RouteSettings).toEqual({
      [sync]: perSecond(requestLimits.devicesPerSecond.value),
      "ANY /api/v1/sync/{proxy+}": perSecond(requestLimits.devicesPerSecond.value),
      "ANY /api/v1/organizations/{organization}/departures/{departure}/certificate": perSecond(
        requestLimits.certificatesPerSecond.value,
      ),
      "POST /api/v1/organizations/{organization}/invitations/review": perSecond(requestLimits.reviewsPerSecond.value),
    });
  });

  test("exist before the stage names them", () => {
    const stage = stageOf(prod);
    const routes = ofType(prod, "AWS::ApiGatewayV2::Route").filter((route) => route.stack === stage?.stack);
    const named = Object.keys(stage?.Properties.RouteSettings ?? {});
    const missing = named.filter(
      (key) => !routes.some(({ id, Properties }) => Properties.RouteKey === key && stage?.DependsOn.includes(id)),
    );
    expect(named).not.toEqual([]);
    expect(missing).toEqual([]);
  });
});

describe("an operator", () => {
  test("sets each limit: in the gateway, its routes, the firewall and the functions", () => {
    const set = synthesize("prod", changed);
    const stage = stageOf(set);
    expect(stage?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 900 },
      RouteSettings: { [sync]: perSecond(250) },
    });
    expect(JSON.stringify(ofType(set, "AWS::WAFv2::WebACL")[0]?.Properties.Rules)).toContain('"Limit":9000');
    const functions = ofType(set, "AWS::Lambda::Function").map(({ Properties }) => JSON.stringify(Properties));
    const api = functions.find((one) => one.includes('"prod2-muster-api"'));
    expect(api).toContain(JSON.stringify(JSON.stringify(changed.limits)).slice(1, -1));
  });

  const parse = (one: object) =>
    parseStageConfig(
      "dev",
      { stages: { dev: { region: "eu-west-1", mail: { from: "a@example.org" }, limits: one } } },
      "it",
    );

  test.each(requestLimitNames)("sets %s within its bounds", (name) => {
    const { min, max, value } = requestLimits[name];
    for (const allowed of [min, value, max]) expect(limitOf(name, parse({ [name]: allowed }).limits)).toBe(allowed);
    for (const wrong of [min - 1, max + 1, value + 0.5, String(value)]) {
      expect(() => parse({ [name]: wrong })).toThrow(`${name} must be a whole number from ${min} to ${max}.`);
    }
  });

  test("sets no limit that there is not", () => {
    expect(() => parse({ codesPerPlanet: 5 })).toThrow("codesPerPlanet");
  });
});
