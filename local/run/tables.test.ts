import { expect, test } from "vitest";
import { testCredentials } from "../http/credential.ts";
import { listen } from "../http/server.ts";
import { createTables } from "./tables.ts";

/** Answers like AWS: a table is being created for a while, and a change of one that is not there yet is refused. */
async function openSlowDynamo(describesUntilActive: number) {
  const asked: string[] = [];
  let left = describesUntilActive;
  const server = await listen((request, response) => {
    const action = String(request.headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
    asked.push(action);
    response.setHeader("content-type", "application/x-amz-json-1.0");
    const answers: Record<string, () => object> = {
      CreateTable: () => ({}),
      DescribeTable: () => ({ Table: { TableStatus: --left < 0 ? "ACTIVE" : "CREATING" } }),
      DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } }),
      UpdateTimeToLive: () => {
        if (left >= 0) response.statusCode = 400;
        return left < 0 ? {} : { __type: "ResourceInUseException", message: "Table is being created" };
      },
    };
    response.end(JSON.stringify(answers[action]?.() ?? {}));
  });
  return { asked, endpoint: server.endpoint, stop: server.stop };
}

test("tables that take a while to be created are waited for, and then expire what is old", async () => {
  const dynamo = await openSlowDynamo(1);
  const { endpoint } = dynamo;
  await createTables({ name: "muster", endpoint, region: "eu-central-1", credentials: testCredentials });
  expect(dynamo.asked).toEqual([
    "CreateTable",
    "CreateTable",
    "DescribeTable",
    "DescribeTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "UpdateTimeToLive",
  ]);
  await dynamo.stop();
});
