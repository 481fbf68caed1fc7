import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { keysDefinition, tableDefinition, ttl } from "@muster/core/table/schema.ts";
import type { TablePlace } from "./folder.ts";

/** Creates the tables that are missing. */
export async function createTables({ name: table, endpoint, region, credentials }: TablePlace): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const unlessThere = (error: unknown) => {
    if (!(error instanceof Error && error.name === "ResourceInUseException")) throw error;
  };
  try {
    await client.send(new CreateTableCommand(keysDefinition(table))).catch(unlessThere);
    await client.send(new CreateTableCommand(tableDefinition(table)));
    const TimeToLiveSpecification = { AttributeName: ttl, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  } catch (error) {
    unlessThere(error);
  } finally {
    client.destroy();
  }
}
