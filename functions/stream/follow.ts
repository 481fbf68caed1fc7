import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { type Owner, ownerOf } from "@muster/core/table/keys.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { each } from "../batch.ts";
import { boot } from "../boot.ts";
import { reacts } from "../queue/reacting.ts";
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

/**
 * One look into each outbox, and all announcements at once, each where the first of its records is. A record that cannot
 * be read fails in its own place.
 */
function tasksOf({ Records }: DynamoDBStreamEvent): Task[] {
  const tasks: Task[] = [];
  const looked = new Set<Owner>();
  const logged: Audit.Announcement[] = [];
  for (const one of Records) {
    const record = sequenceNumber(one);
    try {
      const { after } = rows(one);
      const owner = ownerOf(String(after?.pk));
      if (!after || !owner) continue;
      if (after.stream === "log") {
        const announcement = Audit.announcement(after);
        if (announcement && logged.push(announcement) === 1) tasks.push({ record, run: () => tell(logged) });
      } else if (!looked.has(owner)) {
        looked.add(owner);
        tasks.push({ record, run: () => Audit.follow({ owner }) });
      }
    } catch (error) {
      tasks.push({ record, run: () => Promise.reject(error) });
    }
  }
  return tasks;
}

async function tell(logged: readonly Audit.Announcement[]): Promise<void> {
  const events = logged.filter(({ type }) => reacts(type));
  await announce({ events, silent: logged.filter((one) => !events.includes(one)) });
}
