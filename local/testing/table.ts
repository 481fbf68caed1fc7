import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { tableDefinition } from "@muster/core/table/schema.ts";
import { type Engine, startEngine } from "@muster/local/engine/engine.ts";
import { afterAll } from "vitest";

/** The region and the keys that every client of the embedded cloud uses in tests. */
export const region = "eu-central-1";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };

export type Item = Record<string, unknown>;

export interface TestTable {
  endpoint: string;
  name: string;
  /** Tries once, so that a test sees each failure; give it to `meter` and `inject` as it is. */
  client: DynamoDBDocumentClient;
  /** Every row, in the order of its keys. Only a test may ask for this. */
  scan: () => Promise<Item[]>;
  stop: () => Promise<void>;
}

export interface TableOptions {
  /** Keep the rows in a file, which has the index on stream records: for tests that write more than 5,000 rows. */
  onDisk?: boolean;
}

let tables = 0;
const engines = new Map<string, Promise<Engine>>();
const folders: string[] = [];

afterAll(async () => {
  for (const engine of engines.values()) await (await engine).stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A fresh, empty Muster table. The engine is started once for the test file and ends with it. */
export async function openTable({ onDisk = false }: TableOptions = {}): Promise<TestTable> {
  const { endpoint } = await engineOf(onDisk);
  const name = `muster-${process.pid}-${++tables}`;
  const raw = new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  await raw.send(new CreateTableCommand(tableDefinition(name)));
  const client = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } });
  return {
    endpoint,
    name,
    client,
    scan: () => scanAll(endpoint, name),
    stop: async () => raw.destroy(),
  };
}

async function engineOf(onDisk: boolean): Promise<Engine> {
  const kind = onDisk ? "disk" : "memory";
  const running = engines.get(kind);
  if (running) return running;
  const starting = startEngine(onDisk ? { file: join(freshFolder(), "table.db") } : {});
  engines.set(kind, starting);
  return starting;
}

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "muster-table-"));
  folders.push(folder);
  return folder;
}

/** Has a client of its own, so that no meter counts it and no fault strikes it. */
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
