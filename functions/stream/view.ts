import { asSystem } from "@muster/core/kernel/context.ts";
import * as Member from "@muster/core/member/repair.ts";
import * as Search from "@muster/core/search/search.ts";
import * as Team from "@muster/core/team/repair.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { each } from "../batch.ts";
import { boot } from "../boot.ts";
import { rows, sequenceNumber } from "./rows.ts";

boot();

/** Maintains rows that are derived for search, and what memberships copy of teams and profiles. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return asSystem("view", () => each(event.Records, sequenceNumber, view, { ordered: true }));
}

/** In this order: a concurrent deletion of a team either finds the member, or is found here. */
async function view(record: DynamoDBRecord): Promise<void> {
  const changes = [rows(record)];
  await Search.project({ changes });
  await Team.repair({ changes });
  await Member.repair({ changes });
}
