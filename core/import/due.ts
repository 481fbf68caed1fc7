import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import type { Position } from "../table/table.ts";
import { importKeys } from "./keys.ts";

/** Finds the imports without progress for too long, and queues a check of each. */
export const due = fn(
  "import.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    let start: Position | undefined;
    do {
      const page = await table.query({ list: importKeys.openImports, to: `${instant()}~`, start });
      const jobs = page.items.map(({ pk, sk }) => ({ job: "check", organization: pk, import: sk }));
      if (jobs.length > 0) await queues.send("imports", jobs);
      queued += jobs.length;
      start = page.next;
    } while (start);
    return { queued };
  },
);
