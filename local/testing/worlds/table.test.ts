import { expect, test } from "vitest";
import { openTable } from "./table.ts";

test("a fresh table is empty, and its rows come back in the order of their keys", async () => {
  const { client, name, scan } = await openTable();
  expect(await scan()).toEqual([]);
  await client.call("PutItem", { TableName: name, Item: { pk: "b", sk: "1" } });
  await client.call("PutItem", { TableName: name, Item: { pk: "a", sk: "2", name: "Ada" } });
  expect(await scan()).toEqual([
    { pk: "a", sk: "2", name: "Ada" },
    { pk: "b", sk: "1" },
  ]);
});

test("two tables of one file share the engine, but no rows", async () => {
  const [one, other] = await Promise.all([openTable(), openTable()]);
  expect(other.endpoint).toBe(one.endpoint);
  await one.client.call("PutItem", { TableName: one.name, Item: { pk: "a", sk: "1" } });
  const answer = await other.client.call("GetItem", { TableName: other.name, Key: { pk: "a", sk: "1" } });
  expect(answer.Item).toBeUndefined();
});

test("a range that ends before it begins is refused, as by DynamoDB", async () => {
  const { client, name } = await openTable();
  const between = (from: string, to: string) =>
    client.call("Query", {
      TableName: name,
      KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
      ExpressionAttributeValues: { ":pk": "a", ":from": from, ":to": to },
    });
  expect((await between("1", "1")).Items).toEqual([]);
  await expect(between("2", "1")).rejects.toMatchObject({ name: "ValidationException" });
});
