// DynamoDB is called without the document client: docs/decisions/table-calls.md has what that buys.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type * as Sdk from "@aws-sdk/lib-dynamodb";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { toEndpointV1 } from "@smithy/core/transport";
import { type AttributeValue, fromAttributes, toAttributes } from "./attribute-values.ts";
import { type Caller, errorType, signedCalls } from "./signed-calls.ts";
import type { Item } from "./table.ts";

/** DynamoDB's operations that a table needs, with the SDK's types of values as JavaScript has them. */
export type Operations = {
  BatchGetItem: { input: Sdk.BatchGetCommandInput; output: Output<Sdk.BatchGetCommandOutput> };
  BatchWriteItem: { input: Sdk.BatchWriteCommandInput; output: Output<Sdk.BatchWriteCommandOutput> };
  DeleteItem: { input: Sdk.DeleteCommandInput; output: Output<Sdk.DeleteCommandOutput> };
  GetItem: { input: Sdk.GetCommandInput; output: Output<Sdk.GetCommandOutput> };
  PutItem: { input: Sdk.PutCommandInput; output: Output<Sdk.PutCommandOutput> };
  Query: { input: Sdk.QueryCommandInput; output: Output<Sdk.QueryCommandOutput> };
  Scan: { input: Sdk.ScanCommandInput; output: Output<Sdk.ScanCommandOutput> };
  TransactWriteItems: { input: Sdk.TransactWriteCommandInput; output: Output<Sdk.TransactWriteCommandOutput> };
  UpdateItem: { input: Sdk.UpdateCommandInput; output: Output<Sdk.UpdateCommandOutput> };
};
export type Operation = keyof Operations;
type Output<O> = Omit<O, "$metadata">;
export type Call = <O extends Operation>(
  operation: O,
  input: Operations[O]["input"],
) => Promise<Operations[O]["output"]>;

/** Connections to DynamoDB. Each call is sent once: only dynamo.ts knows whether it is safe to repeat one. */
export type TableClient = {
  /** @throws Refused, and what a broken or slow connection throws */
  call: Call;
  /** The credentials, region and connections that other services are called with. */
  config: Caller;
  destroy: () => void;
};

/**
 * The reason that one step of a transaction, or a single write, was refused; with the row that refused it if that was
 * asked for.
 */
export type Reason = { code: string; item?: Item };

/** DynamoDB's own refusal. Its name is the type of the error, like `ThrottlingException`. */
export class Refused extends Error {
  readonly status: number;
  readonly reasons: readonly Reason[];
  constructor(name: string, message: string, status: number, reasons: readonly Reason[] = []) {
    super(message);
    this.name = name;
    this.status = status;
    this.reasons = reasons;
  }
}

/** Connects as the environment says, unless the options say otherwise. */
export function connect(options: ConstructorParameters<typeof DynamoDBClient>[0] = {}): TableClient {
  // a connection that went dead must become a lost answer while the caller still waits
  const requestHandler = {
    connectionTimeout: 1000,
    requestTimeout: 3000,
    // threat: an answer that stalls holds a function until its end
    socketTimeout: 3000,
    throwOnRequestTimeout: true,
  };
  const client = new DynamoDBClient({ requestHandler, ...options });
  const { config } = client;
  const { region, credentials, requestHandler: connections, sha256 } = config;
  const endpoint = async () => {
    const { protocol, hostname, port, path } = toEndpointV1(
      await getEndpointFromInstructions({}, instructions, config as Parameters<typeof getEndpointFromInstructions>[2]),
    );
    return { protocol, hostname, port, path: path.endsWith("/") ? path : `${path}/` };
  };
  const send = signedCalls(endpoint, config);
  return {
    async call(operation, input) {
      const { status, text } = await send(operation, JSON.stringify(encoded[operation](input)));
      const body = parsed(text);
      // threat: an answer that was cut counts as an empty one
      if (status === 200 && body) return decoded(body);
      throw refusal(status, body as Refusal | undefined);
    },
    config: { region, credentials, requestHandler: connections, sha256 },
    destroy: () => client.destroy(),
  };
}

/** Names what of the client's configuration decides where DynamoDB is. */
const builtIn = (name: string) => ({ type: "builtInParams", name }) as const;
const instructions = {
  getEndpointParameterInstructions: () => ({
    Region: builtIn("region"),
    Endpoint: builtIn("endpoint"),
    UseFIPS: builtIn("useFipsEndpoint"),
    UseDualStack: builtIn("useDualstackEndpoint"),
  }),
};

// Requests: what is a value where is written down for each operation, so that no name of a table is taken for a field.

type Request = { [field in "Key" | "Item" | "ExpressionAttributeValues" | "ExclusiveStartKey"]?: Item | undefined };

function withValues({ Key, Item, ExpressionAttributeValues, ExclusiveStartKey, ...plain }: Request): object {
  return {
    ...plain,
    ...(Key && { Key: toAttributes(Key) }),
    ...(Item && { Item: toAttributes(Item) }),
    ...(ExpressionAttributeValues && { ExpressionAttributeValues: toAttributes(ExpressionAttributeValues) }),
    ...(ExclusiveStartKey && { ExclusiveStartKey: toAttributes(ExclusiveStartKey) }),
  };
}

const encoded: { [O in Operation]: (input: Operations[O]["input"]) => object } = {
  GetItem: withValues,
  PutItem: withValues,
  UpdateItem: withValues,
  DeleteItem: withValues,
  Query: withValues,
  Scan: withValues,
  TransactWriteItems: ({ TransactItems = [], ...input }) => ({
    ...input,
    TransactItems: TransactItems.map((step) => each(step as Record<string, Request>, withValues)),
  }),
  BatchWriteItem: ({ RequestItems = {}, ...input }) => ({
    ...input,
    RequestItems: each(RequestItems, (rows) => rows.map((row) => each(row as Record<string, Request>, withValues))),
  }),
  BatchGetItem: ({ RequestItems = {}, ...input }) => ({
    ...input,
    RequestItems: each(RequestItems, ({ Keys = [], ...part }) => ({ ...part, Keys: Keys.map(toAttributes) })),
  }),
};

// Answers

type Stored = Record<string, AttributeValue>;
type Batch = Record<string, Record<string, { Item?: Stored; Key?: Stored }>[]>;
type Answer = {
  Item?: Stored;
  Attributes?: Stored;
  Items?: Stored[];
  LastEvaluatedKey?: Stored;
  Responses?: Record<string, Stored[]>;
  UnprocessedKeys?: Record<string, { Keys: Stored[] }>;
  UnprocessedItems?: Batch;
};

function decoded(answer: Answer): object {
  const { Item, Attributes, Items, LastEvaluatedKey, Responses, UnprocessedKeys, UnprocessedItems, ...plain } = answer;
  return {
    ...plain,
    ...(Item && { Item: fromAttributes(Item) }),
    ...(Attributes && { Attributes: fromAttributes(Attributes) }),
    ...(Items && { Items: Items.map(fromAttributes) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: fromAttributes(LastEvaluatedKey) }),
    ...(Responses && { Responses: each(Responses, (items) => items.map(fromAttributes)) }),
    ...(UnprocessedKeys && {
      UnprocessedKeys: each(UnprocessedKeys, ({ Keys, ...part }) => ({ ...part, Keys: Keys.map(fromAttributes) })),
    }),
    ...(UnprocessedItems && {
      UnprocessedItems: each(UnprocessedItems, (rows) => rows.map((row) => each(row, withoutNotation))),
    }),
  };
}

const withoutNotation = (request: { Item?: Stored; Key?: Stored }) =>
  each(request as Record<string, Stored>, fromAttributes);

type Refusal = {
  __type?: string;
  message?: string;
  Message?: string;
  Item?: Stored;
  CancellationReasons?: { Code?: string; Item?: Stored }[];
};

function refusal(status: number, body: Refusal | undefined): Refused {
  // something between answered, or cut the answer: whether the call was carried out is unknown
  // threat: an answer that is not DynamoDB's is taken for a refusal
  if (!body) return new Refused("UnknownError", `An answer with status ${status} is not DynamoDB's.`, 500);
  const name = errorType(body) || "UnknownError";
  const reasons =
    name === "ConditionalCheckFailedException"
      ? [{ Code: "ConditionalCheckFailed", ...(body.Item && { Item: body.Item }) }]
      : (body.CancellationReasons ?? []);
  const read = ({ Code = "None", Item }: { Code?: string; Item?: Stored }): Reason =>
    // threat: a refusal does not say which row refused
    Item ? { code: Code, item: fromAttributes(Item) } : { code: Code };
  return new Refused(name, body.message ?? body.Message ?? name, status, reasons.map(read));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same object with each value replaced. */
function each<T, R>(values: Record<string, T>, replace: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, replace(value)]));
}
