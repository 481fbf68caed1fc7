import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { instant, queues } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { importKeys } from "./keys.ts";

/** Finds the imports without progress for too long, and queues a check of each. */
export const due = fn(
  "import.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    let queued = 0;
    for await (const items of pagesOf({ list: importKeys.openImports, to: `${instant()}~` })) {
      const jobs = items.map(({ pk, sk }) => ({ job: "check", organization: pk, import: sk }));
      if (jobs.length > 0) await queues.send("imports", jobs);
      queued += jobs.length;
    }
    return { queued };
  },
);
