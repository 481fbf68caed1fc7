import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { beforeEach, expect, test } from "vitest";
import { credentials, openTable, region, type TestTable } from "../testing/worlds/table.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { openConsumer, type StreamHandler } from "./consumer.ts";
import { openReader, type StreamReader } from "./reader.ts";

const filters = [{ eventName: ["INSERT"], dynamodb: { NewImage: { stream: { S: ["out"] } } } }];

let table: TestTable;
let reader: StreamReader;
/** The rows of each batch that the function received. */
let batches: string[][];
let records: object[];
let reported: unknown[];
let abort: AbortController;

beforeEach(async () => {
  table = await openTable();
  reader = await openReader(new DynamoDBStreamsClient({ endpoint: table.endpoint, region, credentials }), table.name);
  batches = [];
  records = [];
  reported = [];
  abort = new AbortController();
});

const put = (sk: string, stream = "out") =>
  table.client.call("PutItem", { TableName: table.name, Item: { pk: "org_1", sk, stream } });
const rowOf = (record: DynamoDBRecord) => record.dynamodb?.Keys?.sk?.S ?? "";
const sequenceOf = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? "";

/** A consumer whose function fails as specified, for the given rows. */
function consume({
  fails = () => false,
  throws = false,
  file,
  reader: readsFrom = reader,
  ...more
}: {
  fails?: (row: string) => boolean;
  throws?: boolean;
  file?: string;
  batchSize?: number;
  retryAttempts?: number;
  reader?: StreamReader;
  pause?: (ms: number) => Promise<void>;
} = {}) {
  const handler: StreamHandler = async ({ Records }) => {
    batches.push(Records.map(rowOf));
    const failed = Records.filter((record) => fails(rowOf(record)));
    if (throws && failed.length > 0) throw new Error(`cannot do ${failed.map(rowOf).join()}`);
    return { batchItemFailures: failed.slice(0, 1).map((record) => ({ itemIdentifier: sequenceOf(record) })) };
  };
  return openConsumer({
    name: "follow",
    handler,
    reader: readsFrom,
    checkpoint: openCheckpoint(file, reader.streamArn),
    filters,
    onFailure: async (record) => void records.push(record),
    report: (error) => void reported.push(error),
    signal: abort.signal,
    ...more,
  });
}

test("a stream that is gone is said once, and asked for less and less often, until it is back", async () => {
  const waits: number[] = [];
  let reads = 0;
  const gone: StreamReader = Object.assign({}, reader, {
    shards: async () => {
      reads += 1;
      if (reads <= 6) throw new Error("The stream is gone.");
      return [];
    },
  });
  const consumer = consume({
    reader: gone,
    pause: async (ms) => {
      waits.push(ms);
      if (reads === 8) abort.abort();
    },
  });
  await consumer.run();
  expect(waits).toEqual([200, 400, 800, 1600, 2000, 2000, 200, 200]);
  expect(reported).toEqual([new Error("The stream is gone.")]);
});

test("a stream that is gone again, or for another reason, is said again", async () => {
  let reads = 0;
  const failures = ["gone", "gone", undefined, "gone", "trimmed"];
  const gone: StreamReader = Object.assign({}, reader, {
    shards: async () => {
      const why = failures[reads];
      reads += 1;
      if (why) throw new Error(why);
      return [];
    },
  });
  const consumer = consume({
    reader: gone,
    pause: async () => {
      if (reads === failures.length) abort.abort();
    },
  });
  await consumer.run();
  expect(reported).toEqual(["gone", "gone", "trimmed"].map((why) => new Error(why)));
});

test("the function gets the records that match, in order, and each once", async () => {
  const consumer = consume();
  for (const row of ["a", "b"]) await put(row);
  await put("c", "view");
  await put("a");
  await put("d");
  expect(await consumer.poll()).toBe(5);
  expect(await consumer.poll()).toBe(0);
  expect(batches).toEqual([["a", "b", "d"]]);
});

test("a batch is as long as it may be", async () => {
  const consumer = consume({ batchSize: 2 });
  for (const row of ["a", "b", "c"]) await put(row);
  await consumer.poll();
  await consumer.poll();
  expect(batches).toEqual([["a", "b"], ["c"]]);
});

test("after a reported failure only that record and those after it are delivered again", async () => {
  let failures = 2;
  const consumer = consume({ fails: (row) => row === "b" && failures-- > 0 });
  for (const row of ["a", "b", "c"]) await put(row);
  await consumer.poll();
  expect(batches).toEqual([
    ["a", "b", "c"],
    ["b", "c"],
    ["b", "c"],
  ]);
  expect(records).toEqual([]);
});

test("a record that fails at every attempt goes to the destination, and the others are processed", async () => {
  const consumer = consume({ fails: (row) => row === "b", retryAttempts: 2 });
  for (const row of ["a", "b", "c"]) await put(row);
  await consumer.poll();
  expect(batches.map((batch) => batch.join(""))).toEqual(["abc", "bc", "bc", "bc", "c"]);
  expect(records).toMatchObject([
    {
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 },
      DDBStreamBatchInfo: {
        batchSize: 1,
        startSequenceNumber: "2",
        endSequenceNumber: "2",
        streamArn: reader.streamArn,
      },
    },
  ]);
  expect(await consumer.poll()).toBe(0);
});

test("a batch that throws is halved until the poison record is alone", async () => {
  const consumer = consume({ fails: (row) => row === "c", throws: true, retryAttempts: 1 });
  for (const row of ["a", "b", "c", "d"]) await put(row);
  await consumer.poll();
  expect(batches.map((batch) => batch.join(""))).toEqual(["abcd", "ab", "cd", "c", "c", "d"]);
  expect(records).toHaveLength(1);
  expect(reported).toHaveLength(4);
});

test("after a restart the consumer continues exactly where it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-stream-"));
  const file = join(folder, "checkpoints", "follow.json");
  await put("a");
  await put("b");
  await consume({ file }).poll();
  await put("c");
  await consume({ file }).poll();
  expect(batches).toEqual([["a", "b"], ["c"]]);
  rmSync(folder, { recursive: true });
});

test("unfinished records are delivered again after a stop", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-stream-"));
  const file = join(folder, "follow.json");
  for (const row of ["a", "b"]) await put(row);
  await consume({
    file,
    fails: (row) => {
      if (row === "b") abort.abort();
      return row === "b";
    },
  }).poll();
  abort = new AbortController();
  await consume({ file }).poll();
  expect(batches).toEqual([["a", "b"], ["b"]]);
  rmSync(folder, { recursive: true });
});

test("a record that went to the destination is not delivered again after a stop behind it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-stream-"));
  const file = join(folder, "follow.json");
  for (const row of ["poison", "b"]) await put(row);
  await consume({
    file,
    retryAttempts: 1,
    fails: (row) => {
      if (row === "b" && records.length > 0) abort.abort();
      return true;
    },
  }).poll();
  abort = new AbortController();
  await consume({ file }).poll();
  expect(batches).toEqual([["poison", "b"], ["poison", "b"], ["b"], ["b"]]);
  expect(records).toHaveLength(1);
  rmSync(folder, { recursive: true });
});

test("another stream is read from its beginning", async () => {
  const folder = mkdtempSync(join(tmpdir(), "muster-stream-"));
  const file = join(folder, "follow.json");
  openCheckpoint(file, "arn:of:a:former:table").advance(String((await reader.shards())[0]), "999");
  await put("a");
  await consume({ file }).poll();
  expect(batches).toEqual([["a"]]);
  rmSync(folder, { recursive: true });
});

test("a running consumer gets changes by itself, and ends with its signal", async () => {
  const consumer = consume();
  const running = consumer.run();
  await put("a");
  await expect.poll(() => batches).toEqual([["a"]]);
  abort.abort();
  await running;
});
