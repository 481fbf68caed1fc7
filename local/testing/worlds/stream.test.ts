import { expect, test } from "vitest";
import { openStream } from "./stream.ts";
import { openTable } from "./table.ts";

test("each change is read once, in order, with both images as Lambda shows them", async () => {
  const { client, name, endpoint } = await openTable();
  const stream = await openStream({ endpoint, name });
  expect(await stream.read()).toEqual([]);

  const Key = { pk: "org_1", sk: "#org" };
  const followed = { stream: "out" };
  await client.call("PutItem", {
    TableName: name,
    Item: { ...Key, ...followed, free: 3, mark: new Uint8Array([1, 2]) },
  });
  await client.call("PutItem", { TableName: name, Item: { ...Key, ...followed, free: 2, tags: ["a"] } });
  const [inserted, modified, ...others] = await stream.read();
  expect(others).toEqual([]);
  expect(inserted).toEqual({
    eventID: expect.any(String),
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-central-1",
    eventSourceARN: expect.stringContaining(`table/${name}/stream/`),
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: { pk: { S: "org_1" }, sk: { S: "#org" } },
      NewImage: { pk: { S: "org_1" }, sk: { S: "#org" }, stream: { S: "out" }, free: { N: "3" }, mark: { B: "AQI=" } },
      SequenceNumber: expect.stringMatching(/^\d+$/),
      SizeBytes: expect.any(Number),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
  expect(modified).toMatchObject({
    eventName: "MODIFY",
    dynamodb: { OldImage: { free: { N: "3" } }, NewImage: { free: { N: "2" }, tags: { L: [{ S: "a" }] } } },
  });

  await client.call("DeleteItem", { TableName: name, Key });
  const [removed] = await stream.read();
  expect(removed).toMatchObject({ eventName: "REMOVE", dynamodb: { OldImage: { free: { N: "2" } } } });
  expect(removed?.dynamodb?.NewImage).toBeUndefined();
  expect(await stream.read()).toEqual([]);
});

test("more changes than one page holds are all read", async () => {
  const { client, name, endpoint } = await openTable();
  const stream = await openStream({ endpoint, name });
  for (let first = 0; first < 1_100; first += 25) {
    const rows = Array.from({ length: 25 }, (_, row) => ({
      PutRequest: { Item: { pk: "org_1", sk: `${first + row}`, stream: "out" } },
    }));
    await client.call("BatchWriteItem", { RequestItems: { [name]: rows } });
  }
  expect(await stream.read()).toHaveLength(1_100);
});
