import { Refused } from "@muster/core/table/client.ts";
import { beforeEach, expect, test } from "vitest";
import { meter } from "../costs/meter.ts";
import { openTable, type TestTable } from "../worlds/table.ts";
import { type Faults, injectFaults } from "./faults.ts";

let table: TestTable;
let faults: Faults;

beforeEach(async () => {
  table = await openTable();
  faults = injectFaults(table.client, 7);
});

const row = (pk: string, more = {}) => ({ TableName: table.name, Item: { pk, sk: "1", ...more } });
const put = (pk: string, more = {}) => table.client.call("PutItem", row(pk, more));
const putBoth = (one: string, other: string) =>
  table.client.call("TransactWriteItems", { TransactItems: [{ Put: row(one) }, { Put: row(other) }] });
const get = (pk: string) => table.client.call("GetItem", { TableName: table.name, Key: { pk, sk: "1" } });
const members = () =>
  table.client.call("Query", {
    TableName: table.name,
    IndexName: "list",
    KeyConditionExpression: "#list = :list",
    ExpressionAttributeNames: { "#list": "list" },
    ExpressionAttributeValues: { ":list": "members" },
  });

test("without a plan nothing happens", async () => {
  await put("a");
  await putBoth("b", "c");
  expect(await table.scan()).toHaveLength(3);
  expect(Object.values(faults.struck)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("a conflict refuses a write before it is tried, and does not affect reads", async () => {
  faults.plan({ conflicts: 1 });
  await expect(put("a")).rejects.toMatchObject({ name: "TransactionConflictException", status: 400 });
  const refused = await putBoth("b", "c").catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: "TransactionCanceledException", status: 400 });
  expect(codesOf(refused)).toContain("TransactionConflict");
  expect(codesOf(refused)).toContain("None");
  await get("a");
  expect(await table.scan()).toEqual([]);
  expect(faults.struck.conflicts).toBe(2);
});

test("a throttled call is refused in each of DynamoDB's ways", async () => {
  faults.plan({ throttling: 1 });
  const names = new Set<string>();
  for (let call = 0; call < 20; call++) {
    const error = await putBoth("a", "b").catch((error: unknown) => error);
    names.add(error instanceof Error ? error.name : "none");
  }
  expect([...names].sort()).toEqual([
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "TransactionCanceledException",
  ]);
  expect(faults.struck.throttling).toBe(20);
  expect(await table.scan()).toEqual([]);
});

test("a throttled batch may be half done, and lists the rest", async () => {
  const rows = ["a", "b", "c"].map((pk) => ({ PutRequest: { Item: row(pk).Item } }));
  const keys = ["a", "b", "c"].map((pk) => ({ pk, sk: "1" }));
  faults.plan({ throttling: 0.5 });
  const written = await untilHalved(
    () => table.client.call("BatchWriteItem", { RequestItems: { [table.name]: rows } }),
    (answer) => answer.UnprocessedItems?.[table.name],
  );
  expect(written).toEqual([rows[2]]);
  const read = await untilHalved(
    () => table.client.call("BatchGetItem", { RequestItems: { [table.name]: { Keys: keys } } }),
    (answer) => answer.UnprocessedKeys?.[table.name]?.Keys,
  );
  expect(read).toEqual([keys[2]]);
});

test("a lost answer hides a write that was carried out", async () => {
  faults.plan({ lostAnswers: 1 });
  await expect(put("a")).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
  expect(await table.scan()).toHaveLength(1);
  expect(faults.struck.lostAnswers).toBe(1);
});

test("a fault that strikes each call once lets its retry pass, and strikes another call", async () => {
  faults.plan({ conflicts: 1, lostAnswers: 1, once: true });
  await expect(putBoth("a", "b")).rejects.toThrow("TransactionConflict");
  expect(await table.scan()).toEqual([]);
  await expect(putBoth("a", "b")).rejects.toThrow("socket hang up");
  await putBoth("a", "b");
  await expect(put("c", { tags: new Set(["x"]) })).rejects.toThrow("ongoing");
  await expect(put("c", { tags: new Set(["y"]) })).rejects.toThrow("ongoing");
  expect(faults.struck).toMatchObject({ conflicts: 3, lostAnswers: 1 });
});

test("a crash before a call leaves no trace of it, a crash after it does, and the process stays down", async () => {
  faults.plan({ crash: { before: 2 } });
  await put("a");
  await expect(put("b")).rejects.toMatchObject({ name: "Crash" });
  await expect(get("a")).rejects.toMatchObject({ name: "Crash" });
  expect(await table.scan()).toHaveLength(1);

  faults.plan({ crash: { after: 1 } });
  await expect(put("b")).rejects.toMatchObject({ name: "Crash" });
  faults.clear();
  expect((await get("b")).Item).toBeDefined();
  expect(faults.struck.crash).toBe(2);
});

test("a stale list answers as before the last writes", async () => {
  faults.plan({ staleReads: 1 });
  await put("a", { list: "members", rank: "a" });
  expect((await members()).Items).toEqual([]);
  await put("b", { list: "members", rank: "b" });
  expect((await members()).Items).toHaveLength(1);
  faults.clear();
  expect((await members()).Items).toHaveLength(2);
  expect(faults.struck.staleReads).toBe(2);
});

test("rows that a transaction holds refuse everybody else", async () => {
  faults.plan({ holdMs: 20 });
  const outcomes = await Promise.allSettled([putBoth("a", "b"), putBoth("b", "c"), put("a"), put("d")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({
    reason: { reasons: [{ code: "TransactionConflict" }, { code: "None" }] },
  });
  expect(outcomes[2]).toMatchObject({ reason: { name: "TransactionConflictException" } });
  expect(faults.struck.held).toBe(2);
  await putBoth("b", "c");
});

test("the same seed affects the same calls", async () => {
  const strikes = async () => {
    const { client, name } = await openTable();
    injectFaults(client, 42).plan({ conflicts: 0.5 });
    const write = () => client.call("PutItem", { TableName: name, Item: { pk: "a", sk: "1" } });
    const outcomes = [];
    for (let call = 0; call < 12; call++) {
      outcomes.push(
        await write().then(
          () => true,
          () => false,
        ),
      );
    }
    return outcomes;
  };
  const first = await strikes();
  expect(await strikes()).toEqual(first);
  expect(new Set(first).size).toBe(2);
});

test("a meter counts a call that a fault refuses", async () => {
  const costs = meter(table.client);
  faults.plan({ conflicts: 1 });
  await expect(put("a")).rejects.toThrow("ongoing");
  expect(costs.read()).toMatchObject({ calls: 1, writeUnits: 0 });
});

const codesOf = (error: unknown) => (error instanceof Refused ? error.reasons.map(({ code }) => code) : undefined);

async function untilHalved<Answer, Left>(call: () => Promise<Answer>, left: (answer: Answer) => Left | undefined) {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await call().catch(() => undefined);
    const unprocessed = answer && left(answer);
    if (unprocessed) return unprocessed;
  }
  throw new Error("No batch was half done.");
}
