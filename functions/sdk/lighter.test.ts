import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import type * as Ses from "@aws-sdk/client-ses";
import type * as Table from "@muster/core/table/client.ts";
import { type BuildOptions, build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { options } from "../bundle.ts";
import { parseEpochTimestamp, parseRfc3339DateTimeWithOffset, parseRfc7231DateTime } from "./date.ts";
import { assertMet, lightened, lighter, without } from "./lighter.ts";

type Sdk = { Table: typeof Table; Ses: typeof Ses };

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" };
const folder = mkdtempSync(join(tmpdir(), "muster-sdk-"));
let light: Sdk;
let whole: Sdk;

const source = Object.entries({
  Table: "@muster/core/table/client.ts",
  Ses: "@aws-sdk/client-ses",
})
  .map(([name, from]) => `export * as ${name} from "${from}";`)
  .join("\n");

async function built(name: string, more: BuildOptions): Promise<Sdk> {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents: source, resolveDir: import.meta.dirname };
  await build({ ...options, ...more, splitting: false, sourcemap: false, stdin, outfile });
  return import(pathToFileURL(outfile).href);
}

beforeAll(async () => {
  [light, whole] = await Promise.all([
    built(
      "light",
      lighter(() => {}),
    ),
    built("whole", { external: ["bowser"], minify: false }),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Request = {
  protocol: string;
  hostname: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
};
type Answer = {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
};

/** Sends one request through a client without a network, and returns the request and the parsed answer. */
async function exchange(of: Sdk, call: (of: Sdk, config: object) => Promise<unknown>, given: Answer, region: string) {
  const sent: Request[] = [];
  const requestHandler = {
    async handle(request: Request) {
      sent.push(request);
      const body = Readable.from([Buffer.from(given.body ?? "{}")]);
      return { response: { statusCode: given.statusCode, headers: given.headers ?? {}, body } };
    },
  };
  const result = await call(of, { region, credentials, requestHandler, maxAttempts: 1 }).catch((error) => ({
    ...error,
    name: error.name,
    message: error.message,
  }));
  return { sent: sent.map(comparable), result };
}

/** Without what changes each time: the date, the invocation's id, and the signature over them. */
function comparable({ protocol, hostname, path, headers, body }: Request) {
  const { "x-amz-date": _, "amz-sdk-invocation-id": __, authorization = "", ...rest } = headers;
  const signed = authorization.replace(/\/\d{8}\//, "/").replace(/Signature=\w{64}$/, "");
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return { protocol, hostname, path, headers: { ...rest, authorization: signed }, text };
}

const put = (of: Sdk, config: object) =>
  of.Table.connect(config).call("PutItem", { TableName: "t", Item: { pk: "a" } });
const mail = (of: Sdk, config: object) =>
  new of.Ses.SESClient(config).send(new of.Ses.SendRawEmailCommand({ RawMessage: { Data: Buffer.from("mail") } }));
const calls = { put, mail };

const require = createRequire(import.meta.url);
const core = join(require.resolve("@aws-sdk/core/package.json"), "..");
const partitionsFile = "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js";

describe("an endpoint", () => {
  test("is the SDK's own, in every region of every partition", async () => {
    const { partitionsInfo } = (await import(pathToFileURL(join(core, partitionsFile)).href)) as {
      partitionsInfo: { partitions: { regions: object }[] };
    };
    const known = partitionsInfo.partitions.flatMap((one) => Object.keys(one.regions));
    const regions = [...known.filter((region) => !region.endsWith("-global")), "eu-west-99", "cn-west-9"];
    expect(regions.length).toBeGreaterThan(40);
    for (const region of regions) {
      for (const call of Object.values(calls)) {
        const [ours, theirs] = await Promise.all(
          [light, whole].map((of) => exchange(of, call, { statusCode: 200 }, region)),
        );
        expect(ours?.sent).toHaveLength(1);
        expect(ours?.sent).toEqual(theirs?.sent);
      }
    }
  });

  test.each(["useFipsEndpoint", "useDualstackEndpoint"])(
    "with %s is refused, and never another one",
    async (option) => {
      const call = (of: Sdk, config: object) => put(of, { ...config, [option]: true });
      const { sent, result } = await exchange(light, call, { statusCode: 200 }, "us-east-1");
      expect(sent).toEqual([]);
      expect(result).toMatchObject({ message: expect.stringContaining("AWS_ENDPOINT_URL") });
    },
  );

  test("is the one that is named", async () => {
    const call = (of: Sdk, config: object) => put(of, { ...config, endpoint: "http://127.0.0.1:8000" });
    const [ours, theirs] = await Promise.all(
      [light, whole].map((of) => exchange(of, call, { statusCode: 200 }, "us-east-1")),
    );
    expect(ours?.sent).toMatchObject([{ hostname: "127.0.0.1", protocol: "http:" }]);
    expect(ours?.sent).toEqual(theirs?.sent);
  });
});

describe("an answer", () => {
  const error = (type: string, more: object = {}, statusCode = 400): Answer => ({
    statusCode,
    headers: { "x-amzn-requestid": "r1", date: "Tue, 24 Nov 2026 20:00:00 GMT" },
    body: JSON.stringify({ __type: type, message: "Why.", ...more }),
  });
  const dynamo = "com.amazonaws.dynamodb.v20120810#";
  const answers: [string, keyof typeof calls, Answer][] = [
    [
      "a condition that failed",
      "put",
      error(`${dynamo}ConditionalCheckFailedException`, { Item: { n: { N: "1" }, b: { B: "aGk=" } } }),
    ],
    [
      "a transaction that was canceled",
      "put",
      error(`${dynamo}TransactionCanceledException`, {
        CancellationReasons: [
          { Code: "None" },
          { Code: "ConditionalCheckFailed", Message: "no", Item: { n: { N: "1" }, b: { B: "aGk=" } } },
        ],
      }),
    ],
    ["a conflict", "put", error(`${dynamo}TransactionConflictException`)],
    ["a throttle", "put", error(`${dynamo}ProvisionedThroughputExceededException`)],
    ["a table that does not exist", "put", error(`${dynamo}ResourceNotFoundException`)],
    ["a broken server", "put", error(`${dynamo}InternalServerError`, {}, 500)],
    ["an answer that is not JSON", "put", { statusCode: 503, body: "<html>" }],
    [
      "a mail's id",
      "mail",
      {
        statusCode: 200,
        body: "<SendRawEmailResponse><SendRawEmailResult><MessageId>m1</MessageId></SendRawEmailResult></SendRawEmailResponse>",
      },
    ],
  ];

  test.each(answers)("is read as the SDK reads it: %s", async (_, name, answer) => {
    const [ours, theirs] = await Promise.all(
      [light, whole].map((of) => exchange(of, calls[name], answer, "eu-central-1")),
    );
    expect(ours).toEqual(theirs);
  });
});

test("dates are read as the SDK reads them", () => {
  const moment = new Date("2026-11-24T20:00:00Z");
  expect(parseRfc7231DateTime("Tue, 24 Nov 2026 20:00:00 GMT")).toEqual(moment);
  expect(parseRfc3339DateTimeWithOffset("2026-11-24T21:00:00+01:00")).toEqual(moment);
  expect([parseEpochTimestamp(1_795_550_400), parseEpochTimestamp("1795550400")]).toEqual([moment, moment]);
  expect(parseEpochTimestamp(null)).toBeUndefined();
  for (const bad of ["", "soon", {}]) expect(() => parseEpochTimestamp(bad)).toThrow(TypeError);
  expect(() => parseRfc7231DateTime("soon")).toThrow(TypeError);
});

describe("a newer SDK is detected", () => {
  test("if a replaced file is no longer in any bundle", () => {
    expect(lightened.length).toBeGreaterThan(15);
    expect(() => assertMet(new Set(lightened))).not.toThrow();
    const [moved, ...others] = lightened;
    expect(() => assertMet(new Set(others))).toThrow(`The SDK has changed: there is no replacement for ${moved}.`);
  });

  test("if a part that is left out of a file is no longer in it", () => {
    const change = without([/^ +send\(.*\);$/gm, /(?<=protocol: )Json/g]);
    expect(change("  send(this);\nconst config = { protocol: Json };").contents).toBe(
      "\nconst config = { protocol: undefined };",
    );
    for (const other of ["  send(this);", "const config = { protocol: Json };"]) {
      expect(() => change(other)).toThrow("The SDK has changed: there is no ");
    }
  });
});
