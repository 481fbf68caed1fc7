import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { lambdaRecord } from "./record.ts";

/** A reader's position: the sequence number of the last record, for each shard. */
export type Position = Record<string, string>;

export type StreamReader = {
  streamArn: string;
  /** The current shards, each after its parent, as of the last minute; a shard that ends has them asked for again. */
  shards: () => Promise<string[]>;
  /** At most `limit` records of the shard after `after`, oldest first. */
  read: (shard: string, after: string | undefined, limit: number) => Promise<DynamoDBRecord[]>;
};

/** The engine reads all records of a stream to describe it, so it is not asked at each poll. */
const shardsKnownForMs = 60_000;
/** After a shard has ended, until the one that follows it must be there. */
const lookAgainMs = 5_000;
const expired = ["ExpiredIteratorException", "TrimmedDataAccessException"];

/** Reads a table's stream through the Streams API, in the shape of Lambda's records. */
export async function openReader(client: DynamoDBStreamsClient, table: string): Promise<StreamReader> {
  const streamArn = await findStream(client, table);
  const region = await client.config.region();
  /** The place in each shard where the next read continues, and the record before it. */
  const iterators = new Map<string, { after: string | undefined; iterator: string }>();

  let known: { shards: string[]; until: number } | undefined;
  const ended = new Set<string>();
  let endedAt = 0;

  async function iteratorOf(shard: string, after: string | undefined): Promise<string | undefined> {
    const next = iterators.get(shard);
    if (next && next.after === after) return next.iterator;
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shard,
        ...(after === undefined
          ? { ShardIteratorType: "TRIM_HORIZON" }
          : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }),
      }),
    );
    return ShardIterator;
  }

  async function read(shard: string, after: string | undefined, limit: number): Promise<DynamoDBRecord[]> {
    const iterator = await iteratorOf(shard, after);
    if (!iterator) return [];
    const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
    const records = (answer.Records ?? []).map((record) => lambdaRecord(record, { streamArn, region }));
    const last = records.at(-1)?.dynamodb?.SequenceNumber ?? after;
    if (answer.NextShardIterator) iterators.set(shard, { after: last, iterator: answer.NextShardIterator });
    else leave(shard);
    return records;
  }

  /** The shards that follow it must be found soon. It stays in the list for a day. */
  function leave(shard: string): void {
    iterators.delete(shard);
    if (ended.has(shard)) return;
    ended.add(shard);
    // threat: a new shard that a stream shows a moment later is read a minute later
    endedAt = Date.now();
    // threat: records of a new shard of the stream arrive a minute late
    known = undefined;
  }

  async function shards(): Promise<string[]> {
    // threat: each poll of the stream reads all of its records
    if (!known || known.shards.length === 0 || Date.now() > known.until) {
      const isAwaited = Date.now() < endedAt + shardsKnownForMs;
      const forMs = isAwaited ? lookAgainMs : shardsKnownForMs;
      known = { shards: inOrder(await describe(client, streamArn)), until: Date.now() + forMs };
    }
    return known.shards;
  }

  return {
    streamArn,
    shards,
    read: async (shard, after, limit) => {
      try {
        return await read(shard, after, limit);
      } catch (error) {
        if (!(error instanceof Error && expired.includes(error.name))) throw error;
        iterators.delete(shard);
        return read(shard, error.name === "TrimmedDataAccessException" ? undefined : after, limit);
      }
    },
  };
}

async function findStream(client: DynamoDBStreamsClient, table: string): Promise<string> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: table }));
    const newest = Streams.at(-1)?.StreamArn;
    if (newest) return newest;
    await pause(50);
  }
  throw new Error(`The table ${table} has no stream.`);
}

async function describe(client: DynamoDBStreamsClient, streamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let start: string | undefined;
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ...(start && { ExclusiveStartShardId: start }) }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    start = StreamDescription?.LastEvaluatedShardId;
  } while (start);
  return shards;
}

/** Parents first, so that the changes of one row are read in order. */
function inOrder(shards: Shard[]): string[] {
  const parents = new Map(shards.map((shard) => [shard.ShardId ?? "", shard.ParentShardId]));
  const ordered = new Set<string>();
  const place = (shard: string) => {
    if (ordered.has(shard)) return;
    const parent = parents.get(shard);
    if (parent && parents.has(parent)) place(parent);
    ordered.add(shard);
  };
  for (const shard of parents.keys()) place(shard);
  return [...ordered];
}
