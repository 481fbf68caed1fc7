import type { IncomingMessage, ServerResponse } from "node:http";
import {
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
} from "@aws-sdk/client-dynamodb";
import { keysDefinition, tableDefinition } from "@muster/core/table/schema.ts";
import { passOn } from "@muster/local/testing/worlds/pass-on.ts";
import { testCredentials } from "@muster/local-base/credential.ts";
import { listen, listener, readBody } from "@muster/local-base/server.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Engine, startEngine } from "../engine/engine.ts";
import { createTables, TableUnusable } from "./tables.ts";

const region = "eu-central-1";

/** Answers like AWS: a table is being created for a while, and a change of one that is not there yet is refused. */
async function openSlowDynamo(describesUntilActive: number) {
  const asked: string[] = [];
  let left: number | undefined;
  const server = await listen((request, response) => {
    const action = String(request.headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
    asked.push(action);
    response.setHeader("content-type", "application/x-amz-json-1.0");
    const refuse = (type: string) => {
      response.statusCode = 400;
      return { __type: type, message: "Not now" };
    };
    const answers: Record<string, () => object> = {
      CreateTable: () => {
        left = describesUntilActive;
        return {};
      },
      DescribeTable: () => {
        if (left === undefined) return refuse("ResourceNotFoundException");
        return { Table: { TableStatus: --left < 0 ? "ACTIVE" : "CREATING" } };
      },
      DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } }),
      UpdateTimeToLive: () => (left !== undefined && left < 0 ? {} : refuse("ResourceInUseException")),
    };
    response.end(JSON.stringify(answers[action]?.() ?? {}));
  });
  return { asked, endpoint: server.endpoint, stop: server.stop };
}

/** Passes requests on to an engine; right before the main table is created, something else happens. */
async function openFaster(engine: string, happen: () => Promise<unknown>) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = String(await readBody(request, 1_000_000));
    if (String(request.headers["x-amz-target"]).endsWith("CreateTable") && body.includes("GlobalSecondaryIndexes")) {
      await happen();
    }
    await passOn(request, response, { engine, body });
  };
  return listen(listener(answer));
}

test("tables that take a while to be created are waited for, and then expire what is old", async () => {
  const dynamo = await openSlowDynamo(1);
  const { endpoint } = dynamo;
  await createTables({ name: "muster", endpoint, region, credentials: testCredentials });
  expect(dynamo.asked).toEqual([
    "DescribeTable",
    "DescribeTable",
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

describe("a table that is there already", () => {
  let engine: Engine;
  let client: DynamoDBClient;
  let name: string;
  let tables = 0;
  beforeAll(async () => {
    engine = await startEngine();
    client = new DynamoDBClient({ endpoint: engine.endpoint, region, credentials: testCredentials });
  });
  beforeEach(() => {
    name = `muster-${++tables}`;
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  const create = () => createTables({ name, endpoint: engine.endpoint, region, credentials: testCredentials });
  const expiry = async () => {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
    return TimeToLiveDescription?.TimeToLiveStatus;
  };
  const allNames = async () => (await client.send(new ListTablesCommand({}))).TableNames ?? [];

  test("is used if it is one of Muster's, whatever its index carries", async () => {
    await create();
    await create();
    expect(await expiry()).toBe("ENABLED");

    name = `${name}-earlier`;
    const definition = tableDefinition(name);
    for (const index of definition.GlobalSecondaryIndexes ?? []) index.Projection = { ProjectionType: "KEYS_ONLY" };
    await client.send(new CreateTableCommand(definition));
    await create();
    expect(await allNames()).toContain(`${name}-keys`);
  });

  test("is used if another start creates it at the same moment", async () => {
    await Promise.all(Array.from({ length: 4 }, create));
    expect(await expiry()).toBe("ENABLED");
  });

  test("is refused if something else creates it at the same moment", async () => {
    const definition = Object.assign(tableDefinition(name), { StreamSpecification: undefined });
    const faster = await openFaster(engine.endpoint, () => client.send(new CreateTableCommand(definition)));
    const { endpoint } = faster;
    await expect(createTables({ name, endpoint, region, credentials: testCredentials })).rejects.toThrow(TableUnusable);
    await faster.stop();
  });

  test.each([
    ["other keys", { KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }] }],
    ["no index", { GlobalSecondaryIndexes: undefined, AttributeDefinitions: keysDefinition("").AttributeDefinitions }],
    ["no stream", { StreamSpecification: undefined }],
    [
      "keys of another type",
      {
        AttributeDefinitions: ["pk", "sk", "list", "rank"].map((AttributeName) => ({
          AttributeName,
          AttributeType: AttributeName === "sk" ? ("N" as const) : ("S" as const),
        })),
      },
    ],
  ])("with %s is refused, and nothing is changed", async (what, change) => {
    const definition = Object.assign(tableDefinition(name), change);
    if (what === "other keys") {
      definition.AttributeDefinitions = definition.AttributeDefinitions?.filter(
        ({ AttributeName }) => AttributeName !== "sk",
      );
    }
    await client.send(new CreateTableCommand(definition));
    await expect(create()).rejects.toThrow(TableUnusable);
    await expect(create()).rejects.toThrow(
      `The table ${name} at ${engine.endpoint} is not one of Muster's: its keys, its index or its stream differ. Nothing was changed.`,
    );
    expect(await expiry()).toBe("DISABLED");
    expect(await allNames()).not.toContain(`${name}-keys`);
  });

  test("is refused if it has the name of the table of data keys", async () => {
    const definition = Object.assign(tableDefinition(`${name}-keys`));
    await client.send(new CreateTableCommand(definition));
    await expect(create()).rejects.toThrow(`The table ${name}-keys at`);
    expect(await allNames()).not.toContain(name);
  });
});
