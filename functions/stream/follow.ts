import * as Audit from "@muster/core/audit/audit.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Notice from "@muster/core/notice/notice.ts";
import { type Owner, ownerOf } from "@muster/core/table/keys.ts";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { each } from "../batch.ts";
import { boot } from "../boot.ts";
import { rows, sequenceNumber } from "./rows.ts";

boot();

/** A new row in an outbox: look there. A new row in a log: tell the reactions. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const looked = new Set<Owner>();
  return asSystem("follow", () =>
    each(event.Records, sequenceNumber, (record) => follow(record, looked), { ordered: true }),
  );
}

async function follow(record: DynamoDBRecord, looked: Set<Owner>) {
  const { after } = rows(record);
  if (after?.stream === "log") {
    const announcement = Audit.announcement(after);
    if (announcement && Notice.follows(announcement.type)) await Audit.announce({ events: [announcement] });
    return;
  }
  const owner = ownerOf(String(after?.pk));
  if (!owner || looked.has(owner)) return;
  await Audit.follow({ owner });
  looked.add(owner);
}
