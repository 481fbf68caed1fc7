import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { prefixes } from "@muster/core/base/id.ts";
import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import * as v from "valibot";
import { beforeAll, describe, expect, test } from "vitest";
import { describedApi } from "../testing/api-document.ts";
import { withDescriptions } from "../testing/doc-comments.ts";
import { recordExamples } from "../testing/examples.ts";
import { everyRoute } from "./every-route.ts";
import { inputSchema } from "./json-schema.ts";
import { type Document, document, operations } from "./openapi.ts";

type Node = Record<string, unknown>;

const file = new URL("../../docs/openapi.json", import.meta.url);
let made: Document;
let generated: string;
beforeAll(async () => {
  const [described, examples] = await Promise.all([describedApi(), recordExamples()]);
  made = described.document(examples);
  generated = formatted(made);
});

test("the committed document is up to date with the mounted routes", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, generated);
  expect(readFileSync(file, "utf8") === generated, "It is not: run `npm run openapi`.").toBe(true);
});

/** Arrays and objects that fit are in one line. */
const formatted = (value: object) =>
  execFileSync("npx", ["biome", "format", "--stdin-file-path=openapi.json"], {
    input: JSON.stringify(value),
    encoding: "utf8",
    maxBuffer: 1e8,
  });

/** A copy of the document with this path alone. */
function documentOf(path: string) {
  const copy = JSON.parse(generated);
  copy.paths = { [path]: copy.paths[path] };
  return copy;
}

test("a public linter with its recommended rules reports nothing", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: generated, absoluteRef: "openapi.json", config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test("the linter would report: a missing summary, a missing answer, a missing license", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const broken = documentOf("/api/v1/account");
  delete broken.info.license;
  delete broken.paths["/api/v1/account"].get.summary;
  broken.paths["/api/v1/account"].patch.responses = {};
  const problems = await lintFromString({ source: JSON.stringify(broken), absoluteRef: "openapi.json", config });
  const rules = problems.map(({ ruleId }) => ruleId);
  expect(rules).toEqual(expect.arrayContaining(["info-license", "operation-summary", "operation-2xx-response"]));
});

test("every body has an example from a real exchange, and one that does not fit its shape is detected", async () => {
  const contents = Object.values(made.paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses as Node)]
        .flatMap((holder) => Object.values((holder as { content?: Node } | undefined)?.content ?? {}))
        .map((content) => [operationId, content as Node] as const),
    );
  expect(contents.length).toBeGreaterThan(80);
  expect(contents.filter(([, { example }]) => example === undefined).map(([id]) => id)).toEqual([]);
  const broken = documentOf("/api/v1/organizations/{organization}/members");
  const answer = broken.paths["/api/v1/organizations/{organization}/members"].get.responses["200"];
  answer.content["application/json"].example.items[0].role = "captain";
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source: JSON.stringify(broken), absoluteRef: "openapi.json", config });
  const ofExamples = problems.filter(({ ruleId }) => ruleId !== "no-unused-components");
  expect(ofExamples.map(({ ruleId }) => ruleId)).toEqual(["no-invalid-media-type-examples"]);
});

test("no example has a secret, or an address that could belong to somebody", () => {
  const mails = generated.match(/[\w.+-]+@[\w.-]+\w/g) ?? [];
  expect(mails.filter((mail) => !mail.endsWith("@example.com"))).toEqual([]);
  expect(generated.match(/mst_\w+?_[\w.-]+/g)?.filter((token) => !token.endsWith("_EXAMPLE"))).toEqual([]);
});

test("every mounted route is in the document, and nothing else", async () => {
  const site = { url: "https://muster.example", secure: true };
  const mounted = (await everyRoute(site))
    .filter(
      ({ method, path }, i, all) =>
        method !== "ALL" && all.findIndex((one) => one.path === path && one.method === method) === i,
    )
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const documented = Object.entries(document().paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(documented.sort()).toEqual(mounted.sort());
});

describe("the text of the document", () => {
  test("has a sentence for every field and every parameter", () => {
    expect(undescribed(made), "Write a doc comment above it, beside its shape in core/.").toEqual([]);
    expect(fieldsOf(made).length).toBeGreaterThan(300);
  });

  test("would be caught missing: for a field, for one within a list, for a parameter", () => {
    const broken = JSON.parse(generated);
    delete broken.components.schemas.Member.properties.name.description;
    delete broken.components.schemas.Billing.properties.discounts.items.properties.percent.description;
    delete broken.components.parameters.IdempotencyKey.description;
    expect(undescribed(broken)).toEqual([
      "/components/parameters/IdempotencyKey",
      "/components/schemas/Billing/properties/discounts/items/properties/percent",
      "/components/schemas/Member/properties/name",
    ]);
  });

  test("comes from the comments beside the shapes, which no bundle contains", () => {
    const source =
      "export const Info = v.object({\n  /** The name. */\n  name: Name,\n  /** Its size. */\n  size,\n});";
    expect(withDescriptions("x.ts", source)).toContain("name: __described(`The name.`, Name)");
    expect(withDescriptions("x.ts", source)).toContain("size: __described(`Its size.`, size)");
    expect(withDescriptions("x.ts", "/** Returns one. */\nexport const f = () => 1;")).not.toContain("__described");
    const route = 'new Hono<Env>()\n/**\n * List. At most {team.maxTeams}.\n */\n.get("/", query(list, { id }))';
    expect(withDescriptions("x.ts", route)).toContain(
      '.get("/", __described(`List. At most ${__numberOf(__team_maxTeams)}.`, query(list',
    );
    expect(JSON.stringify(document())).not.toContain("A member of an organization.");
    expect(generated).toContain("A member of an organization.");
  });

  test("names each list, and says the size of its pages", () => {
    const lists = Object.entries(schemas()).filter(([name]) => name.endsWith("List"));
    expect(lists.map(([name]) => name)).toEqual(
      expect.arrayContaining(["MemberList", "TeamEntryList", "NotificationList", "InvitationResultList"]),
    );
    const paged = lists.filter(([, { properties }]) => (properties as Node).next);
    const sizeless = paged.filter(([, { properties }]) => (properties as { items: Node }).items.maxItems === undefined);
    // read in groups of rows, as its description says
    expect(sizeless.map(([name]) => name)).toEqual(["ImportRowList"]);
    const inline = all()
      .flatMap(({ responses }) => Object.values(responses as Node))
      .filter((response) => JSON.stringify((response as Node).content ?? {}).includes('"properties":{"items"'));
    expect(inline, "Give the shape of its items a name in the shapes of functions/api/schemas.ts.").toEqual([]);
  });

  test("says the order of each list", () => {
    const lists = all().filter(({ operationId }) => String(operationId).startsWith("list"));
    const order = /\b(newest|oldest|by name|by expiry|first|order)\b/i;
    const silent = lists.filter(({ description }) => !order.test(String(description)));
    const ids = silent.map(({ operationId }) => operationId);
    expect(ids, "Say its order in the doc comment of its route, in functions/api/.").toEqual([]);
  });

  test("says in a few words what an operation does, in the second person", () => {
    const wrong = all().filter(
      ({ summary, description }) =>
        !/^[A-Z][a-z]+( [\w'-]+){0,7}$/.test(String(summary)) ||
        String(summary).length > 45 ||
        !/^[A-Z].*\.$/s.test(String(description)),
    );
    const found = wrong.map(({ operationId, summary, description }) => ({ operationId, summary, description }));
    expect(found, "Begin the doc comment of its route, in functions/api/, with a title of a few words.").toEqual([]);
    const summaries = all().map(({ summary }) => summary);
    expect(new Set(summaries).size).toBe(summaries.length);
    const document = JSON.stringify(made, (key, value) => (/^examples?$/.test(key) ? undefined : value));
    expect(document.match(/\b(I|me|my|mine)\b/g)).toBeNull();
  });

  test("has one name for an id: id for an object's own, otherwise what it identifies", () => {
    const roles = ["by", "changedBy", "earlier", "from", "replyTo", "runAs", "to"];
    const nouns: Record<string, string> = Object.fromEntries(nounsById);
    const misnamed = fieldsOf(made).filter(([path, { pattern }]) => {
      const noun = nouns[/^\^([a-z]+)_/.exec(String(pattern))?.[1] ?? ""];
      const name = path.split("/").at(-1) ?? "";
      return noun !== undefined && !path.includes("/parameters/") && !["id", noun, ...roles].includes(name);
    });
    expect(misnamed.map(([path]) => path)).toEqual([]);
    // a reference to itself under the name of its noun would be its own id under another name
    const propertiesOf = (name: string) => (schemas()[name]?.properties ?? {}) as Node;
    const own = Object.entries({
      Account: "account",
      Invitation: "invitation",
      InvitationEntry: "invitation",
      InvitationPreview: "invitation",
      ReceivedInvitation: "invitation",
      Import: "import",
      Organization: "organization",
      Session: "session",
      Team: "team",
      Notification: "notification",
    });
    expect(own.filter(([name, noun]) => noun in propertiesOf(name))).toEqual([]);
    expect(own.filter(([name]) => !("id" in propertiesOf(name)))).toEqual([]);
  });

  test("marks instants, in fields and in examples", () => {
    const instant = /^\d{4}-\d\d-\d\dT/;
    const without = fieldsOf(made).filter(([path, { type, format }]) => {
      const isNamedSo = /^(at|until)$|(At|Until)$|^(period|trial)End$/.test(path.split("/").at(-1) ?? "");
      return type === "string" && isNamedSo !== (format === "date-time");
    });
    expect(without.map(([path]) => path)).toEqual([]);
    const shown = new Set<string>();
    const visit = (value: unknown, name = ""): void => {
      if (typeof value === "string" && instant.test(value)) shown.add(name);
      if (typeof value !== "object" || value === null) return;
      for (const [key, inner] of Object.entries(value)) visit(inner, Array.isArray(value) ? name : key);
    };
    for (const example of examplesIn(made)) visit(example);
    expect(shown.size).toBeGreaterThan(8);
    const names = new Set(
      fieldsOf(made).flatMap(([path, { format }]) => (format === "date-time" ? [path.split("/").at(-1)] : [])),
    );
    expect([...shown].filter((name) => !names.has(name))).toEqual([]);
  });

  test("says that numbers are integers, except percentages, progress and rates", () => {
    const fractions = fieldsOf(made).filter(([, field]) => field.type === "number");
    expect([...new Set(fractions.map(([path]) => String(path.split("/").at(-1))))].sort()).toEqual([
      "done",
      "percent",
      "rate",
    ]);
  });

  test("shares errors: each status is one response, but for clients of OAuth, which read plain JSON", () => {
    const refusals = Object.values(made.paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ responses }) => Object.entries(responses as Node).filter(([status]) => Number(status) >= 400));
    const own = refusals.filter(([, response]) => typeof (response as Node).$ref !== "string");
    const typesOf = (status: string) =>
      own.filter(([one]) => one === status).map(([, response]) => Object.keys((response as Node).content as Node));
    expect(typesOf("400")).toEqual([["application/json"], ["application/json"]]);
    // what does not come through the site does not get to the endpoint
    const both = ["application/json", "application/problem+json"];
    expect(typesOf("403")).toEqual([both, both]);
  });
});

test("each operation has a name of its own, a verb and a noun", () => {
  const ids = Object.values(made.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => String(operationId)),
  );
  expect(new Set(ids).size).toBe(ids.length);
  const verbs = [...new Set(ids.map((id) => /^[a-z]+/.exec(id)?.[0] ?? ""))];
  expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id))).toEqual([]);
  expect(verbs.sort().join(" "), "Use one of these verbs, or add another in functions/api/openapi.test.ts.").toBe(
    "accept add apply approve cancel change check confirm create decline delete deny dismiss edit end export finish get import join leave list mark mute pause pin preview react reclaim refund reinstate remove replace report request resend restore resume retry review revoke roll secure send sign transfer unpin update visit",
  );
});

test("every action of a person is mounted, and none of the deployment's own", () => {
  const forPeople = Object.entries<Rule>(permissions).filter(([, rule]) => !rule.system);
  const mounted = new Set(operations().map(({ fn }) => fn.permission as string));
  const unmounted = forPeople.map(([action]) => action).filter((action) => !mounted.has(action));
  expect(unmounted, "Mount a route for this permission in functions/api/.").toEqual([]);
  expect([...mounted].sort()).toEqual(forPeople.map(([action]) => action).sort());
});

test("a step of a pipe without documentation stops the build", () => {
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

test("changes of a text before it is checked are documented", () => {
  const schema = inputSchema(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(3)), {});
  expect(schema).toEqual({
    type: "string",
    maxLength: 3,
    description: "White space around it is removed. It is stored in lowercase.",
  });
});

const all = () => Object.values(made.paths).flatMap((item) => Object.values(item));
const schemas = () => (made.components as { schemas: Record<string, Node> }).schemas;
const nounsById = Object.entries(prefixes).map(([noun, prefix]) => [prefix, noun] as const);

function examplesIn(part: unknown): unknown[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => (key === "example" ? [value] : examplesIn(value)));
}

/** Every field of every object, and every parameter, by its path. */
function fieldsOf(root: unknown): [path: string, field: Node][] {
  const found: [string, Node][] = [];
  const visit = (part: unknown, path: string): void => {
    if (typeof part !== "object" || part === null) return;
    const { properties, type, in: place } = part as Node;
    if (type === "object" && properties) {
      for (const [name, field] of Object.entries(properties)) found.push([`${path}/properties/${name}`, field as Node]);
    }
    if (typeof place === "string" && !path.includes("/securitySchemes/")) found.push([path, part as Node]);
    for (const [name, value] of Object.entries(part)) {
      if (!["example", "examples"].includes(name) || path.endsWith("/properties")) visit(value, `${path}/${name}`);
    }
  };
  visit(root, "");
  return found;
}

const undescribed = (root: unknown): string[] =>
  fieldsOf(root)
    .filter(([, field]) => field.$ref === undefined && !/^[A-Z`].*[.)"]$/s.test(String(field.description)))
    .map(([path]) => path)
    .sort();
