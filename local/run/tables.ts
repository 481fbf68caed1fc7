import { isDeepStrictEqual } from "node:util";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { keysDefinition, keysTable, tableDefinition, ttl } from "@muster/core/table/schema.ts";
import type { Table } from "@muster/core/table/table.ts";
import type { TablePlace } from "./folder.ts";

/** AWS creates a table within seconds; the engine at once. */
const createdWithinSeconds = 120;

/** There is a table of this name that is not one of Muster's. The message says what to do. */
export class TableUnusable extends Error {
  override name = "TableUnusable";
}

/**
 * Creates the tables that are missing, and resolves when they can be used.
 * @throws TableUnusable if one is there with other keys, before anything was changed
 */
export async function createTables({ name: table, endpoint, region, credentials }: TablePlace): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  try {
    const definitions = [keysDefinition(table), tableDefinition(table)];
    const missing = [];
    for (const definition of definitions) {
      // threat: a local run creates a table beside one that it refuses
      if (!(await isThere(client, definition, endpoint))) missing.push(definition);
    }
    for (const definition of missing) await create(client, definition, endpoint);
    // threat: rows of a new table on AWS never expire, because it was changed while it was created
    for (const TableName of [keysTable(table), table]) {
      await waitUntilTableExists(
        { client, minDelay: 1, maxDelay: 5, maxWaitTime: createdWithinSeconds },
        { TableName },
      );
    }
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    if (TimeToLiveDescription?.TimeToLiveStatus !== "DISABLED") return;
    const TimeToLiveSpecification = { AttributeName: ttl, Enabled: true };
    await client
      .send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }))
      .catch(async (error) => {
        // another start was faster
        const { TimeToLiveDescription: now } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
        if (now?.TimeToLiveStatus === "DISABLED") throw error;
      });
  } finally {
    client.destroy();
  }
}

/** The table as a port, by its own key instead of the environment's. */
export const openTable = ({ name, endpoint, region, credentials }: TablePlace): Table =>
  dynamo(connect({ endpoint, region, credentials }), name);

/** Another start may be faster, and so may something else. @throws TableUnusable */
async function create(client: DynamoDBClient, definition: CreateTableCommandInput, endpoint: string): Promise<void> {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    // threat: two starts that create the table at the same moment crash
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
    // threat: a table that something else creates at the same moment is taken over
    await isThere(client, definition, endpoint);
  }
}

/** @throws TableUnusable if another table has the name */
async function isThere(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
  endpoint: string,
): Promise<boolean> {
  const { TableName } = definition;
  const unlessMissing = (error: unknown) => {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return { Table: undefined };
    throw error;
  };
  const { Table: found } = await client.send(new DescribeTableCommand({ TableName })).catch(unlessMissing);
  if (!found) return false;
  // threat: a local run takes over a table on AWS that something else uses
  if (isDeepStrictEqual(keysOf(found), keysOf(definition))) return true;
  throw new TableUnusable(
    `The table ${TableName} at ${endpoint} is not one of Muster's: its keys, its index or its stream differ. ` +
      "Nothing was changed. Name a DynamoDB of another region or account by MUSTER_DYNAMODB_ENDPOINT.",
  );
}

/** Returns the parts that tell Muster's tables from others. The projection of an index differs between releases. */
const keysOf = (table: TableDescription | CreateTableCommandInput) => ({
  keys: (table.KeySchema ?? []).map(keyOf),
  types: (table.AttributeDefinitions ?? [])
    .map(({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`)
    .toSorted(),
  indexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema = [] }) => [
    IndexName,
    ...KeySchema.map(keyOf),
  ]),
  // threat: a local run takes over a table without a stream
  stream: table.StreamSpecification?.StreamViewType,
});

const keyOf = ({ AttributeName, KeyType }: { AttributeName?: string | undefined; KeyType?: string | undefined }) =>
  `${AttributeName} ${KeyType}`;
