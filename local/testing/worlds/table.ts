import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { connect, Refused, type TableClient } from "@muster/core/table/client.ts";
import { keysDefinition, keysTable, tableDefinition } from "@muster/core/table/schema.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { around, inputOf } from "../faults/table-call.ts";
import { atFileEnd } from "../file-end.ts";

/** The region and the keys of every client of the embedded cloud in tests. */
export const region = "eu-central-1";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** For a page of a large table on a busy machine. */
const patienceMs = 120_000;
/** More than the tables of all workers take. */
const roomBytes = 2 ** 30;

export type Item = Record<string, unknown>;

export type TestTable = {
  endpoint: string;
  name: string;
  /** Give it unchanged to `meter` and `injectFaults`. */
  client: TableClient;
  /** Returns every row, in the order of its keys. Only tests need this. */
  scan: () => Promise<Item[]>;
  /** The same of the table of data keys beside it. */
  scanKeys: () => Promise<Item[]>;
  stop: () => Promise<void>;
};

let tables = 0;
let running: Promise<{ endpoint: string; control: DynamoDBClient; reader: TableClient }> | undefined;

/** Returns a fresh, empty Muster table. The engine is started once for the test file and ends with it. */
export async function openTable(): Promise<TestTable> {
  running ??= start().catch((error: unknown) => {
    running = undefined;
    throw error;
  });
  const { endpoint, control, reader } = await running;
  const name = `muster-${process.pid}-${++tables}`;
  await Promise.all(
    [tableDefinition(name), keysDefinition(name)].map((definition) => control.send(new CreateTableCommand(definition))),
  );
  const client = connect({ endpoint, region, credentials });
  refuseInverted(client);
  return {
    endpoint,
    name,
    client,
    scan: () => scanAll(reader, name),
    scanKeys: () => scanAll(reader, keysTable(name)),
    stop: async () => client.destroy(),
  };
}

/** On a file, because only there the stream records have their index: without it each write reads all of them. */
async function start() {
  const folder = mkdtempSync(join(quickFolder(), "muster-table-"));
  const engine = await startEngine({ file: join(folder, "table.db") });
  const { endpoint } = engine;
  const control = new DynamoDBClient({ endpoint, region, credentials });
  // its own, so that no meter counts it and no fault affects it; to connect costs more than most scans
  const reader = connect({ endpoint, region, credentials, requestHandler: { requestTimeout: patienceMs } });
  atFileEnd(async () => {
    running = undefined;
    control.destroy();
    reader.destroy();
    await engine.stop();
    rmSync(folder, { recursive: true });
  });
  return { endpoint, control, reader };
}

/** DynamoDB refuses a range that ends before it begins; the engine finds nothing in it. */
function refuseInverted(client: TableClient): void {
  around(client, (next) => async (operation, input) => {
    const { KeyConditionExpression = "", ExpressionAttributeValues } = inputOf(input);
    const [, from = "", to = ""] = / BETWEEN (:\w+) AND (:\w+)/.exec(String(KeyConditionExpression)) ?? [];
    const [lower, upper] = [from, to].map((name) => Buffer.from(textOf(inputOf(ExpressionAttributeValues)[name])));
    if (lower && upper && lower.compare(upper) > 0) {
      const message = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound";
      throw new Refused("ValidationException", message, 400);
    }
    return next(operation, input);
  });
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

/** In memory-backed storage, if the machine has enough. */
function quickFolder(): string {
  const inMemory = "/dev/shm";
  if (!existsSync(inMemory)) return tmpdir();
  const { bavail, bsize } = statfsSync(inMemory);
  return bavail * bsize > roomBytes ? inMemory : tmpdir();
}

async function scanAll(client: TableClient, name: string): Promise<Item[]> {
  const rows: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.call("Scan", {
      TableName: name,
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return rows.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = (row: Item) => `${String(row.pk)}\n${String(row.sk)}`;
