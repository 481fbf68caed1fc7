import { beforeAll, expect, test } from "vitest";
import { openTable, type TestTable } from "../worlds/table.ts";
import { type Meter, meter } from "./meter.ts";

let table: TestTable;
let costs: Meter;

beforeAll(async () => {
  table = await openTable();
  costs = meter(table.client);
});

const row = (pk: string, more = {}) => ({ TableName: table.name, Item: { pk, sk: "1", ...more } });
const key = (pk: string) => ({ TableName: table.name, Key: { pk, sk: "1" } });

test("a write outside of lists costs one unit of the table and none of the index", async () => {
  const cost = await costs.measure(() => table.client.call("PutItem", row("a")));
  expect(cost).toMatchObject({ trips: 1, calls: 1, items: 1, readUnits: 0, writeUnits: 1, indexUnits: 0 });
});

test("a transaction costs two units per row, and one unit of the index for each row in a list", async () => {
  const cost = await costs.measure(() =>
    table.client.call("TransactWriteItems", {
      TransactItems: [{ Put: row("b", { list: "members", rank: "ada" }) }, { Put: row("c") }],
    }),
  );
  expect(cost).toMatchObject({ trips: 1, calls: 1, items: 2, readUnits: 0, writeUnits: 4, indexUnits: 1 });
});

test("a new rank costs two units of the index", async () => {
  const change = {
    ...key("b"),
    UpdateExpression: "SET #rank = :rank",
    ExpressionAttributeNames: { "#rank": "rank" },
    ExpressionAttributeValues: { ":rank": "bob" },
  };
  const cost = await costs.measure(() => table.client.call("UpdateItem", change));
  expect(cost).toMatchObject({ items: 1, writeUnits: 1, indexUnits: 2 });
});

test("consistent reads cost one unit per row, others half", async () => {
  const consistent = await costs.measure(() =>
    table.client.call("BatchGetItem", {
      RequestItems: { [table.name]: { Keys: [key("a").Key, key("b").Key], ConsistentRead: true } },
    }),
  );
  expect(consistent).toMatchObject({ calls: 1, items: 0, readUnits: 2, writeUnits: 0 });
  const query = await costs.measure(() =>
    table.client.call("Query", {
      TableName: table.name,
      IndexName: "list",
      KeyConditionExpression: "#list = :list",
      ExpressionAttributeNames: { "#list": "list" },
      ExpressionAttributeValues: { ":list": "members" },
    }),
  );
  expect(query).toMatchObject({ calls: 1, readUnits: 0.5 });
  expect(query.result.Items).toHaveLength(1);
});

test("overlapping calls are one round trip, calls in turn are several", async () => {
  const read = () => table.client.call("GetItem", key("a"));
  expect(await costs.measure(() => Promise.all([read(), read(), read()]))).toMatchObject({ trips: 1, calls: 3 });
  const sequential = await costs.measure(async () => {
    await read();
    await read();
  });
  expect(sequential).toMatchObject({ trips: 2, calls: 2 });
});

test("a refused call is counted, and the meter can be reset", async () => {
  costs.reset();
  const refused = { ...row("a"), ConditionExpression: "attribute_not_exists(pk)" };
  await expect(table.client.call("PutItem", refused)).rejects.toThrow("conditional");
  expect(costs.read()).toMatchObject({ trips: 1, calls: 1, writeUnits: 0 });
  costs.reset();
  expect(costs.read()).toEqual({ trips: 0, calls: 0, items: 0, readUnits: 0, writeUnits: 0, indexUnits: 0 });
});
