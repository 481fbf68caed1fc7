import * as Audit from "@muster/core/audit/audit.ts";
import * as Figure from "@muster/core/figure/count.ts";
import * as Invitation from "@muster/core/invitation/react.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { reactsTo } from "@muster/core/kernel/reaction.ts";
import * as Mail from "@muster/core/mail/react.ts";
import * as MemberRepair from "@muster/core/member/repair.ts";
import * as Search from "@muster/core/search/search.ts";
import * as Cohort from "@muster/core/setting/cohort.ts";
import * as Team from "@muster/core/team/cleanup.ts";
import * as TeamRepair from "@muster/core/team/repair.ts";
import * as UpdateCount from "@muster/core/update/count.ts";
import * as UpdateErase from "@muster/core/update/erase.ts";
import * as UpdateProject from "@muster/core/update/project.ts";
import type * as Jobs from "@muster/functions/queue/jobs.ts";
import { work as carryOut } from "@muster/functions/queue/jobs.ts";
import { rows, sequenceNumber } from "@muster/functions/stream/rows.ts";
import type { OrganizationFixture } from "../fixtures/organization.ts";
import { openStream } from "./stream.ts";

/** Runs what follows in an organization, whenever a test calls it. */
export type Follower = {
  /** Updates the search rows. */
  view: () => Promise<void>;
  /** Runs the clock and the queue: whatever is due, and what follows from the log. */
  work: () => Promise<void>;
};

const modules = [Invitation, Mail, Team, UpdateErase];

export async function openFollower({ world, organization }: OrganizationFixture): Promise<Follower> {
  const stream = await openStream(world.rows);
  let announced = 0;

  return {
    async view() {
      for (let changes = await changesOf(stream); changes.length > 0; changes = await changesOf(stream)) {
        for (const change of changes) {
          await asSystem("view", () => viewRecord(change));
        }
      }
    },

    async work() {
      await asSystem("follow", () => Audit.follow({ owner: organization }));
      await asSystem("due", () => Schedule.due({}));
      const { items } = await world.table.query({ ...kernelKeys.log(organization), to: "9" });
      for (const row of items.slice(announced)) {
        const announcement = Audit.announcement(row);
        const following = modules.filter(({ reactions }) => announcement && reactsTo(announcement.type, reactions));
        for (const { react } of following) await asSystem("react", () => react(announcement as Audit.Announcement));
      }
      announced = items.length;
      while (world.queued.work.length > 0) {
        const jobs = world.queued.work.splice(0) as Jobs.Work[];
        await asSystem("work", () => Promise.all(jobs.map(carryOut))).catch((cause: unknown) => {
          throw new Error("A job failed.", { cause });
        });
      }
    },
  };
}

/** Does what follows from changes of rows with the stream `view`. */
export async function view(changes: Changes): Promise<void> {
  await Search.project({ changes });
  await TeamRepair.repair({ changes });
  await MemberRepair.repair({ changes });
  await Cohort.count({ changes });
  await Figure.count({ changes });
}

async function viewRecord({ sequence, ...change }: Changes[number] & { sequence: string }): Promise<void> {
  await view([change]);
  const records = [{ sequence, ...change }];
  if (UpdateCount.updateOf(change)) await UpdateCount.count({ records });
  if (UpdateProject.concerns(change)) await UpdateProject.project({ records });
}
type Changes = Parameters<typeof Search.project>[0]["changes"];

/** Memberships and other rows with a view, before and after each change, in chronological order. */
async function changesOf(stream: Awaited<ReturnType<typeof openStream>>) {
  const changes = (await stream.read()).map((one) => ({ sequence: sequenceNumber(one), ...rows(one) }));
  return changes.filter(({ before, after }) => (after ?? before)?.stream === "view");
}
