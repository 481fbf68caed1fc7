import { readFileSync, writeFileSync } from "node:fs";
import { permissions, type Rule } from "@muster/core/kernel/permission.ts";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import * as v from "valibot";
import { expect, test } from "vitest";
import { app } from "./app.ts";
import { inputSchema } from "./json-schema.ts";
import { allRoutes } from "./lazy.ts";
import { document, operations } from "./openapi.ts";

const file = new URL("../../docs/openapi.json", import.meta.url);
const generated = `${JSON.stringify(document(), null, 2)}\n`;

test("the committed document is the one that the mounted routes make", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, generated);
  expect(readFileSync(file, "utf8") === generated, "It is not: run `npm run openapi`.").toBe(true);
});

test("a public linter finds nothing to say, under its recommended rules", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: generated, absoluteRef: "openapi.json", config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test("the linter would speak: without a summary, without an answer, without a license", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const broken = JSON.parse(generated);
  delete broken.info.license;
  delete broken.paths["/api/v1/account"].get.summary;
  broken.paths["/api/v1/account"].patch.responses = {};
  const problems = await lintFromString({ source: JSON.stringify(broken), absoluteRef: "openapi.json", config });
  const rules = problems.map(({ ruleId }) => ruleId);
  expect(rules).toEqual(expect.arrayContaining(["info-license", "operation-summary", "operation-2xx-response"]));
});

test("every mounted route is in the document, and nothing else", async () => {
  const mounted = (await allRoutes(app({ url: "https://muster.example", secure: true })))
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const documented = Object.entries(document().paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(documented.sort()).toEqual(mounted.sort());
});

test("every operation has a name of its own, also where one domain function has two routes", () => {
  const ids = operations().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(["organization.create", "session.open.code", "session.open.token"]));
});

test("every action that a person may do is mounted, and none of the deployment's own", () => {
  const forPeople = Object.entries<Rule>(permissions).filter(([, rule]) => !rule.system);
  const mounted = new Set(operations().map(({ fn }) => fn.action as string));
  expect([...mounted].sort()).toEqual(forPeople.map(([action]) => action).sort());
});

test("a step of a pipe that nobody has documented stops the build", () => {
  const convert = (schema: v.GenericSchema) => inputSchema(v.object({ text: schema }), {});
  expect(() => convert(v.pipe(v.string(), v.transform(Number)))).toThrow("cannot be documented");
  expect(() => convert(v.pipe(v.string(), v.toUpperCase()))).toThrow("to_upper_case");
  const silent = v.pipe(
    v.string(),
    v.check((text) => text !== ""),
  );
  expect(() => convert(silent)).toThrow("cannot be documented");
  expect(() => convert(v.pipe(v.string(), v.regex(/a/i)))).toThrow("flags");
  expect(() => convert(v.date())).toThrow("date");
});

test("what is done to a text before it is checked is told", () => {
  const told = inputSchema(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(3)), {});
  expect(told).toEqual({
    type: "string",
    maxLength: 3,
    description: "White space around it is dropped. Upper and lower case are the same.",
  });
});
