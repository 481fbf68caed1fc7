import { fromAttributes } from "@muster/core/table/attribute-values.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { DynamoDBRecord } from "aws-lambda";

/** A stream record's row before and after the change. */
export function rows(record: DynamoDBRecord): { before?: Item; after?: Item } {
  const { OldImage, NewImage } = record.dynamodb ?? {};
  return {
    ...(OldImage && { before: fromAttributes(OldImage) }),
    ...(NewImage && { after: fromAttributes(NewImage) }),
  };
}

export const sequenceNumber = (record: DynamoDBRecord) => record.dynamodb?.SequenceNumber ?? "";
