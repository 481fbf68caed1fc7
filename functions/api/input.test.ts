import { isDeepStrictEqual } from "node:util";
import type * as ID from "@muster/core/base/id.ts";
import { type Sample, sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
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
const withFields = withBody.filter((operation) => fieldsOf(operation).length > 0);

describe.each(withBody)("the body of $method $path", (operation) => {
  const refused = (code: string, status = 400) => ({ status, body: { code } });

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
  ])("cannot be %s", async (_, raw) => {
    expect(await send(operation, { raw })).toMatchObject(refused("request.malformed"));
  });

  test("cannot be bytes that are not UTF-8", async () => {
    const raw = new Uint8Array([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
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
    const largest = await send(operation, { raw: `{"nonsense": "${"x".repeat(limitBytes - 16)}"}` });
    expect(largest).toMatchObject(refused("input.invalid"));
  });

  test("cannot have an unknown field, which is named", async () => {
    const json = { ...(await rightBody(operation)), nonsense: marker };
    expect(await send(operation, { json })).toMatchObject({
      status: 400,
      body: { code: "input.invalid", errors: [{ path: "nonsense", message: "Unknown field." }] },
    });
  });

  test("cannot have a field whose name does not look like one; it is not repeated", async () => {
    for (const name of [`${marker}<script>`, marker.repeat(10), `ä${marker}`, `${marker}: `]) {
      const json = { ...(await rightBody(operation)), [name]: 1 };
      expect(await send(operation, { json })).toMatchObject({
        body: { code: "input.invalid", errors: [{ path: "" }] },
      });
    }
  });

  test("cannot contain ids that belong in the path", async () => {
    const json = { ...(await rightBody(operation)), session: "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV" };
    expect(await send(operation, { json })).toMatchObject({
      status: 400,
      body: { code: "input.invalid", errors: [{ path: "session" }] },
    });
  });
});

const fields = withFields.flatMap((operation) =>
  fieldsOf(operation).map(([name, field]) => ({ id: operation.id, operation, name, field })),
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
    .filter((value) => !(isLong && (value === texts[0] || isDeepStrictEqual(value, [marker]))))
    .map((value) => ({ value }));

/** Any text may be a cursor, until it is opened. */
const mayBe = (name: string, value: unknown) => name === "cursor" && value === texts[0];

describe.each(fields)("$name of $id", ({ id, operation, name, field }) => {
  const wrong = wrongFor(field, isText(name, id)).filter(({ value }) => !mayBe(name, value));
  test.each(wrong)("cannot be $value", async ({ value }) => {
    const json = { ...(await rightBody(operation)), [name]: value };
    const answer = await send(operation, { json });
    // several rows of a list may be invalid
    const errors = expect.arrayContaining([
      expect.objectContaining({ path: expect.stringMatching(new RegExp(`^${name}(\\.|$)`)) }),
    ]);
    expect(answer).toMatchObject({ status: 400, body: { code: "input.invalid", errors } });
    const { requestId: _, ...shown } = answer.body;
    expect(JSON.stringify(shown)).not.toContain("12345");
  });

  test("can be missing only if the document says so", async () => {
    const [method, path, sent] = await sampleOfDevice(api, operation, { person: owner, organization: acme });
    const { [name]: _, ...json } = sent.json as Record<string, unknown>;
    const answer = await api.call(method, path, { ...sent, json });
    const missing = { status: 400, body: { errors: [{ path: name, message: "This field is required." }] } };
    expect(answer).toMatchObject(bodyOf(operation)?.required?.includes(name) ? missing : { status: operation.status });
  });
});

test("several invalid fields are reported at once", async () => {
  const [edit] = operations().filter(({ id }) => id === "account.edit");
  if (!edit) throw new Error("There is no account.edit.");
  const { body } = await send(edit, {
    json: { name: marker.repeat(40), color: marker, locale: marker, zone: marker },
  });
  const paths = (body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(["color", "locale", "name", "zone"]);
});
