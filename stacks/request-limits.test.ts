import { readFileSync } from "node:fs";
import { lineOf, requestLimits } from "@muster/core/limit/limits.ts";
import { expect, test } from "vitest";
import { ofType, synthesize } from "./testing/synthesis.ts";

test("docs/limits.md lists each limit of requests with its reason, and no other", () => {
  const text = readFileSync(new URL("../docs/limits.md", import.meta.url), "utf8");
  const [, section = ""] = text.split("\n## Requests\n");
  const lines = section
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("- "));
  expect(lines).toEqual(Object.values(requestLimits).map(lineOf));
});

test("the gateway and the firewall have these limits", () => {
  const prod = synthesize("prod");
  const [stage] = ofType(prod, "AWS::ApiGatewayV2::Stage");
  expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: requestLimits.gatewayPerSecond.value,
    ThrottlingBurstLimit: requestLimits.gatewayAtOnce.value,
  });
  const [firewall] = ofType(prod, "AWS::WAFv2::WebACL");
  expect(JSON.stringify(firewall?.Properties.Rules)).toContain(
    `"RateBasedStatement":{"AggregateKeyType":"IP","Limit":${requestLimits.firewallPerAddress.value}}`,
  );
});
