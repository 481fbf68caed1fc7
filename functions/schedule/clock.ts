import { sweep } from "@muster/core/audit/sweep.ts";
import * as Imports from "@muster/core/import/due.ts";
import { due } from "@muster/core/invitation/schedule.ts";
import { parse } from "@muster/core/kernel/valid.ts";
import * as Purge from "@muster/core/purge/due.ts";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { loadSecrets } from "../secrets.ts";
import { till } from "../stripe.ts";
import { type Job, runAll } from "./jobs.ts";

const Tick = v.object({ job: v.literal("sweep") });

/** What is done at every tick, in this order. Each goes on where it stopped, so a lost or doubled tick does no harm. */
const jobs: Record<string, Job> = {
  sweep: () => sweep({}),
  due: () => due({}),
  imports: () => Imports.due({}),
  purges: () => Purge.due({}),
};

boot(till(await loadSecrets()));

/** What the schedule wakes. */
export async function handler(event: unknown): Promise<void> {
  parse(Tick, event);
  await runAll(jobs);
}
