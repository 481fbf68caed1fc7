import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/base/id.ts";
import { lackingIn, queueLooks } from "@muster/core/billing/automatic/trigger.ts";
import type { Owner } from "@muster/core/table/key-text.ts";
import { ownerOf } from "@muster/core/table/key-text.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { reacts } from "../queue/reacting.ts";
import { rows, sequenceNumber } from "./rows.ts";
import { heartbeatTask, runTasks, type Task } from "./tasks.ts";

boot();

/**
 * New rows in an outbox: move its events. New rows in logs: announce them to the reactions. Organizations with automatic
 * seats and too few of them free: look at them.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return runTasks("follow", tasksOf(event));
}

/**
 * Reads each outbox once, and announces everything at once, at the position of the first of its records. A record that
 * cannot be read fails at its own position.
 */
function tasksOf({ Records }: DynamoDBStreamEvent): Task[] {
  const tasks: Task[] = [];
  const looked = new Set<Owner>();
  const lacking = new Set<ID<"organization">>();
  const logged: Audit.Announcement[] = [];
  for (const one of Records) {
    const record = sequenceNumber(one);
    try {
      const { after } = rows(one);
      tasks.push(...heartbeatTask("follow", record, after));
      const organization = lackingIn(after);
      if (organization) {
        if (lacking.size === 0) tasks.push({ record, run: () => queueLooks([...lacking]) });
        lacking.add(organization);
      }
      const owner = ownerOf(String(after?.pk));
      if (!after || !owner) continue;
      // threat: each change of an organization with automatic seats reads its outbox
      if (after.stream === "log") {
        const announcement = Audit.announcement(after);
        if (announcement && logged.push(announcement) === 1) tasks.push({ record, run: () => announceAll(logged) });
      } else if (after.stream === "out" && !looked.has(owner)) {
        looked.add(owner);
        tasks.push({ record, run: () => Audit.follow({ owner }) });
      }
    } catch (error) {
      tasks.push({ record, run: () => Promise.reject(error) });
    }
  }
  return tasks;
}

async function announceAll(logged: readonly Audit.Announcement[]): Promise<void> {
  const events = logged.filter(({ type }) => reacts(type));
  // threat: a log whose last events have no reactions counts as lagging
  await announce({ events, silent: logged.filter((one) => !events.includes(one)) });
}
