import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The document client that dynamo.ts expects: it never retries by itself and drops undefined attributes. */
export function connect(options: ConstructorParameters<typeof DynamoDBClient>[0] = {}): DynamoDBDocumentClient {
  // a connection that went dead must become a lost answer while the caller still waits
  const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
  const client = new DynamoDBClient({ maxAttempts: 1, requestHandler, ...options });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
