import type { _Record, AttributeValue } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord, AttributeValue as LambdaValue } from "aws-lambda";

/** A record of the Streams API as Lambda passes it to a function: dates are seconds, binary values base64. */
export function lambdaRecord(record: _Record, origin: { streamArn: string; region: string }): DynamoDBRecord {
  const { dynamodb = {}, userIdentity } = record;
  const created = dynamodb.ApproximateCreationDateTime;
  const shown: DynamoDBRecord & { userIdentity?: unknown } = {
    eventID: record.eventID ?? "",
    eventName: record.eventName ?? "MODIFY",
    eventVersion: record.eventVersion ?? "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: origin.region,
    eventSourceARN: origin.streamArn,
    dynamodb: {
      ...(created && { ApproximateCreationDateTime: Math.floor(created.getTime() / 1000) }),
      Keys: lambdaImage(dynamodb.Keys ?? {}),
      ...(dynamodb.NewImage && { NewImage: lambdaImage(dynamodb.NewImage) }),
      ...(dynamodb.OldImage && { OldImage: lambdaImage(dynamodb.OldImage) }),
      SequenceNumber: dynamodb.SequenceNumber ?? "",
      SizeBytes: dynamodb.SizeBytes ?? 0,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
  if (userIdentity) shown.userIdentity = { type: userIdentity.Type, principalId: userIdentity.PrincipalId };
  return shown;
}

const lambdaImage = (image: Record<string, AttributeValue>): Record<string, LambdaValue> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, lambdaValue(value)]));

function lambdaValue(value: AttributeValue): LambdaValue {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(lambdaValue) };
  if (value.M !== undefined) return { M: lambdaImage(value.M) };
  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: value.N };
  if (value.SS !== undefined) return { SS: value.SS };
  if (value.NS !== undefined) return { NS: value.NS };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  return { NULL: true };
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
