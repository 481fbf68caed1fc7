import * as Figure from "@muster/core/figure/count.ts";
import * as Member from "@muster/core/member/repair.ts";
import * as Search from "@muster/core/search/search.ts";
import * as Cohort from "@muster/core/setting/cohort.ts";
import * as Team from "@muster/core/team/repair.ts";
import * as UpdateCount from "@muster/core/update/count.ts";
import * as UpdateProject from "@muster/core/update/project.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { rows, sequenceNumber } from "./rows.ts";
import { heartbeatTask, runTasks, type Task } from "./tasks.ts";

boot();

type Change = ReturnType<typeof rows>;
type Recorded = Change & { sequence: string };
/**
 * Maintains rows that are derived for search, what memberships copy of teams and profiles, and what is
 * counted: cohorts of members, active members, comments and reactions.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return runTasks("view", tasksOf(event));
}

type Counter = { concerns: (change: Change) => boolean; run: (records: readonly Recorded[]) => Promise<void> };
const changesIn = (records: readonly Recorded[]) => records.map(({ sequence: _, ...change }) => change);

/** Work that is done once for all records of a batch that concern it, at the position of the first of them. */
const counters: readonly Counter[] = [
  { concerns: Cohort.movesMember, run: (records) => Cohort.count({ changes: changesIn(records) }) },
  { concerns: Figure.concerns, run: (records) => Figure.count({ changes: changesIn(records) }) },
  {
    concerns: (change) => UpdateCount.updateOf(change) !== undefined,
    run: (records) => UpdateCount.count({ records: [...records] }),
  },
  { concerns: UpdateProject.concerns, run: (records) => UpdateProject.project({ records: [...records] }) },
];

function tasksOf({ Records }: DynamoDBStreamEvent): Task[] {
  const tasks: Task[] = [];
  const concerning = counters.map((): Recorded[] => []);
  for (const one of Records) {
    const record = sequenceNumber(one);
    try {
      const change = rows(one);
      tasks.push(...heartbeatTask("view", record, change.after), { record, run: () => view(change) });
      for (const [i, { concerns, run }] of counters.entries()) {
        const records = concerning[i] ?? [];
        if (concerns(change) && records.push({ sequence: record, ...change }) === 1) {
          // threat: members before a broken record of the stream are never counted
          tasks.push({ record, run: () => run(records) });
        }
      }
    } catch (error) {
      tasks.push({ record, run: () => Promise.reject(error) });
    }
  }
  return tasks;
}

/** In this order: a concurrent deletion of a team either finds the member, or is found here. */
async function view(change: Change): Promise<void> {
  const changes = [change];
  await Search.project({ changes });
  await Team.repair({ changes });
  await Member.repair({ changes });
}
