import { asSystem } from "@muster/core/kernel/context.ts";
import * as Search from "@muster/core/search/search.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { each } from "../batch.ts";
import { boot } from "../boot.ts";
import { rows, sequenceNumber } from "./rows.ts";

boot();

/** Keeps what is derived from rows that people look for. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return asSystem("view", () =>
    each(event.Records, sequenceNumber, (record) => Search.project({ changes: [rows(record)] }), { ordered: true }),
  );
}
