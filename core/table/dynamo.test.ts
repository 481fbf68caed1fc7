import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { credentials, openTable, region } from "@muster/local/testing/worlds/table.ts";
import { afterAll, expect, test } from "vitest";
import { connect } from "./client.ts";
import { contract } from "./contract.testing.ts";
import { startDynamoDbLocal } from "./dynamo.testing.ts";
import { dynamo } from "./dynamo.ts";
import { keysDefinition, tableDefinition } from "./schema.ts";

contract("the embedded engine", async () => {
  const { client, name } = await openTable();
  return dynamo(client, name);
});

const oracle = await startDynamoDbLocal();
const missing = "missing" in oracle ? oracle.missing : "";
test.skipIf(missing)(`DynamoDB Local is available${missing && `, but ${missing}`}`, () => expect(missing).toBe(""));
if ("endpoint" in oracle) {
  const { endpoint, stop } = oracle;
  afterAll(stop);
  contract("DynamoDB Local", async () => {
    const options = { endpoint, region, credentials, maxAttempts: 1 };
    const client = new DynamoDBClient(options);
    await client.send(new CreateTableCommand(tableDefinition("muster")));
    await client.send(new CreateTableCommand(keysDefinition("muster")));
    return dynamo(connect(options), "muster");
  });
}
