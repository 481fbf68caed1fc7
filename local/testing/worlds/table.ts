import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { keysDefinition, keysTable, tableDefinition } from "@muster/core/table/schema.ts";
import { type Engine, startEngine } from "@muster/local/engine/engine.ts";

/** The region and the keys of every client of the embedded cloud in tests. */
export const region = "eu-central-1";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** More than the tables of all workers take. */
const roomBytes = 2 ** 30;

export type Item = Record<string, unknown>;

export type TestTable = {
  endpoint: string;
  name: string;
  /** Tries once, so that a test sees each failure; give it unchanged to `meter` and `inject`. */
  client: DynamoDBDocumentClient;
  /** Returns every row, in the order of its keys. Only tests need this. */
  scan: () => Promise<Item[]>;
  /** The same of the table of data keys beside it. */
  scanKeys: () => Promise<Item[]>;
  stop: () => Promise<void>;
};

let tables = 0;
let running: Promise<{ engine: Engine; folder: string }> | undefined;

/** Returns a fresh, empty Muster table. The engine is started once for the test file and ends with it. */
export async function openTable(): Promise<TestTable> {
  running ??= start();
  const { endpoint } = (await running).engine;
  const name = `muster-${process.pid}-${++tables}`;
  const raw = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  refuseInverted(raw);
  await Promise.all(
    [tableDefinition(name), keysDefinition(name)].map((definition) => raw.send(new CreateTableCommand(definition))),
  );
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } });
  return {
    endpoint,
    name,
    client,
    scan: () => scanAll(endpoint, name),
    scanKeys: () => scanAll(endpoint, keysTable(name)),
    stop: async () => raw.destroy(),
  };
}

/** Ends the engine and discards its rows. The next table starts another. */
export async function closeTables(): Promise<void> {
  const last = running;
  running = undefined;
  if (!last) return;
  const { engine, folder } = await last;
  await engine.stop();
  rmSync(folder, { recursive: true });
}

/** On a file, because only there the stream records have their index: without it each write reads all of them. */
async function start() {
  const folder = mkdtempSync(join(quickFolder(), "muster-table-"));
  return { engine: await startEngine({ file: join(folder, "table.db") }), folder };
}

/** DynamoDB refuses a range that ends before it begins; the engine finds nothing in it. */
function refuseInverted(raw: DynamoDBClient): void {
  raw.middlewareStack.add(
    (next) => async (args) => {
      const { KeyConditionExpression = "", ExpressionAttributeValues: values = {} } = args.input as QueryCommandInput;
      const [, from = "", to = ""] = / BETWEEN (:\w+) AND (:\w+)/.exec(KeyConditionExpression) ?? [];
      const [lower, upper] = [from, to].map((name) => Buffer.from(values[name]?.S ?? ""));
      if (lower && upper && lower.compare(upper) > 0) {
        const message = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound";
        throw new DynamoDBServiceException({ name: "ValidationException", $fault: "client", message, $metadata: {} });
      }
      return next(args);
    },
    { step: "build", name: "refuseInverted" },
  );
}

/** In memory-backed storage, if the machine has enough. */
function quickFolder(): string {
  const inMemory = "/dev/shm";
  if (!existsSync(inMemory)) return tmpdir();
  const { bavail, bsize } = statfsSync(inMemory);
  return bavail * bsize > roomBytes ? inMemory : tmpdir();
}

/** Has a client of its own, so that no meter counts it and no fault affects it. */
async function scanAll(endpoint: string, name: string): Promise<Item[]> {
  const raw = new DynamoDBClient({ endpoint, region, credentials });
  const client = DynamoDBDocumentClient.from(raw);
  const rows: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: name, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  raw.destroy();
  return rows.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = (row: Item) => `${String(row.pk)}\n${String(row.sk)}`;
