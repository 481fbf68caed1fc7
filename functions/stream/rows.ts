import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "@muster/core/table/table.ts";
import type { DynamoDBRecord } from "aws-lambda";

/** A stream record's row before and after the change. */
export function rows(record: DynamoDBRecord): { before?: Item; after?: Item } {
  const { OldImage, NewImage } = record.dynamodb ?? {};
  return {
    ...(OldImage && { before: unmarshall(OldImage as Record<string, AttributeValue>) }),
    ...(NewImage && { after: unmarshall(NewImage as Record<string, AttributeValue>) }),
  };
}

export const sequenceNumber = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? "";
