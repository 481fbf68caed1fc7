import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import * as Mailing from "./mailing.ts";

/** How much one message queues before it queues the rest. */
const mailingsPerJob = 500;

// Shapes

/** Queues all waiting mails of an import again. */
export const Job = v.strictObject({
  job: v.literal("enqueue"),
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  start: v.optional(v.record(v.string(), v.string())),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/** Queues the mailings with waiting mails. One that is already queued is queued twice, which does no harm. */
export const enqueue = fn("mail.enqueue", { input: Job, output: v.void() }, async (job) => {
  const { organization, import: id, start } = job;
  const page = await table.query({ ...Keys.mailings(id), limit: mailingsPerJob, start, consistent: true });
  const waiting: object[] = page.items.filter(Mailing.waits).map((row) => {
    const seq = Number(row.sk.slice("mail#".length));
    return { job: "send", organization, import: id, seq, from: 0 } satisfies Mailing.Send;
  });
  const jobs = page.next ? [...waiting, { ...job, start: page.next }] : waiting;
  if (jobs.length > 0) await queues.send("bulk", jobs);
});

// For reactions

/** Queues what was dropped while the import was paused. */
export const afterResumed = (organization: ID.ID<"organization">, { import: id }: { import: ID.ID<"import"> }) =>
  queues.send("bulk", [{ job: "enqueue", organization, import: id } satisfies Job]);
