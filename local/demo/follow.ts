import { announce } from "@muster/core/audit/announce.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import * as Figure from "@muster/core/figure/count.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Member from "@muster/core/member/repair.ts";
import * as Search from "@muster/core/search/search.ts";
import * as Cohort from "@muster/core/setting/cohort.ts";
import type { Owner } from "@muster/core/table/key-text.ts";
import { ownerOf } from "@muster/core/table/key-text.ts";
import * as Team from "@muster/core/team/repair.ts";
import * as UpdateCount from "@muster/core/update/count.ts";
import * as UpdateProject from "@muster/core/update/project.ts";
import { work as carryOut, type Work } from "@muster/functions/queue/jobs.ts";
import { reacts } from "@muster/functions/queue/reacting.ts";
import { rows, sequenceNumber } from "@muster/functions/stream/rows.ts";
import type { DynamoDBRecord } from "aws-lambda";
import type { Position, StreamReader } from "../stream/reader.ts";
import { type Deployment, forEach } from "./deployment.ts";

const recordsPerRead = 1000;

export type Follower = {
  /**
   * Does everything that follows from what has happened so far, like the functions behind the stream and the queues.
   */
  catchUp: (options?: { keepMails?: boolean }) => Promise<void>;
  /** The position of the stream. */
  position: Position;
  /** Mails that were not sent yet. */
  kept: object[];
};

/** Does the work of the stream's functions and the workers, in larger batches than theirs. */
export function openFollower(deployment: Deployment, reader: StreamReader): Follower {
  const position: Position = {};
  const kept: object[] = [];

  async function catchUp({ keepMails = false } = {}): Promise<void> {
    const shards = await reader.shards();
    let busy = true;
    while (busy) {
      busy = false;
      for (const shard of shards) {
        while (await readOnce(shard)) busy = true;
      }
      if (await work()) busy = true;
      for (const job of deployment.take("bulk")) {
        await deployment.deliverBulk(job);
        busy = true;
      }
      deployment.take("codes");
      const mails = deployment.take("mail");
      if (keepMails) kept.push(...mails);
      else {
        await forEach(mails, deployment.deliver);
        if (mails.length > 0) busy = true;
      }
    }
  }

  async function readOnce(shard: string): Promise<boolean> {
    const records = await reader.read(shard, position[shard], recordsPerRead);
    const last = records.at(-1);
    if (!last) return false;
    await Promise.all([view(records), log(records)]);
    position[shard] = sequenceNumber(last);
    return true;
  }

  async function work(): Promise<boolean> {
    const jobs = deployment.take("work") as Work[];
    await asSystem("work", () => forEach(jobs, carryOut));
    return jobs.length > 0;
  }

  return { catchUp, position, kept };
}

async function view(records: readonly DynamoDBRecord[]): Promise<void> {
  const viewed = records.filter((record) => streamOf(record) === "view");
  const changes = viewed.map(rows);
  const recorded = viewed.map((record) => ({ sequence: sequenceNumber(record), ...rows(record) }));
  if (changes.length === 0) return;
  await asSystem("view", async () => {
    await Search.project({ changes });
    await Team.repair({ changes });
    await Member.repair({ changes });
    await Cohort.count({ changes });
    await Figure.count({ changes });
    await UpdateCount.count({ records: recorded.filter(UpdateCount.updateOf) });
    await UpdateProject.project({ records: recorded.filter(UpdateProject.concerns) });
  });
}

async function log(records: readonly DynamoDBRecord[]): Promise<void> {
  const owners = new Set<Owner>();
  const events: Audit.Announcement[] = [];
  for (const record of records) {
    const stream = record.eventName === "INSERT" ? streamOf(record) : undefined;
    if (stream !== "out" && stream !== "log") continue;
    const { after = {} } = rows(record);
    const owner = ownerOf(String(after.pk));
    if (owner && stream === "out") owners.add(owner);
    const announced = stream === "log" && Audit.announcement(after);
    if (announced) events.push(announced);
  }
  await asSystem("follow", async () => {
    await forEach([...owners], (owner) => Audit.follow({ owner }));
    const [loud, silent] = [events.filter(({ type }) => reacts(type)), events.filter(({ type }) => !reacts(type))];
    if (events.length > 0) await announce({ events: loud, silent });
  });
}

const streamOf = ({ dynamodb }: DynamoDBRecord) => (dynamodb?.NewImage ?? dynamodb?.OldImage)?.stream?.S;
