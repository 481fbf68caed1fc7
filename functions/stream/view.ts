import * as Member from "@muster/core/member/repair.ts";
import * as Search from "@muster/core/search/search.ts";
import * as Cohort from "@muster/core/setting/cohort.ts";
import * as Team from "@muster/core/team/repair.ts";
import * as UpdateCount from "@muster/core/update/count.ts";
import * as UpdateProject from "@muster/core/update/project.ts";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { boot } from "../boot.ts";
import { rows, sequenceNumber } from "./rows.ts";
import { runTasks, type Task } from "./tasks.ts";

boot();

type Change = ReturnType<typeof rows>;
type Recorded = Change & { sequence: string };
/**
 * Maintains rows that are derived for search, what memberships copy of teams and profiles, and what is
 * counted: cohorts of members, comments and reactions.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return runTasks("view", tasksOf(event));
}

/** Counts all members of a batch at once, and all reactions, at the position of the first of them. */
function tasksOf({ Records }: DynamoDBStreamEvent): Task[] {
  const tasks: Task[] = [];
  const moving: Change[] = [];
  const counting: Recorded[] = [];
  const changed: Recorded[] = [];
  for (const one of Records) {
    const record = sequenceNumber(one);
    try {
      const change = rows(one);
      tasks.push({ record, run: () => view(change) });
      if (Cohort.movesMember(change) && moving.push(change) === 1) {
        tasks.push({ record, run: () => Cohort.count({ changes: moving }) });
      }
      const recorded = { sequence: record, ...change };
      if (UpdateCount.updateOf(change) && counting.push(recorded) === 1) {
        tasks.push({ record, run: () => UpdateCount.count({ records: counting }) });
      }
      if (UpdateProject.concerns(change) && changed.push(recorded) === 1) {
        tasks.push({ record, run: () => UpdateProject.project({ records: changed }) });
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
