import {
  DescribeStreamCommand,
  type DescribeStreamCommandOutput,
  DynamoDBStreamsClient,
  type GetRecordsCommandOutput,
} from "@aws-sdk/client-dynamodb-streams";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { credentials, openTable, region } from "../testing/worlds/table.ts";
import { openReader, type StreamReader } from "./reader.ts";

let reader: StreamReader;
let described: number;
/** True if the stream says that its shard has no more records, as one does when another takes its place. */
let hasEnded: boolean;
/** True if the stream shows no shard, as right after it was made. */
let hasNone: boolean;

beforeEach(async () => {
  const table = await openTable();
  const client = new DynamoDBStreamsClient({ endpoint: table.endpoint, region, credentials });
  [described, hasEnded, hasNone] = [0, false, false];
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === DescribeStreamCommand.name) described++;
        const answer = await next(args);
        const { StreamDescription } = answer.output as Partial<DescribeStreamCommandOutput>;
        if (StreamDescription && hasNone) StreamDescription.Shards = [];
        if (hasEnded) (answer.output as Partial<GetRecordsCommandOutput>).NextShardIterator = undefined;
        return answer;
      },
    { step: "initialize" },
  );
  reader = await openReader(client, table.name);
});
afterEach(() => {
  vi.useRealTimers();
});

async function poll(): Promise<void> {
  for (const shard of await reader.shards()) await reader.read(shard, undefined, 10);
}

test("the stream is described once a minute, and not at each poll", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  for (let n = 0; n < 3; n++) await poll();
  expect(described).toBe(1);
  vi.setSystemTime(Date.now() + 61_000);
  for (let n = 0; n < 3; n++) await poll();
  expect(described).toBe(2);
});

test("once a shard has ended, the one that follows it is looked for at the next poll", async () => {
  await poll();
  hasEnded = true;
  for (let n = 0; n < 3; n++) await poll();
  expect(described).toBe(2);
});

test("it is looked for again, because the stream may show it later, and after a minute no longer so often", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  hasEnded = true;
  for (let n = 0; n < 3; n++) await poll();
  expect(described).toBe(2);
  vi.setSystemTime(Date.now() + 6_000);
  for (let n = 0; n < 3; n++) await poll();
  expect(described).toBe(3);
  vi.setSystemTime(Date.now() + 61_000);
  for (let n = 0; n < 3; n++) await poll();
  vi.setSystemTime(Date.now() + 6_000);
  await poll();
  expect(described).toBe(4);
});

test("a stream that shows no shard yet is described at each poll", async () => {
  hasNone = true;
  for (let n = 0; n < 3; n++) expect(await reader.shards()).toEqual([]);
  hasNone = false;
  expect(await reader.shards()).toHaveLength(1);
  expect(described).toBe(4);
});
