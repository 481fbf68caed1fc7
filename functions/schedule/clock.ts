import { sweep } from "@muster/core/audit/sweep.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { parse } from "@muster/core/kernel/valid.ts";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { log } from "../log.ts";

const Tick = v.object({ job: v.literal("sweep") });

boot();

/** What the schedule wakes. A tick that is lost or doubled does no harm: each job goes on where it stopped. */
export async function handler(event: unknown): Promise<void> {
  const { job } = parse(Tick, event);
  const done = await asSystem(`clock.${job}`, () => sweep({}));
  log.info("The schedule ran.", { job, ...done });
}
