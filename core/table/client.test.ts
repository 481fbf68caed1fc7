import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { connect, type Operation, type Operations, Refused } from "./client.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" };
const key = { pk: "org_1", sk: "mem#acc_1" };
const row = { ...key, name: "Ada", version: 3, teams: new Set(["a", "b"]), data: Uint8Array.of(1, 2), none: undefined };
const names = { ExpressionAttributeNames: { "#name": "name" } };
const values = { ...names, ExpressionAttributeValues: { ":v0": "Ada", ":v1": new Set(["a"]), ":v2": null } };
const guarded = { ...values, ConditionExpression: "#name = :v0", TableName: "Keys" };

const inputs: { [O in Operation]: Operations[O]["input"] } = {
  GetItem: { TableName: "Keys", Key: key, ConsistentRead: true },
  PutItem: { ...guarded, Item: row },
  UpdateItem: { ...guarded, Key: key, UpdateExpression: "SET #name = :v0", ReturnValues: "ALL_NEW" },
  DeleteItem: { ...guarded, Key: key, ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
  Query: { ...values, TableName: "Keys", KeyConditionExpression: "#name = :v0", Limit: 3, ExclusiveStartKey: key },
  Scan: { TableName: "Keys", ExclusiveStartKey: key },
  BatchGetItem: {
    RequestItems: { Keys: { Keys: [key, key], ConsistentRead: true }, Item: { Keys: [key] } },
    ReturnConsumedCapacity: "INDEXES",
  },
  BatchWriteItem: { RequestItems: { Keys: [{ PutRequest: { Item: row } }, { DeleteRequest: { Key: key } }] } },
  TransactWriteItems: {
    ClientRequestToken: "token",
    TransactItems: [
      { Put: { ...guarded, Item: row } },
      { Update: { ...guarded, Key: key, UpdateExpression: "SET #name = :v0" } },
      { Delete: { ...guarded, Key: key } },
      { ConditionCheck: { ...guarded, Key: key } },
    ],
  },
};
const commands = {
  GetItem: GetCommand,
  PutItem: PutCommand,
  UpdateItem: UpdateCommand,
  DeleteItem: DeleteCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  BatchGetItem: BatchGetCommand,
  BatchWriteItem: BatchWriteCommand,
  TransactWriteItems: TransactWriteCommand,
};
const operations = Object.keys(inputs) as Operation[];

const stored = { pk: { S: "org_1" }, sk: { S: "mem#acc_1" }, n: { N: "3" }, b: { B: "AQI=" }, t: { SS: ["a"] } };
const keyStored = { pk: stored.pk, sk: stored.sk };
const answers: { [O in Operation]: object } = {
  GetItem: { Item: stored },
  PutItem: { Attributes: stored, ConsumedCapacity: { TableName: "Keys", CapacityUnits: 1.5 } },
  UpdateItem: { Attributes: stored },
  DeleteItem: {},
  Query: { Items: [stored, stored], Count: 2, ScannedCount: 2, LastEvaluatedKey: keyStored },
  Scan: { Items: [], Count: 0, ScannedCount: 0 },
  BatchGetItem: {
    Responses: { Keys: [stored], Item: [] },
    UnprocessedKeys: { Keys: { Keys: [keyStored], ConsistentRead: true } },
  },
  BatchWriteItem: {
    UnprocessedItems: { Keys: [{ PutRequest: { Item: stored } }, { DeleteRequest: { Key: keyStored } }] },
  },
  TransactWriteItems: { ConsumedCapacity: [{ TableName: "Keys", CapacityUnits: 8 }] },
};

type Sent = {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body: string;
};
type Options = ConstructorParameters<typeof DynamoDBClient>[0];
type Given = { statusCode: number; body: string };

/** Options of a client without a network that is answered the same each time, and what it sent. */
function offline({ statusCode, body }: Given, more: Options = {}) {
  const sent: Sent[] = [];
  const requestHandler = {
    async handle(request: Sent) {
      sent.push(request);
      return { response: { statusCode, headers: {}, body: Readable.from([Buffer.from(body)]) } };
    },
  };
  const options = {
    region: "eu-central-1",
    credentials,
    maxAttempts: 1,
    requestHandler,
    ...more,
  } as NonNullable<Options>;
  return { sent, options };
}

const good = (operation: Operation): Given => ({ statusCode: 200, body: JSON.stringify(answers[operation]) });
const resultOf = (answer: Promise<object>) => answer.catch((error: unknown) => error as object);

async function byUs(operation: Operation, given: Given, more?: Options) {
  const { sent, options } = offline(given, more);
  const result = await resultOf(connect(options).call(operation, inputs[operation]));
  return { sent: sent[0], count: sent.length, result };
}

async function bySdk(operation: Operation, given: Given, more?: Options) {
  const { sent, options } = offline(given, more);
  const translate = { marshallOptions: { removeUndefinedValues: true } };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(options), translate);
  const Command = commands[operation] as typeof GetCommand;
  const result = await resultOf(client.send(new Command(inputs[operation] as never)));
  return { sent: sent[0], count: sent.length, result };
}

/** Returns what DynamoDB reads of a request. */
function essence(sent: Sent | undefined) {
  const { method, protocol, hostname, port, path, headers, body } = sent as Sent;
  const { host, "content-type": type, "x-amz-target": target, "x-amz-security-token": token } = headers;
  return {
    method,
    protocol,
    hostname,
    port,
    path,
    host,
    type,
    target,
    token,
    body: JSON.parse(body) as object,
  };
}

describe("a call", () => {
  test.each(operations)("sends what the document client sends, and reads what it reads: %s", async (operation) => {
    const [ours, theirs] = await Promise.all([byUs(operation, good(operation)), bySdk(operation, good(operation))]);
    expect(essence(ours.sent)).toEqual(essence(theirs.sent));
    const { $metadata: _, ...read } = theirs.result as { $metadata: object };
    expect(ours.result).toEqual(read);
  });

  test.each([
    { region: "us-east-1" },
    { region: "cn-north-1" },
    { region: "eu-west-1", useDualstackEndpoint: true },
    { region: "us-gov-west-1", useFipsEndpoint: true },
    { endpoint: "http://127.0.0.1:8000" },
    { endpoint: "https://table.example.com/dynamodb" },
  ])("goes where the document client's goes: %j", async (more) => {
    const [ours, theirs] = await Promise.all([
      byUs("GetItem", good("GetItem"), more),
      bySdk("GetItem", good("GetItem"), more),
    ]);
    expect(essence(ours.sent)).toEqual(essence(theirs.sent));
  });

  test("goes where the environment says", async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = "http://127.0.0.1:8123";
    try {
      const { sent } = await byUs("GetItem", good("GetItem"));
      expect(sent).toMatchObject({ protocol: "http:", hostname: "127.0.0.1", port: 8123 });
    } finally {
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    }
  });

  test("is signed for DynamoDB, over its host, date, token, target and body", async () => {
    const { sent } = await byUs("GetItem", good("GetItem"));
    const names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
    expect(sent?.headers.authorization).toMatch(
      new RegExp(
        `^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/eu-central-1/dynamodb/aws4_request, SignedHeaders=${names}, Signature=[0-9a-f]{64}$`,
      ),
    );
  });
});

describe("a refusal", () => {
  const dynamo = "com.amazonaws.dynamodb.v20120810#";
  const refusal = (type: string, more: object = {}, statusCode = 400): Given => ({
    statusCode,
    body: JSON.stringify({ __type: `${dynamo}${type}`, message: "Why.", ...more }),
  });
  const read = { pk: "org_1", sk: "mem#acc_1", n: 3, b: Uint8Array.of(1, 2), t: new Set(["a"]) };

  test("of a condition names it, with the row that refused", async () => {
    const { result, count } = await byUs("PutItem", refusal("ConditionalCheckFailedException", { Item: stored }));
    expect(count).toBe(1);
    expect(result).toBeInstanceOf(Refused);
    expect(result).toMatchObject({ name: "ConditionalCheckFailedException", message: "Why.", status: 400 });
    expect((result as Refused).reasons).toEqual([{ code: "ConditionalCheckFailed", item: read }]);
  });

  test("of a transaction lists its reasons by position", async () => {
    const CancellationReasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Message: "no", Item: stored }];
    const { result } = await byUs(
      "TransactWriteItems",
      refusal("TransactionCanceledException", { CancellationReasons }),
    );
    expect((result as Refused).reasons).toEqual([{ code: "None" }, { code: "ConditionalCheckFailed", item: read }]);
  });

  test.each([
    ["ThrottlingException", 400],
    ["ResourceNotFoundException", 400],
    ["InternalServerError", 500],
  ])("has the name, message and status of the SDK's error, and is not repeated: %s", async (type, status) => {
    const given = refusal(type, {}, status);
    const [ours, theirs] = await Promise.all([byUs("GetItem", given), bySdk("GetItem", given)]);
    const { name, message, $metadata } = theirs.result as Error & { $metadata: { httpStatusCode: number } };
    expect(ours.result).toMatchObject({ name, message, status: $metadata.httpStatusCode, reasons: [] });
    expect(ours.count).toBe(1);
  });

  test.each([
    ["an error page", 503, "<html>"],
    ["no text", 502, ""],
    ["half an answer", 200, '{"Item": {"pk": {"S": "or'],
    ["no text with status 200", 200, ""],
  ])("by something in between leaves it open whether the call was carried out: %s", async (_, statusCode, body) => {
    const { result } = await byUs("PutItem", { statusCode, body });
    expect(result).toMatchObject({ name: "UnknownError", status: 500 });
  });

  test("without a type has none", async () => {
    const { result } = await byUs("PutItem", { statusCode: 403, body: '{"Message": "Not here."}' });
    expect(result).toMatchObject({ name: "UnknownError", message: "Not here.", status: 403 });
  });
});

test("an answer that stalls after its beginning is lost while the caller still waits", async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.write('{"Item"');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect({ region: "eu-central-1", credentials, endpoint: `http://127.0.0.1:${port}` });
  try {
    await expect(client.call("GetItem", inputs.GetItem)).rejects.toMatchObject({ name: "TimeoutError" });
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

test("an answer that breaks off is lost", async () => {
  const { options } = offline({ statusCode: 200, body: "" });
  const body = new Readable({ read() {} });
  body.push('{"Item"');
  const requestHandler = { handle: async () => ({ response: { statusCode: 200, headers: {}, body } }) };
  const call = connect({ ...options, requestHandler }).call("GetItem", inputs.GetItem);
  setImmediate(() => body.destroy());
  await expect(call).rejects.toMatchObject({ code: "ECONNRESET" });
});
