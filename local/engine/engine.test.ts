import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { connect } from "@muster/core/table/client.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import { afterEach, expect, test, vi } from "vitest";
import { openReader } from "../stream/reader.ts";
import { startEngine } from "./engine.ts";
import { EngineMissing } from "./find.ts";

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const folder = mkdtempSync(join(tmpdir(), "muster-engine-"));

afterEach(() => {
  vi.unstubAllEnvs();
});

const tablesOf = async (endpoint: string) => {
  const client = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { TableNames } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames;
};

test("an engine answers when it has started, and not after it has stopped", async () => {
  const engine = await startEngine();
  expect(await tablesOf(engine.endpoint)).toEqual([]);
  await engine.stop();
  await expect(tablesOf(engine.endpoint)).rejects.toThrow("ECONNREFUSED");
});

test("an engine on a file keeps its tables, even if it is killed", async () => {
  const file = join(folder, "table.db");
  const first = await startEngine({ file });
  const client = new DynamoDBClient({ endpoint: first.endpoint, region, credentials, maxAttempts: 1 });
  await client.send(new CreateTableCommand(tableDefinition("muster")));
  process.kill(Number(first.pid), "SIGKILL");
  await first.ended;

  const second = await startEngine({ file });
  expect(await tablesOf(second.endpoint)).toEqual(["muster"]);
  await second.stop();
  rmSync(folder, { recursive: true });
});

// macOS has the one loopback address
test.skipIf(process.platform === "darwin")("pages cannot find the engine", async () => {
  const one = await startEngine();
  const { hostname } = new URL(one.endpoint);
  expect(hostname).toMatch(/^127\.\d+\.\d+\.\d+$/);
  expect(hostname).not.toBe("127.0.0.1");
  const port = new URL(one.endpoint).port;
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow("fetch failed");
  await one.stop();
});

test("a new file is what the script makes: its index, its triggers, and its cache of 16,384 pages", () => {
  const script = readFileSync(new URL("make-template.py", import.meta.url), "utf8");
  const template = readFileSync(new URL("template.db", import.meta.url));
  const statements = [...script.matchAll(/"+(CREATE .+?)"+\n/gs)].map(([, statement = ""]) => statement);
  expect(statements).toHaveLength(3);
  for (const statement of statements) expect(template.toString("latin1")).toContain(statement);
  // https://www.sqlite.org/fileformat.html: the suggested cache size
  expect(template.readUInt32BE(48)).toBe(16_384);
});

test("a file keeps the stream's records of rows that a function follows, and no others", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "muster-engine-")), "table.db");
  const { endpoint, stop } = await startEngine({ file });
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  await new DynamoDBClient(options).send(new CreateTableCommand(tableDefinition("muster")));
  const { call } = connect(options);
  const row = (sk: string, more = {}) => ({ TableName: "muster", Item: Object.assign({ pk: "org_1", sk }, more) });
  await call("PutItem", row("a", { stream: "out" }));
  await call("PutItem", row("b", { name: 'no "stream": at all' }));
  await call("PutItem", row("c", { stream: "view" }));
  await call("PutItem", row("c"));
  await call("DeleteItem", { TableName: "muster", Key: { pk: "org_1", sk: "a" } });
  await call("DeleteItem", { TableName: "muster", Key: { pk: "org_1", sk: "b" } });

  const reader = await openReader(new DynamoDBStreamsClient(options), "muster");
  const records = await reader.read(String((await reader.shards())[0]), undefined, 10);
  expect(
    records.map(({ eventName, dynamodb }) => [dynamodb?.SequenceNumber, eventName, dynamodb?.Keys?.sk?.S]),
  ).toEqual([
    ["1", "INSERT", "a"],
    ["2", "INSERT", "c"],
    ["3", "MODIFY", "c"],
    ["4", "REMOVE", "a"],
  ]);
  await stop();
  rmSync(dirname(file), { recursive: true });
});

test("an engine that cannot open its file is explained with its own words", async () => {
  await expect(startEngine({ file: "/dev/null" })).rejects.toThrow(/did not start\. It said: .+/);
});

test("another engine is used if one is named", async () => {
  vi.stubEnv("MUSTER_DYNAMODB_ENDPOINT", "http://127.0.0.1:8000");
  const engine = await startEngine();
  expect(engine.endpoint).toBe("http://127.0.0.1:8000");
  expect(engine.pid).toBeUndefined();
  await engine.stop();
});

test("a table on AWS is used in its own region, by the caller's access key", async () => {
  vi.stubEnv("MUSTER_DYNAMODB_ENDPOINT", "https://dynamodb.us-west-2.amazonaws.com");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  expect(await startEngine()).toMatchObject({
    streamsEndpoint: "https://streams.dynamodb.us-west-2.amazonaws.com",
    aws: { region: "us-west-2", credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" } },
  });
  vi.stubEnv("AWS_SESSION_TOKEN", "token");
  await expect(startEngine()).rejects.toThrow("no AWS_SESSION_TOKEN");
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  await expect(startEngine()).rejects.toThrow(EngineMissing);
});
