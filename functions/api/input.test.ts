import { isDeepStrictEqual } from "node:util";
import { Failure } from "@muster/core/base/failure.ts";
import type * as ID from "@muster/core/base/id.ts";
import { parseSent } from "@muster/core/base/valid.ts";
import { type Sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
import { type Answer, openApi, type Sent, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { document, type MountedOperation, operations } from "./openapi.ts";

/** Is part of every input, and must not appear in any answer. */
const marker = "XmarkerX";

let api: TestApi;
let owner: Person;
let acme: ID.ID<"organization">;
beforeAll(async () => {
  api = await openApi();
  owner = await api.stranger();
  acme = await api.organization(owner);
});

type Field = { type?: string; minItems?: number; anyOf?: Field[] };
type Documented = { requestBody?: { content: Record<string, { schema: Body }> } };
type Body = { properties?: Record<string, Field>; required?: string[] };
const documented = document();

/** The body of an operation, according to the document. */
function bodyOf({ path, method }: MountedOperation): Body | undefined {
  const operation = documented.paths[path]?.[method] as Documented | undefined;
  return operation?.requestBody?.content["application/json"]?.schema;
}

const fieldsOf = (operation: MountedOperation) => Object.entries(bodyOf(operation)?.properties ?? {});

/** A valid request, the same each time: a refused one uses nothing up, and does not change what it names. */
const requests = new Map<string, Promise<Sample>>();
function right(operation: MountedOperation): Promise<Sample> {
  const request = requests.get(operation.id) ?? sampleOfDevice(api, operation, { person: owner, organization: acme });
  requests.set(operation.id, request);
  return request;
}

/** Replaces the body of a valid request, and expects a failure that repeats nothing of it. */
async function send(operation: MountedOperation, instead: Sent): Promise<Answer> {
  const [method, path, { json: _, ...sent }] = await right(operation);
  const headers = { "content-type": "application/json", ...sent.headers, ...instead.headers };
  const answer = await api.call(method, path, { ...sent, ...instead, headers });
  expect(answer.text).not.toContain(marker);
  return answer;
}

async function rightBody(operation: MountedOperation): Promise<Record<string, unknown>> {
  const [, , { json }] = await right(operation);
  return { ...(json as object) };
}

const stream = (bytes: number) =>
  new ReadableStream({
    start(controller) {
      for (let sent = 0; sent < bytes; sent += 16_384) controller.enqueue(new Uint8Array(16_384).fill(32));
      controller.close();
    },
  });

const withBody = operations().filter(({ source, ignoresBody }) => source === "json" && !ignoresBody);
const refused = (code: string, status = 400) => ({ status, body: { code } });

/** A public operation, one with a session, and one with a larger limit: functions/api/body.ts reads all bodies. */
const readers = ["session.requestCode", "organization.create", "setting.change"].map((id) => {
  const found = withBody.find((operation) => operation.id === id);
  if (!found) throw new Error(`There is no ${id}.`);
  return found;
});

describe.each(readers)("the body of $method $path", (operation) => {
  test.each([
    ["JSON that ends too early", `{"name": "${marker}"`],
    ["JSON with an extra comma", `{"name": "${marker}",}`],
    ["text that is not JSON", marker],
    ["a list", `[{"name": "${marker}"}]`],
    ["an empty list", "[]"],
    ["a text", `"${marker}"`],
    ["a number", "42"],
    ["null", "null"],
    ["100,000 nested lists", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["an object with 100,000 nested lists", `{"name": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    [
      "an object with 21 nested ones after a text with brackets",
      `{"a\\"]}": "]]", "b": ${'{"c":'.repeat(20)}1${"}".repeat(20)}}`,
    ],
    ["bytes that are not UTF-8", new Uint8Array([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')])],
  ])("cannot be %s", async (_, raw) => {
    expect(await send(operation, { raw })).toMatchObject(refused("request.malformed"));
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""])(
    "cannot be of the type %j",
    async (type) => {
      const raw = `{"name": "${marker}"}`;
      expect(await send(operation, { raw, headers: { "content-type": type } })).toMatchObject(
        refused("request.not_json"),
      );
    },
  );

  test("may not be larger than it may be, whether it says so or not", async () => {
    const limitBytes = operation.maxBody * 1024;
    const large = `{"name": "${marker.repeat(limitBytes / marker.length)}"}`;
    const headers = { "content-length": String(large.length) };
    expect(await send(operation, { raw: large, headers })).toMatchObject(refused("request.too_large", 413));
    expect(await send(operation, { raw: large })).toMatchObject(refused("request.too_large", 413));
    expect(await send(operation, { raw: stream(limitBytes + 1) })).toMatchObject(refused("request.too_large", 413));
    const lying = { "content-length": "2" };
    expect(await send(operation, { raw: large, headers: lying })).toMatchObject(refused("request.too_large", 413));
  });

  test("cannot have a field whose name does not look like one; it is not repeated", async () => {
    for (const name of [`${marker}<script>`, marker.repeat(10), `ä${marker}`, `${marker}: `]) {
      const json = { ...(await rightBody(operation)), [name]: 1 };
      expect(await send(operation, { json })).toMatchObject({
        body: { code: "input.invalid", errors: [{ path: "" }] },
      });
    }
  });
});

test.each(withBody)(
  "$id takes a JSON object of its size, without unknown fields or ids of its path",
  async (operation) => {
    const json = await rightBody(operation);
    const limitBytes = operation.maxBody * 1024;
    const unknown = (path: string, more = {}) => ({
      status: 400,
      body: { code: "input.invalid", errors: [{ path, ...more }] },
    });
    const cases: [what: string, Sent, expected: object][] = [
      ["no JSON", { raw: marker }, refused("request.malformed")],
      ["another type", { raw: "{}", headers: { "content-type": "text/plain" } }, refused("request.not_json")],
      ["too much", { raw: stream(limitBytes + 1) }, refused("request.too_large", 413)],
      ["as much as it takes", { raw: `{"nonsense": "${"x".repeat(limitBytes - 16)}"}` }, refused("input.invalid")],
      ["an unknown field", { json: { ...json, nonsense: marker } }, unknown("nonsense", { message: "Unknown field." })],
      ["an id of the path", { json: { ...json, session: "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV" } }, unknown("session")],
    ];
    for (const [what, sent, expected] of cases) expect.soft(await send(operation, sent), what).toMatchObject(expected);
  },
);

/** Fields that hold whole texts, which an answer shows, or words that look like the marker. */
const isText = (name: string, id: string) =>
  /^(update|comment)\.(create|edit)$/.test(id) && ["content", "tags"].includes(name);
const texts = [marker.repeat(70), true, null, [marker], [], { [`${marker}: `]: marker }, [[[[[[[[marker]]]]]]]]];
const mayBeEmpty = ({ type, minItems = 0 }: Field) => type === "array" && minItems === 0;
const mayBeNull = ({ anyOf = [] }: Field) => anyOf.some(({ type }) => type === "null");
const wrongFor = (field: Field, isLong = false) =>
  [...texts, field.type === "string" ? 12_345 : 1.5]
    .filter((value) => !(mayBeEmpty(field) && Array.isArray(value) && value.length === 0))
    .filter((value) => !(mayBeNull(field) && value === null))
    .filter((value) => !(field.type === "boolean" && value === true))
    .filter((value) => !(isLong && (value === texts[0] || isDeepStrictEqual(value, [marker]))));
/** Any text may be a cursor, until it is opened. */
const mayBe = (name: string, value: unknown) => name === "cursor" && value === texts[0];

/** Returns what its shape says of an input: nothing, or the failure. */
function failureOf({ fn }: MountedOperation, input: object): Failure | undefined {
  try {
    parseSent(fn.input, input);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const withFields = withBody.filter((operation) => fieldsOf(operation).length > 0);

test.each(withFields)("$id refuses wrong values of each field, and repeats nothing of them", async (operation) => {
  const json = await rightBody(operation);
  const inPath = await pathOf(operation);
  expect(failureOf(operation, { ...json, ...inPath })).toBeUndefined();
  let isRefused = false;
  for (const [name, field] of fieldsOf(operation)) {
    const wrong = wrongFor(field, isText(name, operation.id)).filter((value) => !mayBe(name, value));
    for (const value of wrong) {
      const sent = { ...json, [name]: value };
      const failure = failureOf(operation, { ...sent, ...inPath });
      const said = `${name}: ${JSON.stringify(value).slice(0, 60)}`;
      if (failure) refuses(name, said, failure.code, failure.fields, failure.message);
      // the route says what the shape says: once for an operation, and in a deep run each time. What the shape lets pass,
      // such as a text in YAML, is refused later.
      if (failure && depth(isRefused, false)) continue;
      isRefused ||= failure !== undefined;
      const { status, body } = await send(operation, { json: sent });
      expect.soft(status, said).toBe(400);
      refuses(name, said, body.code, body.errors as Failure["fields"], body.detail);
    }
  }
});

function refuses(name: string, said: string, code: unknown, fields: Failure["fields"], message: unknown): void {
  expect.soft(code, said).toBe("input.invalid");
  // several rows of a list may be invalid
  const paths = (fields ?? []).map(({ path }) => path);
  expect
    .soft(
      paths.filter((path) => path === name || path.startsWith(`${name}.`)),
      said,
    )
    .not.toEqual([]);
  expect.soft(JSON.stringify([message, fields]), said).not.toMatch(/12345|XmarkerX/);
}

/** Replaces each value of one kind in an object, one at a time. */
function* replaced<T>(
  value: unknown,
  isMeant: (one: unknown) => one is T,
  by: (one: T) => unknown,
  path: readonly string[] = [],
): Generator<{ path: string; json: unknown }> {
  if (isMeant(value)) yield { path: path.join("."), json: by(value) };
  if (typeof value !== "object" || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    for (const { path: at, json } of replaced(one, isMeant, by, [...path, name])) {
      yield { path: at, json: Array.isArray(value) ? value.with(Number(name), json) : { ...value, [name]: json } };
    }
  }
}
const isString = (one: unknown) => typeof one === "string";
const isNumber = (one: unknown) => typeof one === "number";
const halves = ["\ud800", "\udc00", "a\ud83da", "\0", "\x1b"];
const tooLarge = [Number.MAX_SAFE_INTEGER + 2, 1e21, 1e308, -1e308, 1.5];

test.each(withFields)(
  "$id refuses half a character, a control, and a number without an end in each field",
  async (operation) => {
    const json = await rightBody(operation);
    const wrong = [
      ...halves.flatMap((half) => [...replaced(json, isString, (text) => `${text}${half}`)]),
      ...tooLarge.flatMap((number) => [...replaced(json, isNumber, () => number)]),
    ];
    const inPath = await pathOf(operation);
    for (const [at, { path, json: sent }] of wrong.entries()) {
      // the first one through the route: it says what the shape says
      if (at > 0 && failureOf(operation, { ...(sent as object), ...inPath })) continue;
      const { status, body } = await send(operation, { json: sent });
      expect.soft([status, body.code], path).toEqual([400, "input.invalid"]);
    }
  },
);

type Leaf = { path: string; jsonOf: (text: string) => unknown };
type Part = {
  type?: string;
  $ref?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Part>;
  items?: Part;
  additionalProperties?: Part | boolean;
} & { [list in "anyOf" | "oneOf"]?: Part[] };

/** Each text of a schema, whether a valid request has it or not, in the least that contains it. */
function* leavesIn(part: Part): Generator<Leaf> {
  if (part.$ref !== undefined) yield* leavesIn(shapeNamed(part.$ref));
  for (const one of [...(part.anyOf ?? []), ...(part.oneOf ?? [])]) yield* leavesIn(one);
  if (part.type === "string" && part.enum === undefined && part.const === undefined) {
    yield { path: "", jsonOf: (text) => text };
  }
  if (part.items) {
    for (const { path, jsonOf } of leavesIn(part.items)) yield { path: `0.${path}`, jsonOf: (text) => [jsonOf(text)] };
  }
  const choices = Object.entries(part.properties ?? {}).flatMap(([name, one]) => {
    const choice = one.const ?? one.enum?.[0];
    return choice === undefined ? [] : [[name, choice]];
  });
  const more = typeof part.additionalProperties === "object" ? [["name", part.additionalProperties] as const] : [];
  for (const [name, one] of [...Object.entries(part.properties ?? {}), ...more]) {
    for (const { path, jsonOf } of leavesIn(one)) {
      yield {
        path: `${name}.${path}`,
        jsonOf: (text) => ({ ...Object.fromEntries(choices), [name]: jsonOf(text) }),
      };
    }
  }
}

function shapeNamed(ref: string): Part {
  const schemas = (documented.components as { schemas: Record<string, Part> }).schemas;
  const found = schemas[ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error(`There is no ${ref}.`);
  return found;
}

/** Texts that show nothing, and texts that hide or turn around what is beside them. */
const hidden = [
  ..."\u200b \u2800 \u3164 \u115f\u1160 \uffa0 \u{e0041} \u00ad\u034f".split(" "),
  "hi\u{e0041}",
  "\u202ehi",
  "hi\u2066",
  "hi\0",
  "h\u2028i",
];
/** Texts that are only compared, or read, and whose parts are refused by what reads them. */
const isCompared = (id: string, name: string) =>
  /^(?:cursor|code|userCode|token|client_id|scope|undo|zone)$/.test(name) ||
  `${id} ${name}` === "organization.delete name" ||
  /^setting\..* (?:fields\..*\.(?:value|add|remove)\.?\d?|document)/.test(`${id} ${name}`) ||
  /^invitation\.(?:send|review) invitations\./.test(`${id} ${name}`);

test.each(withFields)("$id refuses text that shows nothing or hides something in each field", async (operation) => {
  const json = await rightBody(operation);
  const inPath = await pathOf(operation);
  for (const { path, jsonOf } of leavesIn(bodyOf(operation) as Part)) {
    const name = path.replace(/\.$/, "");
    if (isCompared(operation.id, name)) continue;
    for (const text of hidden) {
      const sent = { ...json, ...(jsonOf(text) as object), ...inPath };
      const paths = failureOf(operation, sent)?.fields?.map((field) => field.path) ?? [];
      expect
        .soft(
          paths.some((one) => name === one || name.startsWith(`${one}.`)),
          `${name}: ${JSON.stringify(text)}`,
        )
        .toBe(true);
    }
  }
});

test("every whole number of a body has a maximum in the document", () => {
  const isUnbounded = (one: unknown): one is Field => Object(one).type === "integer" && !("maximum" in Object(one));
  const unbounded = withFields.flatMap((operation) =>
    [...replaced(bodyOf(operation), isUnbounded, () => undefined)].map(({ path }) => `${operation.id} ${path}`),
  );
  expect(unbounded).toEqual([]);
});

test.each(withFields)("$id requires the fields that the document says, and no others", async (operation) => {
  const json = await rightBody(operation);
  const inPath = await pathOf(operation);
  const required = bodyOf(operation)?.required ?? [];
  let isDone = false;
  for (const [name] of fieldsOf(operation)) {
    const { [name]: given, ...others } = json;
    const expected = required.includes(name) ? [{ path: name, message: "This field is required." }] : undefined;
    expect.soft(failureOf(operation, { ...others, ...inPath })?.fields, name).toEqual(expected);
    // the shape decides; a request without one of its fields is done
    if (expected || given === undefined || depth(isDone, false)) continue;
    isDone = true;
    const [method, path, sent] = await sampleOfDevice(api, operation, { person: owner, organization: acme });
    const { [name]: _, ...without } = sent.json as Record<string, unknown>;
    expect.soft((await api.call(method, path, { ...sent, json: without })).status, name).toBe(operation.status);
  }
});

/** Returns what the path of the valid request names, as the shape takes it. */
async function pathOf(operation: MountedOperation): Promise<Record<string, string>> {
  const [, path] = await right(operation);
  const values = path.split("?")[0]?.split("/") ?? [];
  const names = operation.path.replace("/api/v1", "").split("/");
  const pairs = names.flatMap((name, i) => {
    const [, word] = /^{(\w+)}$/.exec(name) ?? [];
    return word && word !== "organization" ? [[word, values[i] ?? ""] as const] : [];
  });
  return Object.fromEntries(pairs);
}

test("several invalid fields are reported at once", async () => {
  const [edit] = operations().filter(({ id }) => id === "account.edit");
  if (!edit) throw new Error("There is no account.edit.");
  const { body } = await send(edit, {
    json: { name: marker.repeat(40), color: marker, locale: marker, zone: marker },
  });
  const paths = (body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(["color", "locale", "name", "zone"]);
});
