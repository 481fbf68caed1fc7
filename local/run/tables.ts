import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { keysDefinition, keysTable, tableDefinition, ttl } from "@muster/core/table/schema.ts";
import type { TablePlace } from "./folder.ts";

/** AWS creates a table within seconds; the engine at once. */
const createdWithinSeconds = 120;

/** Creates the tables that are missing, and resolves when they can be used. */
export async function createTables({ name: table, endpoint, region, credentials }: TablePlace): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const unlessThere = (error: unknown) => {
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
  };
  try {
    for (const definition of [keysDefinition(table), tableDefinition(table)]) {
      await client.send(new CreateTableCommand(definition)).catch(unlessThere);
    }
    for (const TableName of [keysTable(table), table]) {
      await waitUntilTableExists(
        { client, minDelay: 1, maxDelay: 5, maxWaitTime: createdWithinSeconds },
        { TableName },
      );
    }
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    if (TimeToLiveDescription?.TimeToLiveStatus !== "DISABLED") return;
    const TimeToLiveSpecification = { AttributeName: ttl, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  } finally {
    client.destroy();
  }
}
