import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/** The only index. A row is in at most one list, at one rank. */
export const index = "list";

/** Attributes that the index carries for lists on screens; no decision reads them. DynamoDB allows 20. */
export const projected = [
  "name",
  // threat: the list of members by name does not know the color that somebody chose
  "color",
  "email",
  "role",
  "teams",
  "joinedAt",
  "activeOn",
  "devices",
  "state",
  "by",
  "mail",
  "applied",
  "contactOn",
  "platform",
  "app",
  "plan",
  "status",
  "quantity",
  "price",
] as const;

/** The attribute that expires a row at the earliest at this many seconds since 1970. It decides nothing. */
export const ttl = "ttl";

/**
 * The table of wrapped data keys, beside the main one. It has no index and no stream, and backups of one day: a data key
 * that is deleted is gone a day later, and so is what it sealed, in every backup of the main table.
 */
export const keysTable = (table: string) => `${table}-keys`;
/** Days back to which the table of data keys can be restored. */
export const keysRecoveryDays = 1;

/** The request that creates the table. The stacks and the embedded cloud build the same one. */
export function tableDefinition(name: string): CreateTableCommandInput {
  return {
    ...definition(name, ["pk", "sk", "list", "rank"]),
    GlobalSecondaryIndexes: [
      {
        IndexName: index,
        KeySchema: [
          { AttributeName: "list", KeyType: "HASH" },
          { AttributeName: "rank", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: [...projected] },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  };
}

/** The same for the table of data keys beside it. */
export const keysDefinition = (name: string) => definition(keysTable(name), ["pk", "sk"]);

const definition = (name: string, attributes: readonly string[]) =>
  ({
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  }) satisfies CreateTableCommandInput;
