import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { keyOf } from "../table/table.ts";
import { leaveAll } from "./leave.ts";

// What is left of an account that was deleted is erased by a job.

// Shapes

export const Job = v.strictObject({ job: v.literal("erase"), account: ID.schema("account") });
export type Job = v.InferOutput<typeof Job>;

// Functions

/** Takes away all rows of an account that has no profile any more: its events too, the last of which tells of its end. */
export const erase = fn("account.erase", { input: Job, output: v.void() }, async ({ account }, actor) => {
  if (await table.get(Keys.profile(account))) return;
  await leaveAll(account, actor);
  for (const partition of [Keys.ofAccount(account), Keys.outbox(account), Keys.log(account)]) await empty(partition);
});

async function empty(partition: { pk: string }): Promise<void> {
  for (;;) {
    const { items, next } = await table.query({ ...partition, consistent: true });
    await table.project(items.map((item) => ({ remove: keyOf(item) })));
    if (!next) return;
  }
}
