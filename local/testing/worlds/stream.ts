import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { openReader, type Position, type StreamReader } from "@muster/local/stream/reader.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { credentials, region } from "./table.ts";

export type TestStream = {
  /** The records since the last call, oldest first, as Lambda would pass them; at first all of the table's. */
  read: () => Promise<DynamoDBRecord[]>;
};

/** Reads what has happened to a table. It connects when it is first read, which many tests never do. */
export async function openStream({ endpoint, name }: { endpoint: string; name: string }): Promise<TestStream> {
  let opened: Promise<StreamReader> | undefined;
  const position: Position = {};

  async function readShard(reader: StreamReader, shard: string): Promise<DynamoDBRecord[]> {
    const records: DynamoDBRecord[] = [];
    for (;;) {
      const page = await reader.read(shard, position[shard], 1_000);
      const last = page.at(-1)?.dynamodb?.SequenceNumber;
      if (last === undefined) return records;
      position[shard] = last;
      records.push(...page);
    }
  }

  return {
    read: async () => {
      const records: DynamoDBRecord[] = [];
      opened ??= openReader(new DynamoDBStreamsClient({ endpoint, region, credentials }), name);
      const reader = await opened;
      for (const shard of await reader.shards()) records.push(...(await readShard(reader, shard)));
      return records;
    },
  };
}
