import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { type Owner, ownerOf } from "@muster/core/table/keys.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { each } from "../batch.ts";
import { boot } from "../boot.ts";
import { reacts } from "../queue/reactions.ts";
import { rows, sequenceNumber } from "./rows.ts";

boot();

/** What a batch asks for; when it fails the stream repeats from the record that it is known by. */
type Task = { record: string; run: () => Promise<unknown> };

/** A new row in an outbox: look there. New rows in logs: tell the reactions. */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return asSystem("follow", () =>
    each(
      tasksOf(event),
      ({ record }) => record,
      ({ run }) => run(),
      { ordered: true },
    ),
  );
}

/** One look into each outbox, and all announcements at once, each where the first of its records is. */
function tasksOf({ Records }: DynamoDBStreamEvent): Task[] {
  const tasks: Task[] = [];
  const looked = new Set<Owner>();
  const logged: Item[] = [];
  for (const one of Records) {
    const { after } = rows(one);
    const record = sequenceNumber(one);
    const owner = ownerOf(String(after?.pk));
    if (!after || !owner) continue;
    if (after.stream === "log") {
      if (logged.push(after) === 1) tasks.push({ record, run: () => tell(logged) });
    } else if (!looked.has(owner)) {
      looked.add(owner);
      tasks.push({ record, run: () => Audit.follow({ owner }) });
    }
  }
  return tasks;
}

async function tell(logged: readonly Item[]): Promise<void> {
  const all = logged.flatMap((row) => Audit.announcement(row) ?? []);
  const events = all.filter(({ type }) => reacts(type));
  await announce({ events, silent: all.filter((one) => !events.includes(one)) });
}
