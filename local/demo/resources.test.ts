import { config } from "@muster/functions/config.ts";
import { expect, test } from "vitest";
import { offerResources } from "./resources.ts";

test("the demo offers what an operator may offer", () => {
  const environment: NodeJS.ProcessEnv = {};
  offerResources(environment);
  const { MUSTER_RESOURCES: offered } = config(["MUSTER_RESOURCES"], environment);
  expect(Object.keys(offered).sort()).toEqual(["downloadUrl", "items", "launchUrl", "supportUrl"]);
  expect(offered.items.length).toBeGreaterThan(1);
});

test("what the operator of a local run offers stays", () => {
  const environment: NodeJS.ProcessEnv = { MUSTER_RESOURCES: "{}" };
  offerResources(environment);
  expect(environment.MUSTER_RESOURCES).toBe("{}");
});
